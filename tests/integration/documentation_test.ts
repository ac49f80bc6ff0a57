/**
 * What JSR scores a package by, as far as it lies in the sources, and the table of the stream
 * processor's metrics. `deno task check` runs the examples.
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { execFileSync } from "node:child_process";
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { decided } from "../clients/differential/decided.ts";
import { codeBlocks, documents, tableRows } from "../runner/documents.ts";
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

interface Catalogue {
  readonly metrics: readonly {
    readonly name: string;
    readonly type: string;
    readonly labels: Readonly<Record<string, string | readonly string[]>>;
  }[];
}

const { exports } = JSON.parse(readFileSync(join(root, "deno.json"), "utf8"));
const catalogue: Catalogue = JSON.parse(
  readFileSync(join(root, "tests/cases/catalogue.json"), "utf8"),
);

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

  test(`${entry}: every export has a category`, () => {
    const bare = symbols.filter(({ declarations }) =>
      !declarations.some(({ jsDoc }) => jsDoc?.tags?.some(({ kind }) => kind === "category"))
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

test("the main entry exports fewer than 130 symbols", () => {
  const { length } = documentationOf(exports["."]).symbols;
  assert(length < 130, `${length} symbols`);
});

test("the description of the package fits where JSR shows it", () => {
  const { doc = "" } = documentationOf(exports["."]).module_doc;
  assert(doc.trim().length <= 250, `${doc.trim().length} characters`);
});

test("the documents are those that exist, with examples in TypeScript", () => {
  const found = documents();
  assert(found.some(({ path }) => path === "README.md"));
  assert(found.flatMap((document) => codeBlocks(document, "ts")).length > 0);
});

test("the program that README begins with is the example that is run as installed", () => {
  const [first] = codeBlocks(documents().find(({ path }) => path === "README.md")!, "ts");
  assertEquals(first, readFileSync(join(root, "examples/quickstart.ts"), "utf8"));
});

test("the links between documents lead to files and headings that exist", () => {
  const proseOf = (path: string) =>
    readFileSync(join(root, path), "utf8").replaceAll(/^```.*?^```$/gms, "");
  const anchorsOf = (path: string) =>
    [...proseOf(path).matchAll(/^#+ (.+)$/gm)]
      .map(([, heading]) => heading.toLowerCase().replaceAll(/[^\w\- ]/g, "").replaceAll(" ", "-"));
  const pages = globSync("{*.md,src/*.md,examples/**/*.md}", { cwd: root });
  const links = pages.flatMap((page) =>
    [...proseOf(page).matchAll(/\]\(([^)\s]+)\)/g)]
      .filter(([, target]) => !/^https?:/.test(target))
      .map(([, target]) => {
        const [path, heading] = target.split("#");
        return { page, target, file: path ? join(dirname(page), path) : page, heading };
      })
  );
  const dead = links.filter(({ file, heading }) =>
    !existsSync(join(root, file)) || heading !== undefined && !anchorsOf(file).includes(heading)
  );
  assertEquals(dead.map(({ page, target }) => `${page}: ${target}`), []);
  assert(links.length > 80, `${links.length} links`);
});

test("the counters of examples end in _total, as lint() asks", () => {
  const comments = globSync("{mod.ts,src/**/*.ts}", { cwd: root }).map((path) => ({
    text: readFileSync(join(root, path), "utf8").replaceAll(/^ *\* ?/gm, ""),
  }));
  const files = globSync("examples/**/*.ts", { cwd: root })
    .map((path) => readFileSync(join(root, path), "utf8"));
  const examples = [...documents(), ...comments].flatMap((each) => codeBlocks(each, "ts"));
  const counters = [...files, ...examples].flatMap((example) => {
    // What is about the names of other counters shows one.
    if (/append-total|utf8Names|TYPE \w+ unknown/.test(example)) return [];
    return [
      ...example.matchAll(/\b(?:counter|counterWithCallback|constCounter)\(\{\s*name: "(.*?)"/g),
    ];
  }).map(([, name]) => name);
  assert(counters.length > 30, `${counters.length} counters`);
  assertEquals(counters.filter((name) => !name.endsWith("_total")), []);
});

test("codeBlocks has the blocks of one language, whatever else their first line says", () => {
  const text = "```ts\na\n```\n\n```promql\nb\n\nc\n```\n\n```ts ignore\nd\n```\n\n```\ne\n```\n";
  assertEquals(codeBlocks({ text }, "ts"), ["a\n", "d\n"]);
  assertEquals(codeBlocks({ text }, "promql"), ["b\n\nc\n"]);
});

test("the table of the stream processor's metrics is the catalogue, wherever it stands", () => {
  const rows = documents().flatMap(({ text }) => tableRows(text))
    .filter(([name, type]) =>
      /^`processor_\w+`$/.test(name) && /^(counter|gauge|histogram)$/.test(type)
    )
    .map(([name, type, labels]) => [name, type, labels]);
  const expected = catalogue.metrics.map(({ name, type, labels }) => [
    `\`${name}\``,
    type,
    Object.entries(labels)
      .map(([label, values]) => `\`${label}\`: ${[values].flat().join(", ")}`).join("<br>"),
  ]);
  assertEquals(rows, expected);
});

test("tableRows takes a bar in a cell for a part of it", () => {
  assertEquals(tableRows("| `a \\| b` | c |\nno row"), [["`a | b`", "c"]]);
});

test("the documents list each decided difference of what takes a client's place, and no other", () => {
  const { text } = documents().find(({ path }) => path === "examples/migrating.md")!;
  const section = text.split(/^#+ /m).find((part) => part.startsWith("What the drop-in does"))!;
  const [, , ...rows] = tableRows(section);
  const versions = { "prom-client": "15", "@prometheus-io/client": "0.16" };
  const expected = decided.map(({ what, clients, because }) => [
    what,
    clients.length > 1 ? "both" : versions[clients[0]],
    because,
  ]);
  assertEquals(rows, expected);
});

test("who says that pages are those of a client says that there are differences", () => {
  const paths = ["src/prom_client.ts", "src/prometheus_client.ts", "README.md"];
  const examples = globSync("examples/**/*.md", { cwd: root });
  const claims = [...paths, ...examples].flatMap((path) => {
    const text = readFileSync(join(root, path), "utf8").replaceAll(/\s+(\* )?/g, " ");
    return [...text.matchAll(/byte for byte.{0,9}/g)].map(([claim]) => `${path}: ${claim}`);
  });
  assertEquals(claims.filter((claim) => !claim.endsWith("byte for byte, but for")), []);
  assert(claims.length > 3, claims.join("\n"));
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
