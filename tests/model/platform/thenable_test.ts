import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { runInNewContext } from "node:vm";
import { isThenable } from "../../../src/model/platform/thenable.ts";

test("isThenable: promises of every realm and library are, and nothing else is", () => {
  const callable = Object.assign(() => {}, { then() {} });
  const foreign = runInNewContext("Promise").resolve();
  for (const value of [Promise.resolve(), foreign, { then() {} }, callable]) {
    assertEquals(isThenable(value), true);
  }
  const unreadable = {
    get then() {
      throw new Error("no entry");
    },
  };
  for (const value of [undefined, null, 5, "then", {}, [], { then: 5 }, unreadable]) {
    assertEquals(isThenable(value), false);
  }
});
