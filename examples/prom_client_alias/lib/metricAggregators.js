import { aggregators } from "../index.js";
export { aggregators };
