/** The app on a server of its own, as on every runtime that lets a program listen. */
import process from "node:process";
import { MetricsServer } from "../../../mod.ts";
import { options } from "./options.ts";

const server = new MetricsServer(options);
await server.start();
process.once("SIGTERM", () => server.shutdown());
