import { edgeprom } from "./edgeprom.ts";
import { floor } from "./floor.ts";
import type { ContenderName, Library } from "./library.ts";
import { openTelemetry } from "./opentelemetry.ts";
import { prometheusClient } from "./prometheus_client.ts";

/** How to make each contender: a library with a registry of its own, so none sees another's. */
export const contenders: Readonly<Record<ContenderName, () => Promise<Library>>> = {
  "edgeprom": () => edgeprom(),
  "@prometheus-io/client": () => prometheusClient("@prometheus-io/client"),
  "prom-client": () => prometheusClient("prom-client"),
  "@platformatic/prom-client": () => prometheusClient("@platformatic/prom-client"),
  "opentelemetry": openTelemetry,
  "floor": floor,
};
