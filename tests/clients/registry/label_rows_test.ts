import { assertEquals, assertStrictEquals } from "@std/assert";
import { test } from "node:test";
import { withDefaultColumns } from "../../../src/clients/registry/label_rows.ts";

test("withDefaultColumns: the values are one list as long as rows are added only", () => {
  const values = ["1", "", "", "own"];
  const names = ["x", "y"];
  const defaults = { y: "filled", app: 5 };
  const one = withDefaultColumns({ names, values, rows: 1 }, defaults);
  assertEquals(one, { names: ["x", "y", "app"], values: ["1", "filled", "5"], rows: 1 });
  const two = withDefaultColumns({ names, values, rows: 2 }, defaults);
  assertStrictEquals(two.values, one.values);
  assertEquals([two.rows, two.values], [2, ["1", "filled", "5", "", "own", "5"]]);
  const other = withDefaultColumns({ names, values, rows: 2 }, { y: "other", app: 5 });
  assertEquals(other.values, ["1", "other", "5", "", "own", "5"]);
  assertEquals(two.values[1], "filled");
});
