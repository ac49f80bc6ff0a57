import { Pushgateway } from "../index.js";
export { Pushgateway as "module.exports", Pushgateway as default };
