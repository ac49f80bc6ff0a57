import { readFile, writeFile } from "node:fs/promises";
import type { ContenderName } from "../contenders/library.ts";

/**
 * Loads a module that lies beside this one once a contender, each time with another text: what a
 * compiler learns from one contender then says nothing about the next. Another address would do for
 * V8, but JavaScriptCore keeps one set of profiles for all modules of the same text.
 */
export async function ownModule<Module>(name: string, contender: ContenderName): Promise<Module> {
  const copy = new URL(`./${name}.${contender.replaceAll(/\W+/g, "-")}.mjs`, import.meta.url);
  const text = await readFile(new URL(`./${name}.mjs`, import.meta.url), "utf8");
  await writeFile(copy, `// For ${contender}.\n${text}`);
  return await import(copy.href);
}
