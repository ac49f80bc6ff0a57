import { Histogram } from "../index.js";
export { Histogram as "module.exports", Histogram as default };
