import { register as globalRegistry, Registry } from "../index.js";
export { globalRegistry, Registry as "module.exports", Registry as default };
