import { Gauge } from "../index.js";
export { Gauge as "module.exports", Gauge as default };
