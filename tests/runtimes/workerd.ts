import { writeFile } from "node:fs/promises";
import { basename } from "node:path";

/** The newest that our workerd knows. From August 2026 on, Node's globals are there by default. */
const newest = "2026-10-23";

/** The header in which a request brings its `cf`, as JSON; Cloudflare's edge makes it itself. */
export const cfHeader = "X-Test-Cf";

/** What a Worker has besides its module. */
export interface WorkerOptions {
  /** The newest by default. */
  readonly compatibilityDate?: string;
  /** Its secrets and variables, by the name of the binding; what is no text is JSON. */
  readonly variables?: Readonly<Record<string, unknown>>;
  /** Its Durable Objects. */
  readonly objects?: {
    /** The classes by the name of the binding. Each has a database of SQLite. */
    readonly classes: Readonly<Record<string, string>>;
    /** The folder in which their storage is, and stays. */
    readonly storage: string;
  };
}

/** Writes a configuration with which workerd serves a module, beside the module; its path. */
export async function configure(
  module: string,
  { compatibilityDate = newest, variables = {}, objects }: WorkerOptions = {},
): Promise<string> {
  const config = module.replace(/\.\w+$/, ".capnp");
  const classes = Object.entries(objects?.classes ?? {});
  const bindings = [
    ...Object.entries(variables).map(([name, value]) =>
      typeof value === "string"
        ? `(name = "${name}", text = ${JSON.stringify(value)})`
        : `(name = "${name}", json = ${JSON.stringify(JSON.stringify(value))})`
    ),
    ...classes.map(([name, of]) => `(name = "${name}", durableObjectNamespace = "${of}")`),
  ];
  const namespaces = classes.map(([, of]) =>
    `(className = "${of}", uniqueKey = "${of}", enableSql = true)`
  );
  const services = [
    `(name = "main", worker = .worker)`,
    // Without this, a Worker reaches no server of this machine.
    `(name = "internet", network = (allow = ["public", "private"]))`,
    ...objects ? [`(name = "disk", disk = (path = "${objects.storage}", writable = true))`] : [],
  ];
  await writeFile(
    config,
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [${services.join(", ")}],
  sockets = [(name = "http", http = (cfBlobHeader = "${cfHeader}"), service = "main")],
);
const worker :Workerd.Worker = (
  modules = [(name = "worker", esModule = embed "${basename(module)}")],
  compatibilityDate = "${compatibilityDate}",
  bindings = [${bindings.join(", ")}],
  durableObjectNamespaces = [${namespaces.join(", ")}],
  durableObjectStorage = (${objects ? `localDisk = "disk"` : "none = void"}),
);
`,
  );
  return config;
}
