import { type ClientClasses, clientClasses, type Home } from "../entry/client_classes.ts";
import { promClient } from "../profile.ts";

/** What the classes find once the global registry is made. */
export const home: Home = {};

/** The classes of prom-client. */
export const classes: ClientClasses = clientClasses(promClient, home);
