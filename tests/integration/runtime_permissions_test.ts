import { assertEquals } from "@std/assert";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { root } from "../support/root.ts";

const source = pathToFileURL(join(root, "src")).href;

const program = encodeURIComponent(`
  import { MetricsRegistry } from "${source}/core.ts";
  import { registerRuntimeMetrics } from "${source}/runtime.ts";
  const registry = new MetricsRegistry();
  const metrics = registerRuntimeMetrics(registry);
  const { families, errors } = await registry.gather();
  metrics.stop();
  console.log(JSON.stringify([families.map(({ name }) => name), errors.length]));
`);

/** What Deno shows with these permissions. */
async function shown(...flags: readonly string[]): Promise<readonly string[]> {
  const args = ["run", "--quiet", "--no-check", ...flags, `data:text/typescript,${program}`];
  // Not node:child_process, which gives another Deno the permissions that this one has.
  const command = new Deno.Command(Deno.execPath(), { args, cwd: root, stdin: "null" });
  const { stdout, stderr } = await command.output();
  const decoder = new TextDecoder();
  assertEquals(decoder.decode(stderr), "");
  const [names, errors] = JSON.parse(decoder.decode(stdout));
  assertEquals(errors, 0);
  return names;
}

test("runtime metrics on Deno without permissions: what needs none is shown, and none is asked for", async () => {
  const all = await shown("--allow-all");
  for (const flags of [[], ["--allow-read"], ["--allow-all", "--deny-read"]]) {
    const less = await shown(...flags);
    const missing = all.filter((name) => !less.includes(name));
    const expected = process.platform === "linux"
      ? ["max_fds", "open_fds", "threads", "virtual_memory_bytes"].map((name) => `process_${name}`)
      : [];
    assertEquals(missing, expected);
  }
});
