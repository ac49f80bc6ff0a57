import { execFileSync } from "node:child_process";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { root } from "./root.ts";

/** One import: as the file spells it, and as Deno resolves it. */
export interface Import {
  readonly written: string;
  readonly resolved: string;
}

/** A file of the repository and what it imports, type-only imports included. */
export interface Module {
  /** Relative to the root. */
  readonly path: string;
  readonly imports: readonly Import[];
}

interface Resolution {
  readonly specifier: string;
}

interface DenoInfo {
  readonly modules: readonly {
    readonly specifier: string;
    readonly dependencies?: readonly {
      readonly specifier: string;
      readonly code?: Resolution;
      readonly type?: Resolution;
    }[];
  }[];
}

/** The repository's own files that an entry reaches. Needs Deno. */
export function moduleGraph(entry: string): Module[] {
  const info = execFileSync(process.execPath, ["info", "--json", entry], { cwd: root });
  const { modules }: DenoInfo = JSON.parse(info.toString());
  return modules.filter(({ specifier }) => specifier.startsWith("file:")).map((module) => ({
    path: pathOf(module.specifier),
    imports: (module.dependencies ?? []).map(({ specifier, code, type }) => ({
      written: specifier,
      resolved: pathOf((code ?? type)?.specifier ?? specifier),
    })),
  }));
}

function pathOf(specifier: string): string {
  const base = `${pathToFileURL(root).href}/`;
  return specifier.startsWith(base) ? specifier.slice(base.length) : specifier;
}
