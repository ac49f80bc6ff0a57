/** The clients without a process: no Node, no web API but a clock. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { before, test } from "node:test";
import { runBare, scriptOf } from "../support/sandbox.ts";
import type { ClientReport } from "./programs/clients.ts";

/** What Workers and browsers have, and the clients may use. */
const allowed = { URL, TextEncoder, TextDecoder, console, performance, setTimeout, clearTimeout };

let reports: readonly ClientReport[];

before(async () => {
  const script = await scriptOf("tests/integration/programs/clients.ts");
  reports = await runBare(script, { ...allowed }).reports;
});

for (const [position, name] of ["prom-client", "@prometheus-io/client"].entries()) {
  test(`${name} counts and writes pages without a process`, () => {
    const { page, json, families } = reports[position];
    assertStringIncludes(page, '# TYPE a_total counter\na_total{x="1"} 2\n');
    assertStringIncludes(page, 'd{quantile="0.5"} 5\nd_sum 5\nd_count 1\n');
    assertEquals(json, 5);
    assertEquals([...families], ["a_total", "b", "c", "d", "e_total"]);
  });

  test(`${name} leaves out what needs a process, and says so`, () => {
    const { errors: [value, push], cluster } = reports[position];
    assertEquals(value, "TypeError: Value is not a valid number: x");
    assertStringIncludes(push, "node:http");
    assertEquals(cluster.trim().startsWith("# HELP"), position === 1);
  });
}
