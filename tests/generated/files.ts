import { dashboards } from "./dashboards.ts";
import type { GeneratedFile } from "./generated_file.ts";
import { rules } from "./rules.ts";

/** All files that `deno task operations` makes. */
export const generatedFiles: readonly GeneratedFile[] = [...dashboards, ...rules];
