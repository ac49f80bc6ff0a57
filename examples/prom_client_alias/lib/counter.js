import { Counter } from "../index.js";
export { Counter as "module.exports", Counter as default };
