import type { Host } from "./host.ts";

/**
 * The files of `/proc/self`, in which Linux describes the process. Everything is `undefined` on
 * other systems, and if it would need a prompt for permission.
 */
export class ProcFiles {
  readonly #host: Host;

  /** @param host Its file system is read. */
  constructor(host: Host) {
    this.#host = host;
  }

  /** The number of a field of `status`, such as `Threads`; a size is in kilobytes. */
  status(field: string): number | undefined {
    return this.statuses(field)[0];
  }

  /** The numbers of several fields of `status`, all from the same moment. */
  statuses(...fields: readonly string[]): readonly (number | undefined)[] {
    const text = this.#text("/proc/self/status");
    return fields.map((field) => numberIn(text, `${field}:`));
  }

  /** The soft limit of a resource, such as `Max open files`; `undefined` if unlimited. */
  limit(resource: string): number | undefined {
    return numberIn(this.#text("/proc/self/limits"), resource);
  }

  /** Number of open files, without the folder that is read to count them. */
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
      // Deno needs all permissions for these files, not only the one to read.
      return undefined;
    }
  }
}

/** The number after a name at the start of a line. A search costs a tenth of a pattern. */
function numberIn(text: string | undefined, name: string): number | undefined {
  const start = text?.indexOf(`\n${name}`) ?? -1;
  const number = start < 0 ? NaN : Number.parseInt(text!.slice(start + 1 + name.length), 10);
  return Number.isNaN(number) ? undefined : number;
}
