import { writeFile } from "node:fs/promises";
import { basename } from "node:path";

/** The newest that our workerd knows. From August 2026 on, Node's globals are there by default. */
const newest = "2026-10-23";

/** The header in which a request brings its `cf`, as JSON; Cloudflare's edge makes it itself. */
export const cfHeader = "X-Test-Cf";

/** Writes a configuration with which workerd serves a module, beside the module; its path. */
export async function configure(module: string, compatibilityDate = newest): Promise<string> {
  const config = module.replace(/\.\w+$/, ".capnp");
  await writeFile(
    config,
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .worker)],
  sockets = [(name = "http", http = (cfBlobHeader = "${cfHeader}"), service = "main")],
);
const worker :Workerd.Worker = (
  modules = [(name = "worker", esModule = embed "${basename(module)}")],
  compatibilityDate = "${compatibilityDate}",
);
`,
  );
  return config;
}
