import { installClients } from "../clients/differential/project.ts";
import { installNodePackages } from "../installation/node_packages.ts";
import { publish } from "../installation/publish.ts";
import { components, missing } from "../support/components.ts";
import { bundle } from "./bundle.ts";
import { deno } from "./command.ts";
import { counted, denoTest } from "./counts.ts";
import { lazy } from "./lazy.ts";
import { onRuntime } from "./on_runtime.ts";
import { matrix } from "./runtimes.ts";
import { selectFiles, type Selection, testFiles } from "./selection.ts";
import type { Step } from "./step.ts";

/** The suites as steps, and what is left to do after them. */
export interface Suites {
  readonly steps: readonly Step[];
  tidy(): Promise<void>;
}

/** Folders of tests that are no unit tests. The last one's belong to the benchmarks. */
export const special = [
  "tests/integration/",
  "tests/runtimes/",
  "tests/installation/",
  "tests/clients/differential/",
  "tests/bench/",
];

export function suites({ words, runtime }: Selection, flags: readonly string[]): Suites {
  const files = selectFiles(testFiles(), words);
  const [integration, served, installation, differential] = special.map((folder) =>
    files.filter((file) => file.startsWith(folder))
  );
  const sources = files.filter((file) => !special.some((folder) => file.startsWith(folder)));

  const unit = lazy(() => bundle(sources, flags));
  const registry = lazy(publish);
  const nodePackages = lazy(async () => installNodePackages((await registry.get()).url));
  const clients = lazy(installClients);
  const testOnDeno = async (...args: string[]) =>
    counted(await deno(["test", "-A", "--no-check", ...flags, ...args]), denoTest);

  const onDeno = (runtime ?? "deno") === "deno";
  const installing = (name?: string) => installation.find((file) => file.endsWith(`/${name}`));
  const packaged = installing("package_test.ts");
  const wrappers = installing("wrappers_test.ts");

  const rows = matrix.filter(({ name }) => (runtime ?? name) === name);
  // The longest first: what is started last should not be what all wait for.
  const candidates = [
    onDeno && integration.length > 0 &&
    integrationTests(() => testOnDeno("--parallel", ...integration)),
    ...rows.map((row) => {
      const { test } = row;
      return test && sources.length > 0 &&
        onRuntime(
          row,
          "unit tests",
          async (executable) => test(executable, (await unit.get()).tests),
        );
    }),
    onDeno && packaged && {
      name: "package as published",
      run: async () => testOnDeno(packaged, "--", (await registry.get()).url),
    },
    ...rows.map((row) => {
      const installs = installing(row.installs);
      return installs && onRuntime(row, "installed", async (executable) => {
        const { url } = await registry.get();
        const installed = row.serves === "node" ? [(await nodePackages.get()).folder] : [];
        return await testOnDeno(installs, "--", row.serves, executable, url, ...installed);
      });
    }),
    ...rows.map((row) =>
      served.length > 0 &&
      onRuntime(
        row,
        "served app",
        (executable) => testOnDeno(...served, "--", row.serves, executable),
      )
    ),
    ...rows.map((row) =>
      row.name === "node24" && wrappers &&
      onRuntime(row, "wrapped", async (executable) => {
        const { url } = await registry.get();
        return await testOnDeno(wrappers, "--", executable, url);
      })
    ),
    ...rows.map((row) =>
      row.test && row.name !== "node-current" && differential.length > 0 &&
      onRuntime(row, "drop-in", async (executable) => {
        const { folder } = await clients.get();
        return await testOnDeno(...differential, "--", row.name, executable, folder);
      })
    ),
  ];
  const steps = candidates.filter((step) => typeof step === "object");
  const tidy = async () => {
    await Promise.all([
      unit.remove(),
      registry.remove(),
      nodePackages.remove(),
      clients.remove(),
    ]);
  };
  return { steps, tidy };
}

function integrationTests(run: Step["run"]): Step {
  return {
    name: "integration tests",
    run: async () => ({ ...await run(), remark: missing(...components) || undefined }),
  };
}
