import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { copiesItsBody } from "../../../src/http/scrape/copied_body.ts";
import { pause } from "../../support/deferred.ts";
import { LateResponse } from "../../support/late_response.ts";

class FailingResponse extends Response {
  override arrayBuffer(): Promise<ArrayBuffer> {
    return Promise.reject(new Error("no body"));
  }
}

test("copiesItsBody: found out by trying, and false until then", async () => {
  const classes = [Response, LateResponse, FailingResponse];
  assertEquals(classes.map(copiesItsBody).slice(1), [false, false]);
  for (let turn = 0; turn < 100 && !copiesItsBody(Response); turn++) await pause(0.01);
  await pause(0.01);
  assertEquals(classes.map(copiesItsBody), [true, false, false]);
});
