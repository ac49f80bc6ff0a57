import { type ClientClasses, clientClasses, type Home } from "../entry/client_classes.ts";
import { prometheusClient } from "../profile.ts";

/** What the classes find once the global registry is made. */
export const home: Home = {};

/** The classes of @prometheus-io/client. */
export const classes: ClientClasses = clientClasses(prometheusClient, home);
