import { assertEquals } from "@std/assert";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { root } from "../support/root.ts";

const source = pathToFileURL(join(root, "src/clients/defaults")).href;
const recorder = pathToFileURL(join(root, "tests/clients/defaults/recording_client.ts")).href;

const program = encodeURIComponent(`
  import { collectDefaultMetricsOf } from "${source}/collect_default_metrics.ts";
  import { prometheusClientDefaults } from "${source}/default_probes.ts";
  import { recordingClient } from "${recorder}";
  const client = recordingClient();
  collectDefaultMetricsOf(client, prometheusClientDefaults)();
  const read = Object.entries(client.read());
  console.log(JSON.stringify(read.map(([name]) => name)));
`);

/** The families that Deno shows with these permissions. The process ends by itself. */
async function shown(...flags: readonly string[]): Promise<readonly string[]> {
  const args = ["run", "--quiet", "--no-check", ...flags, `data:text/typescript,${program}`];
  // Not node:child_process, which gives another Deno the permissions that this one has.
  const command = new Deno.Command(Deno.execPath(), { args, cwd: root, stdin: "null" });
  const { stdout, stderr } = await command.output();
  const decoder = new TextDecoder();
  assertEquals(decoder.decode(stderr), "");
  return JSON.parse(decoder.decode(stdout));
}

test("default metrics on Deno without permissions: what needs none is there, and none is asked for", async () => {
  const all = await shown("--allow-all");
  for (const flags of [[], ["--allow-read"], ["--allow-all", "--deny-read"]]) {
    const less = await shown(...flags);
    const expected = process.platform === "linux"
      ? ["virtual_memory_bytes", "heap_bytes", "open_fds", "max_fds"].map((name) =>
        `process_${name}`
      )
      : [];
    assertEquals(all.filter((name) => !less.includes(name)), expected);
  }
});
