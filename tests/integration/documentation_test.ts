/** What JSR scores a package by, as far as it lies in the sources. `deno task check` has the rest. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { root } from "../support/root.ts";

interface Documentation {
  readonly doc?: string;
  readonly tags?: readonly { readonly kind: string; readonly doc?: string }[];
}

interface Declaration {
  readonly kind: string;
  readonly def?: { readonly isAbstract?: boolean };
  readonly jsDoc?: Documentation;
}

interface Exported {
  readonly name: string;
  readonly declarations: readonly Declaration[];
}

interface DocumentedModule {
  readonly module_doc: Documentation;
  readonly symbols: readonly Exported[];
}

const { exports } = JSON.parse(readFileSync(join(root, "deno.json"), "utf8"));

for (const entry of Object.values<string>(exports)) {
  const { module_doc: module, symbols } = documentationOf(entry);

  test(`${entry} says what it is, with an example`, () => {
    assertMatch(module.doc ?? "", /\S/);
    assert(hasExample(module));
  });

  test(`every export of ${entry} is documented`, () => {
    const bare = symbols.filter(({ declarations }) =>
      !declarations.some(({ jsDoc }) => jsDoc?.doc?.trim())
    );
    assertEquals(bare.map(({ name }) => name), []);
  });

  test(`every function, class and constant of ${entry} has an example`, () => {
    const bare = symbols.filter(({ declarations }) =>
      declarations.some(isUsedByItself) &&
      !declarations.some(({ jsDoc }) => jsDoc !== undefined && hasExample(jsDoc))
    );
    assertEquals(bare.map(({ name }) => name), []);
  });
}

test("the description of the package fits where JSR shows it", () => {
  const { doc = "" } = documentationOf(exports["."]).module_doc;
  assert(doc.trim().length <= 250, `${doc.trim().length} characters`);
});

function documentationOf(entry: string): DocumentedModule {
  const output = execFileSync(process.execPath, ["doc", "--json", entry], { cwd: root });
  const { nodes } = JSON.parse(output.toString());
  const [module] = Object.values<DocumentedModule>(nodes);
  return module;
}

/** A type has its example with what takes it, and an abstract class with what extends it. */
function isUsedByItself({ kind, def }: Declaration): boolean {
  return ["function", "class", "variable"].includes(kind) && def?.isAbstract !== true;
}

function hasExample({ tags = [] }: Documentation): boolean {
  return tags.some(({ kind, doc = "" }) => kind === "example" && doc.includes("```"));
}
