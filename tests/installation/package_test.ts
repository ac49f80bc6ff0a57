/** What holds of the published package wherever it is installed. */
import { assert, assertEquals } from "@std/assert";
import { existsSync, readFileSync } from "node:fs";
import { copyFile, cp } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { after, before, test } from "node:test";
import { root } from "../support/root.ts";
import { type Bundled, bundleForWorker } from "./esbuild.ts";
import { portableFiles } from "./examples.ts";
import { createNpmProject, strictChecks } from "./npm_project.ts";
import { otherHono, programs, writePrograms } from "./programs.ts";
import type { Project } from "./project.ts";

const [registry] = process.argv.slice(2);
const { imports } = JSON.parse(readFileSync(join(root, "deno.json"), "utf8"));

/** The oldest versions that the package allows; a host that has them shares them. */
const oldest = ["hono", "zod"].map((name) => `${name}@${imports[name].match(/\^(.+)$/)[1]}`);

let project: Project;

before(async () => {
  project = await createNpmProject(registry);
  const packages = [
    ...oldest,
    otherHono.alias,
    "typescript@5.7",
    "@types/node",
    "esbuild",
    "webpack",
  ];
  await project.run("npm", ["install", "--no-audit", "--no-fund", ...packages]);
  await project.run("npx", ["-y", "jsr", "add", "@edgeprom/edgeprom"]);
  await project.copy(portableFiles);
  await writePrograms(project, registry);
});

after(() => project?.remove());

test("npm install: a host's older Hono and Zod are shared, not doubled", () => {
  assert(!existsSync(join(project.folder, "node_modules/@edgeprom/edgeprom/node_modules")));
});

for (const [name, check] of Object.entries(strictChecks("node"))) {
  test(`types compile with ${name} 5.7, and the oldest Hono and Zod`, async () =>
    void await check(project));
}

for (const program of programs) {
  test(`program ${program} runs with the oldest Hono and Zod`, async () => {
    await project.run(process.execPath, ["run", "-A", "--node-modules-dir=manual", program]);
  });
}

for (const entry of ["core", "push"]) {
  test(`./${entry} runs without any other package`, async () => {
    const packages = (below: string) => join(project.folder, below, "node_modules/@edgeprom");
    await cp(packages("."), packages("../alone"), { recursive: true });
    await project.write(`../alone/${entry}.mjs`, `import "@edgeprom/edgeprom/${entry}";\n`);
    await project.run("node", [`../alone/${entry}.mjs`]);
  });

  test(`./${entry} brings no other package into a bundle`, async () => {
    await project.write(`${entry}_only.ts`, `export * from "@edgeprom/edgeprom/${entry}";\n`);
    const { packages, external } = await bundleForWorker(project, `${entry}_only.ts`);
    assertEquals(packages, ["@edgeprom/edgeprom"]);
    assertEquals(external, []);
  });
}

for (
  const [what, program, bytes] of [
    ["./core: a registry, a counter and text", "counter_page.ts", 101_700],
    [".: a registry, a counter and a scrape", "scrape_page.ts", 142_300],
    ["./push: a registry, a counter, text and a RemoteWriter", "remote_writer.ts", 147_300],
    ["./push: a registry, a counter, text and a DeltaPusher", "delta_pusher.ts", 144_400],
  ] as const
) {
  test(`${what} take ${bytes.toLocaleString("en")} bytes at most`, async () => {
    const flags = ["--minify", "--platform=browser"];
    const { file } = await bundleForWorker(project, program, flags);
    const { length } = readFileSync(file);
    assert(length <= bytes, `${length} bytes`);
  });
}

for (
  const [entry, bytes] of [
    ["", 1600],
    ["/core", 500],
    ["/runtime", 500],
    ["/testing", 500],
    ["/aggregate", 2500],
    ["/operations", 2500],
    ["/push", 2500],
    ["/workers", 2500],
  ] as const
) {
  test(`an import of .${entry} of which nothing is used leaves nothing in a bundle`, async () => {
    const program = `unused${entry.replace("/", "_")}.ts`;
    await project.write(program, `import "@edgeprom/edgeprom${entry}";\n`);
    const others = ["hono", "hono/*", "zod", "zod/*"].map((name) => `--external:${name}`);
    const flags = ["--minify", "--platform=browser", ...others];
    const { file } = await bundleForWorker(project, program, flags);
    // What is left is imports of other packages, and small constants that esbuild keeps.
    const { length } = readFileSync(file);
    assert(length <= bytes, `${length} bytes`);
  });
}

test("the live page is in no bundle but of an app, and there in a part that is loaded later", async () => {
  const has = ({ sources }: Bundled) => sources.some((source) => source.includes("/http/live/"));
  const flags = ["--platform=browser", "--splitting"];
  const bundleOf = async (name: string, text: string, flags?: string[]) => {
    await project.write(name, text);
    return await bundleForWorker(project, name, flags);
  };
  const from = (names: string) => `export { ${names} } from "@edgeprom/edgeprom";\n`;
  const scrape = from("scrape, MetricsRegistry, httpMetrics");
  assertEquals(has(await bundleOf("scrape_only.ts", scrape)), false);
  assertEquals(
    has(await bundleOf("core_only.ts", `export * from "@edgeprom/edgeprom/core";\n`)),
    false,
  );
  assertEquals(has(await bundleOf("app_in_parts.ts", from("createMetricsApp"), flags)), false);
  // A bundler that makes one file has nowhere else to put it.
  assertEquals(has(await bundleOf("app_in_one.ts", from("createMetricsApp"))), true);
});

for (const platform of ["browser", "neutral", "node"]) {
  test(`esbuild for ${platform} puts everything into a bundle, and warns of nothing`, async () => {
    const flags = [`--platform=${platform}`, "--main-fields=module,main", "--splitting"];
    const bundle = await bundleForWorker(project, "entries.ts", flags);
    assertEquals([bundle.external, bundle.externalLater, bundle.output], [[], [], ""]);
  });
}

for (const target of ["web", "webworker", "node"]) {
  test(`webpack for ${target} puts everything into a bundle, and warns of nothing`, async () => {
    const configuration = {
      context: project.folder,
      entry: "./entries.mjs",
      target,
      mode: "production",
      performance: { hints: false },
      // To minimize takes most of the time, and is the same for all.
      optimization: { minimize: target === "web" },
    };
    await copyFile(join(project.folder, "entries.ts"), join(project.folder, "entries.mjs"));
    await project.write(
      "webpack.mjs",
      `import webpack from "webpack";
webpack(${JSON.stringify(configuration)}, (error, stats) => {
  if (error) throw error;
  const { errors, warnings } = stats.toJson();
  console.log([...errors, ...warnings].map(({ message }) => message).join("\\n"));
});
`,
    );
    assertEquals((await project.run("node", ["webpack.mjs"])).trim(), "");
  });
}

test("a server in a bundle for Node listens, with Node's module found when it starts", async () => {
  const flags = ["--platform=node", "--minify"];
  const { file, external } = await bundleForWorker(project, "own_server.ts", flags);
  assertEquals(external, []);
  await project.run("node", [file]);
});
