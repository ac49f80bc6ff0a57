import { assertEquals, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import { test } from "node:test";
import { isWhole } from "../../../src/http/requests/response_end.ts";
import { observeBody } from "../../../src/http/requests/body_observer.ts";

/** A body of these parts, and how often it was asked for one. */
function bodyOf(parts: readonly Uint8Array[]) {
  const asked = { times: 0 };
  const left = [...parts];
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      asked.times++;
      const part = left.shift();
      if (part === undefined) controller.close();
      else controller.enqueue(part);
    },
  }, { highWaterMark: 0 });
  return { asked, body };
}

test("observeBody: the body has the same bytes, and their number is known at its end", async () => {
  await fc.assert(fc.asyncProperty(fc.array(fc.uint8Array()), async (parts) => {
    // A part without bytes cannot be told from the end by every reader.
    const filled = parts.filter((part) => part.length > 0);
    const { stream, end } = observeBody(bodyOf(filled).body);
    const read = new Uint8Array(await new Response(stream).arrayBuffer());
    assertEquals([...read], filled.flatMap((part) => [...part]));
    assertEquals(await end, { complete: true, bytes: read.length });
  }));
});

test("observeBody reads nothing before it is asked to", async () => {
  const { asked, body } = bodyOf([new Uint8Array(3), new Uint8Array(4)]);
  const { stream, end } = observeBody(body);
  const reader = stream.getReader();
  assertEquals(asked.times, 0);
  await reader.read();
  assertEquals(asked.times, 1);
  await reader.cancel();
  assertEquals(await end, { complete: false, bytes: 3 });
});

test("observeBody: a reader that cancels during a read cancels the source too", async () => {
  let reason: unknown;
  const source = new ReadableStream<Uint8Array>({
    cancel: (given) => void (reason = given),
  });
  const { stream, end } = observeBody(source);
  const reader = stream.getReader();
  const reading = reader.read();
  await reader.cancel("enough");
  assertEquals(await reading, { done: true, value: undefined });
  assertEquals([reason, await end], ["enough", { complete: false, bytes: 0 }]);
});

test("observeBody: a source that fails fails the reader, and its response is not complete", async () => {
  const source = new ReadableStream<Uint8Array>({
    pull: () => Promise.reject(new Error("disk")),
  });
  const { stream, end } = observeBody(source);
  const error = await new Response(stream).text().catch((error) => error);
  assertStringIncludes(String(error), "disk");
  assertEquals(await end, { complete: false, bytes: 0 });
});

test("isWhole: a body is no stream if its headers are those of a string", () => {
  const stream = () => new ReadableStream();
  const whole: readonly Response[] = [
    new Response("text", { headers: { "Content-Type": "text/plain; charset=UTF-8" } }),
    Response.json({}),
    new Response("<p>", { headers: { "Content-Type": "text/html; charset=UTF-8" } }),
    new Response(null, { status: 204 }),
    new Response(null, { status: 304 }),
  ];
  const others: readonly Response[] = [
    new Response(stream()),
    new Response(stream(), { headers: { "Content-Type": "text/event-stream" } }),
    new Response(stream(), { headers: { "Content-Type": "application/x-ndjson" } }),
    new Response(stream(), {
      headers: { "Content-Type": "text/html; charset=UTF-8", "Transfer-Encoding": "chunked" },
    }),
    new Response(null),
    new Response(new Uint8Array(1), { headers: { "Content-Length": "1" } }),
  ];
  assertEquals(whole.map(isWhole), whole.map(() => true));
  assertEquals(others.map(isWhole), others.map(() => false));
});
