import { assert, assertEquals } from "@std/assert";
import { test } from "node:test";
import { PushError } from "../../../src/push/delivery/push_error.ts";
import { checkTargetLabels } from "../../../src/push/remote_writer/target_labels.ts";
import { assertThrowsWith } from "../../support/rejects.ts";

const check = (labels: unknown) => checkTargetLabels("a writer", labels);

test("checkTargetLabels: a copy, without empty values, and with whole characters", () => {
  const labels = { job: "shop", instance: "", zone: "a\ud83d" };
  const copy = check(labels);
  labels.job = "other";
  assertEquals(copy, { job: "shop", zone: "a\ufffd" });
});

test("checkTargetLabels: what is no object of texts is refused, with its name", () => {
  for (const labels of ["job", null, ["job"], 5]) {
    assertThrowsWith(() => check(labels), PushError, "a writer", "must be an object");
  }
  for (const value of [5, undefined, null, {}, "a\0b"]) {
    assertThrowsWith(() => check({ job: value }), PushError, '"job"', "must be a text");
  }
});

test("checkTargetLabels: names that a server or a type of metric gives itself are refused", () => {
  for (const name of ["__name__", "__a", "le", "quantile", "a.b", "", "1", "ü"]) {
    const { message } = assertThrowsWith(() => check({ [name]: "a" }), PushError, "a writer");
    assert(message.includes(JSON.stringify(name)), message);
  }
});
