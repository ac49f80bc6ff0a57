import { readFileSync } from "node:fs";

/**
 * Starts the comment of a file of unit tests that shares its process with no other on Node, and its
 * modules with no other on any runtime. The reason follows.
 */
const marker = "// A process of its own: ";

/** Files of unit tests by whether they share a process with those beside them. */
export interface Dealt {
  readonly alone: readonly string[];
  /** Those of each folder below `tests/`, by its name. */
  readonly shared: ReadonlyMap<string, readonly string[]>;
}

/**
 * Deals out the files of unit tests. To start a process and to compile the package in it takes
 * longer than to run most of the files.
 */
export function dealOut(files: readonly string[], read: (file: string) => string = text): Dealt {
  const alone = files.filter((file) => read(file).startsWith(marker));
  const others = files.filter((file) => !alone.includes(file));
  return { alone, shared: Map.groupBy(others, folderOf) };
}

function folderOf(file: string): string {
  return file.split("/").at(1)?.replace(/_test\.ts$/, "") ?? file;
}

function text(file: string): string {
  return readFileSync(file, "utf8");
}
