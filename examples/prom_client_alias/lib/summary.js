import { Summary } from "../index.js";
export { Summary as "module.exports", Summary as default };
