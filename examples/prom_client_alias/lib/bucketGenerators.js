import { exponentialBuckets, linearBuckets } from "../index.js";
const generators = { exponentialBuckets, linearBuckets };
export { exponentialBuckets, generators as "module.exports", generators as default, linearBuckets };
