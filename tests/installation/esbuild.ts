import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Project } from "./project.ts";

/** What came of bundling. */
export interface Bundled {
  /** The path of the bundle, or of its first part. */
  readonly file: string;
  /** The files of which something is in that part. */
  readonly sources: readonly string[];
  /** The packages that these belong to. */
  readonly packages: readonly string[];
  /** Modules of the runtime that it needs at once, and those that it imports when it must. */
  readonly external: readonly string[];
  readonly externalLater: readonly string[];
  /** What esbuild had to say, which is nothing unless something is wrong. */
  readonly output: string;
}

interface Metafile {
  readonly outputs: Readonly<Record<string, Output>>;
}

interface Output {
  readonly entryPoint?: string;
  readonly inputs: Readonly<Record<string, { readonly bytesInOutput: number }>>;
  readonly imports: readonly {
    readonly path: string;
    readonly kind: "import-statement" | "dynamic-import";
    readonly external?: boolean;
  }[];
}

/**
 * Bundles a file of a project, by default as one does for a Worker. No module is left to the runtime:
 * one that only Node has is an error.
 */
export async function bundleForWorker(
  project: Project,
  source: string,
  flags: readonly string[] = ["--platform=browser", "--conditions=workerd,worker,browser"],
): Promise<Bundled> {
  const [name] = source.split(".");
  const meta = join(project.folder, `out/${name}.json`);
  const output = ["--outdir=out", "--out-extension:.js=.mjs", `--metafile=${meta}`];
  const all = ["--bundle", "--format=esm", "--log-level=warning", ...flags, ...output];
  const said = await project.run("node_modules/.bin/esbuild", [source, ...all]);
  const { outputs }: Metafile = JSON.parse(await readFile(meta, "utf8"));
  const [first] = Object.keys(outputs).filter((path) => outputs[path].entryPoint === source);
  const { inputs } = outputs[first];
  const sources = Object.keys(inputs).filter((source) => inputs[source].bytesInOutput > 0);
  const external = externals(outputs, loadedWith(outputs, first));
  return {
    file: join(project.folder, first),
    sources,
    packages: [...new Set(sources.flatMap(packageOf))].sort(),
    external,
    externalLater: externals(outputs, Object.keys(outputs))
      .filter((path) => !external.includes(path)),
    output: said,
  };
}

/** The parts that are loaded together with one. */
function loadedWith(outputs: Metafile["outputs"], first: string): readonly string[] {
  const parts = new Set([first]);
  // Grows while it is walked, by what each part imports.
  for (const part of parts) {
    for (const { path, kind, external } of outputs[part].imports) {
      if (kind === "import-statement" && !external) parts.add(path);
    }
  }
  return [...parts];
}

function externals(outputs: Metafile["outputs"], parts: readonly string[]): readonly string[] {
  const paths = parts.flatMap((part) => outputs[part].imports)
    .filter(({ external }) => external).map(({ path }) => path);
  return [...new Set(paths)].sort();
}

/** The package of a file that was bundled; `undefined` for the project's own. */
function packageOf(path: string): string[] {
  const [, name] = path.match(/^.*node_modules\/((?:@[^/]+\/)?[^/]+)/) ?? [];
  return name ? [name] : [];
}
