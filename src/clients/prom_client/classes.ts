import { type ClientClasses, clientClasses } from "../entry/client_classes.ts";
import { promClient } from "../profile.ts";

/** The classes of prom-client, without types. */
export const classes: ClientClasses = clientClasses(promClient);
