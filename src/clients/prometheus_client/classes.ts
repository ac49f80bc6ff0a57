import { type ClientClasses, clientClasses } from "../entry/client_classes.ts";
import { registryClass, type RegistryParts } from "../entry/registry_class.ts";
import { prometheusClient } from "../profile.ts";

/** The registry of @prometheus-io/client, without types. */
export const parts: RegistryParts = registryClass(prometheusClient);

/** Its other classes. */
export const classes: ClientClasses = clientClasses(prometheusClient, parts);
