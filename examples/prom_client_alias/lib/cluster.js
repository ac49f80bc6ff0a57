import { AggregatorRegistry } from "../index.js";
export { AggregatorRegistry as "module.exports", AggregatorRegistry as default };
