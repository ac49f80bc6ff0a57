import { globSync } from "node:fs";
import { components, missing } from "../support/components.ts";
import { type Bundle, bundle } from "./bundle.ts";
import { deno } from "./command.ts";
import { counted, denoTest } from "./counts.ts";
import { type Runtime, runtimes } from "./runtimes.ts";
import { none, type Outcome, type Step } from "./step.ts";

/** Which tests to run: files whose path contains one of the words, on one runtime or on all. */
export interface Selection {
  readonly words: readonly string[];
  readonly runtime?: string;
}

/** The suites as steps, and what is left to do after them. */
export interface Suites {
  readonly steps: readonly Step[];
  tidy(): Promise<void>;
}

export function suites({ words, runtime }: Selection, assertFlags: readonly string[]): Suites {
  const files = globSync("tests/**/*_test.ts").sort()
    .filter((file) => !/^tests\/(bench|installation|runtimes)\//.test(file))
    .filter((file) => words.length === 0 || words.some((word) => file.includes(word)));
  const integration = files.filter((file) => file.startsWith("tests/integration/"));
  const unit = files.filter((file) => !integration.includes(file));

  const testOnDeno = async (...args: string[]) =>
    counted(await deno(["test", "-A", ...assertFlags, ...args]), denoTest);
  let pending: Promise<Bundle> | undefined;
  const bundled = () => pending ??= bundle(unit, assertFlags);

  const suite = (on: string, files: readonly string[], step: Step) =>
    files.length > 0 && (runtime ?? on) === on ? [step] : [];
  const unitSuite = (on: string, run: Step["run"]) =>
    suite(on, unit, { name: `unit tests on ${on}`, comparable: true, run });

  const steps = [
    ...suite("deno", integration, {
      name: "integration tests",
      run: async () => ({
        ...await testOnDeno("--parallel", ...integration),
        remark: missing(...components) || undefined,
      }),
    }),
    ...unitSuite("deno", () => testOnDeno(...unit)),
    ...runtimes.flatMap((other) => unitSuite(other.name, () => testBundled(other, bundled))),
  ];
  const tidy = async () => {
    const made = await pending?.catch(() => undefined);
    await made?.remove();
  };
  return { steps, tidy };
}

/** A runtime that cannot be had is one skipped test, whatever it would have run. */
async function testBundled(runtime: Runtime, bundled: () => Promise<Bundle>): Promise<Outcome> {
  const found = await runtime.find();
  if ("reason" in found) return { ...none, skipped: 1, remark: found.reason };
  return await runtime.test(found.executable, (await bundled()).files);
}
