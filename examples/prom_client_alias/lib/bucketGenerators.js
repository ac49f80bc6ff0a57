export { exponentialBuckets, linearBuckets } from "../index.js";
