import { collectDefaultMetrics } from "../index.js";
export { collectDefaultMetrics as "module.exports", collectDefaultMetrics as default };
