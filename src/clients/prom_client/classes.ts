import { type ClientClasses, clientClasses } from "../entry/client_classes.ts";
import { registryClass, type RegistryParts } from "../entry/registry_class.ts";
import { promClient } from "../profile.ts";

/** The registry of prom-client, without types. */
export const parts: RegistryParts = registryClass(promClient);

/** Its other classes. */
export const classes: ClientClasses = clientClasses(promClient, parts);
