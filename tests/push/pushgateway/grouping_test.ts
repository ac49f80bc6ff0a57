import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { PushError } from "../../../src/push/delivery/push_error.ts";
import { groupLabels, groupPath } from "../../../src/push/pushgateway/grouping.ts";
import { assertThrowsWith } from "../../support/rejects.ts";

const labels = (job: unknown, grouping: unknown = {}) => groupLabels("a gateway", job, grouping);
const path = (job: string, grouping = {}) => groupPath(labels(job, grouping));

test("groupLabels: the job, and then the others as they are given", () => {
  assertEquals(labels("backup"), [["job", "backup"]]);
  assertEquals(labels("backup", { zone: "b", instance: "", a: "1" }), [
    ["job", "backup"],
    ["zone", "b"],
    ["instance", ""],
    ["a", "1"],
  ]);
});

test("groupLabels: what no group can have is refused", () => {
  const cases: readonly [unknown, unknown, string][] = [
    ["", {}, "job is empty"],
    [7, {}, "job must be a string, not 7"],
    ["a\ud800", {}, "job has a lone surrogate"],
    ["a", "instance=db1", 'grouping "instance=db1" must be an object'],
    ["a", null, "grouping null must be an object"],
    ["a", [], "must be an object"],
    ["a", { job: "b" }, 'label "job" has an option of its own'],
    ["a", { "in-stance": "b" }, 'label "in-stance" must have a name of letters'],
    ["a", { "1a": "b" }, 'label "1a" must have a name'],
    ["a", { "": "b" }, 'label "" must have a name'],
    ["a", { __name__: "b" }, 'label "__name__" must have a name'],
    ["a", { instance: 1 }, 'label "instance" must be a string, not 1'],
    ["a", { instance: undefined }, 'label "instance" must be a string'],
    ["a", { instance: "\udc00" }, 'label "instance" has a lone surrogate'],
  ];
  for (const [job, grouping, problem] of cases) {
    assertThrowsWith(() => labels(job, grouping), PushError, "a gateway: ", problem);
  }
});

test("groupPath: a value is escaped, and a space is no plus sign", () => {
  assertEquals(path("backup"), "/metrics/job/backup");
  assertEquals(
    path("a b+c", { instance: "db1:80", zone: "50%" }),
    "/metrics/job/a%20b%2Bc" +
      "/instance/db1%3A80/zone/50%25",
  );
  assertEquals(path("ä€😀"), "/metrics/job/%C3%A4%E2%82%AC%F0%9F%98%80");
  assertEquals(
    path("%2e", { a: "...", b: "a.b", c: "?#\\" }),
    "/metrics/job/%252e" +
      "/a/.../b/a.b/c/%3F%23%5C",
  );
});

test("groupPath: what a path cannot hold is base64 for URLs", () => {
  assertEquals(path("a/b"), "/metrics/job@base64/YS9i");
  assertEquals(path("a", { b: "" }), "/metrics/job/a/b@base64/=");
  assertEquals(path(".", { a: ".." }), "/metrics/job@base64/Lg/a@base64/Li4");
  assertEquals(path("/>>>???ü"), "/metrics/job@base64/Lz4-Pj8_P8O8");
  assertEquals(path("a\nb", { c: "\0" }), "/metrics/job@base64/YQpi/c@base64/AA");
});

test("groupPath: parsers of URLs leave it as it is", () => {
  for (const value of ["a b", "..", ".", "", "/", "%2e%2e", "a\\b", "?", "#", "a\tb", "ä", "'"]) {
    const written = path("a", { b: value });
    assertEquals(new URL(written, "http://host").pathname, written);
  }
});
