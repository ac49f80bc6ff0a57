import type { PlatformName } from "../runtimes/platforms.ts";
import type { UnitTests } from "./bundle.ts";
import { deno, run } from "./command.ts";
import { bunTest, counted, denoTest, nodeTest } from "./counts.ts";
import { type Find, findBun, findDeno, findNode, findPackaged } from "./executables.ts";
import type { Outcome } from "./step.ts";

/** A runtime, or a way to use one: a row of the table of support. */
export interface Runtime {
  /** What it is called on the command line, and in the name of a step. */
  readonly name: string;
  /** What it is called in the table. */
  readonly title: string;
  readonly find: Find;
  /** Runs the unit tests; `undefined` if the platform has no test runner. */
  readonly test?: (executable: string, tests: UnitTests) => Promise<Outcome>;
  /** How it serves the app. */
  readonly serves: PlatformName;
  /** The test that installs the package for it, a file of `tests/installation/`. */
  readonly installs?: string;
}

/** The newest workerd is not always there for every system yet. */
const workerd = "workerd@1.20261023.1";

export const matrix: readonly Runtime[] = [
  {
    name: "deno",
    title: "Deno",
    find: findDeno,
    test: async (_, { sources, flags }) =>
      counted(await deno(["test", "-A", "--no-check", ...flags, ...sources]), denoTest),
    serves: "deno",
    installs: "deno_test.ts",
  },
  {
    name: "deno-serve",
    title: "Deno, `deno serve`",
    find: findDeno,
    serves: "deno serve",
  },
  {
    name: "deno-parallel",
    title: "Deno, `deno serve --parallel`",
    find: findDeno,
    serves: "deno serve --parallel",
  },
  {
    name: "bun",
    title: "Bun",
    find: findBun,
    test: async (bun, tests) => {
      // One process runs them all.
      const paths = (await tests.modules()).files.map((file) => `./${file}`);
      const flags = ["test", "--timeout=60000"];
      return counted(await run(bun, [...flags, ...paths]), bunTest);
    },
    serves: "bun",
    installs: "bun_test.ts",
  },
  node("node20", "Node 20", "20"),
  node("node22", "Node 22", "22"),
  node("node24", "Node 24", "24"),
  node("node-current", "Node, current release", "latest"),
  {
    name: "workerd",
    title: "Cloudflare Workers (workerd)",
    find: findPackaged(workerd, "workerd"),
    serves: "workerd",
    installs: "worker_test.ts",
  },
  {
    name: "edge-vm",
    title: "Vercel Edge (@edge-runtime/vm)",
    find: findPackaged("edge-runtime@4", "edge-runtime"),
    serves: "edge-vm",
    installs: "worker_test.ts",
  },
];

/** Those that the benchmarks compare, besides Deno. */
export const runtimes: readonly Runtime[] = matrix.filter(({ name }) =>
  ["bun", "node20", "node24"].includes(name)
);

function node(name: string, title: string, release: string): Runtime {
  return {
    name,
    title,
    find: findNode(release),
    test: async (node, tests) => {
      // The limit of a test that hangs in the event loop, and of a process that hangs in a test.
      const flags = ["--test", "--test-reporter=spec", "--test-timeout=300000"];
      const { processes } = await tests.modules();
      return counted(await run(node, [...flags, ...processes]), nodeTest);
    },
    serves: "node",
    installs: "node_test.ts",
  };
}
