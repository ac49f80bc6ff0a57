import { validateMetricName } from "../index.js";
export { validateMetricName };
