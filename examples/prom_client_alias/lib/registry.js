import { register as globalRegistry, Registry } from "../index.js";
Object.assign(Registry, { globalRegistry });
export { globalRegistry, Registry as "module.exports", Registry as default };
