import type { Host } from "./host.ts";

/**
 * Reads what Linux tells of the process in `/proc/self`. There is nothing on other systems, and
 * nothing that would have to be permitted first.
 */
export class ProcFiles {
  readonly #host: Host;

  /** Reads nothing yet. */
  constructor(host: Host) {
    this.#host = host;
  }

  /** The number behind a field of `status`, such as `Threads`; kilobytes where it is a size. */
  status(field: string): number | undefined {
    return numberIn(this.#text("/proc/self/status"), `${field}:`);
  }

  /** The soft limit of a resource, such as `Max open files`; nothing where it is unlimited. */
  limit(resource: string): number | undefined {
    return numberIn(this.#text("/proc/self/limits"), resource);
  }

  /** How many files are open, without the folder that is read to count them. */
  openFiles(): number | undefined {
    const folder = "/proc/self/fd";
    const entries = this.#read(folder, () => this.#host.builtin("node:fs")?.readdirSync(folder));
    return entries && entries.length - 1;
  }

  #text(path: string): string | undefined {
    return this.#read(path, () => this.#host.builtin("node:fs")?.readFileSync(path, "utf8"));
  }

  #read<Result>(path: string, read: () => Result): Result | undefined {
    try {
      return this.#host.mayRead(path) ? read() : undefined;
    } catch {
      // Deno wants every permission for these files, not only the one to read them.
      return undefined;
    }
  }
}

/** The number behind a name at the beginning of a line; a search costs a tenth of a pattern. */
function numberIn(text: string | undefined, name: string): number | undefined {
  const start = text?.indexOf(`\n${name}`) ?? -1;
  const number = start < 0 ? NaN : Number.parseInt(text!.slice(start + 1 + name.length), 10);
  return Number.isNaN(number) ? undefined : number;
}
