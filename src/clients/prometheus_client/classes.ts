import { type ClientClasses, clientClasses } from "../entry/client_classes.ts";
import { prometheusClient } from "../profile.ts";

/** The classes of @prometheus-io/client, without types. */
export const classes: ClientClasses = clientClasses(prometheusClient);
