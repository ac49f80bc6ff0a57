import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { deno } from "./command.ts";
import { dealOut } from "./sharing.ts";

/** The unit tests, for each kind of runner. */
export interface UnitTests {
  /** What Deno needs to resolve the imports of sources. */
  readonly flags: readonly string[];
  /** Files with a process each, as Deno takes them. One may be a list of imports of others. */
  sources(): Promise<readonly string[]>;
  /** The same as plain ECMAScript modules. */
  modules(): Promise<readonly string[]>;
  /** All files as modules, without these lists. */
  files(): Promise<readonly string[]>;
}

/** Test files by how they get their processes, beside the lists of those that share one. */
interface Parts {
  readonly alone: readonly string[];
  readonly shared: readonly string[];
  readonly lists: readonly string[];
}

/** Makes what the runners of the unit tests need, when they need it. */
export class Bundle {
  readonly #testFiles: readonly string[];
  readonly #flags: readonly string[];
  #folder: Promise<string> | undefined;
  #sources: Promise<Parts> | undefined;
  #modules: Promise<Parts> | undefined;

  constructor(testFiles: readonly string[], flags: readonly string[]) {
    this.#testFiles = testFiles;
    this.#flags = flags;
  }
}
