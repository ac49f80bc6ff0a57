/**
 * Makes the files of `examples/operations` that follow from the metrics of this package:
 *
 *     deno task operations
 */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { root } from "../support/root.ts";
import { generatedFiles } from "./files.ts";

for (const file of generatedFiles) {
  const path = join(root, file.path);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, await file.text());
  console.log(file.path);
}
