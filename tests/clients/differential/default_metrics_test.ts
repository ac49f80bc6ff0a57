/**
 * Our default metrics are those of the clients, family by family, made of the clients' own classes.
 *
 *     deno test -A tests/clients/differential/default_metrics_test.ts -- node24 $(which node)
 */
import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { clientsHere, runtimeProgram } from "./runtime_program.ts";

const program = runtimeProgram("tests/clients/differential/default_metrics.ts");

for (const client of clientsHere) {
  test(`the default metrics of ${client} are the same`, async () => {
    assertEquals(await program.run([client]), { code: 0, text: "0 differences" });
  });
}
