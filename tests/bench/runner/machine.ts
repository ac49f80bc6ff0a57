import { cpus, release, totalmem, type } from "node:os";
import { packagesFor } from "./packages.ts";
import type { Runtime } from "./runtimes.ts";

/** What a result depends on, for its head. */
export function machine(runtimes: readonly Runtime[]): string {
  const packages = runtimes.map(({ name }) => packagesFor(name));
  const versions = new Set(
    packages.flatMap((versions) => Object.entries(versions).map((entry) => entry.join(" "))),
  );
  return [
    `Date      ${new Date().toISOString().slice(0, 10)}`,
    `CPU       ${cpus().length} × ${cpus()[0]?.model.trim()}, ${
      Math.round(totalmem() / 2 ** 30)
    } GiB, ${type()} ${release()}`,
    `Runtimes  ${runtimes.map(({ name, version }) => `${name} ${version}`).join(", ")}`,
    `Packages  ${[...versions].sort().join(", ")}`,
  ].join("\n");
}
