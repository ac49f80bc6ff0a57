export * from "@edgeprom/edgeprom/prom-client";
export { default } from "@edgeprom/edgeprom/prom-client";
