import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../support/root.ts";

/** A Markdown file for readers of this repository, whose examples, queries and tables are tested. */
export interface Document {
  readonly path: string;
  readonly text: string;
}

/** The Markdown files that exist. */
export function documents(): readonly Document[] {
  const paths = ["README.md", "src/README.md"].filter((path) => existsSync(join(root, path)));
  return [...paths, ...globSync("examples/{,operations/}*.md", { cwd: root }).sort()]
    .map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));
}

/** The code blocks of a language in a document. */
export function codeBlocks({ text }: Pick<Document, "text">, language: string): readonly string[] {
  const blocks = text.matchAll(/^```(\S+)[^\n]*\n(.*?)^```$/gms);
  return [...blocks].filter(([, tag]) => tag === language).map(([, , block]) => block);
}

/** The cells of every line of a text that is a row of a table; a bar in a cell is written `\|`. */
export function tableRows(text: string): readonly (readonly string[])[] {
  return text.split("\n").filter((line) => line.startsWith("|"))
    .map((line) => line.trim().slice(1, -1).split(/(?<!\\)\|/))
    .map((cells) => cells.map((cell) => cell.trim().replaceAll("\\|", "|")));
}
