import { "module.exports" as client } from "@edgeprom/edgeprom/prom-client";
export * from "@edgeprom/edgeprom/prom-client";
export { client as "module.exports", client as default };
