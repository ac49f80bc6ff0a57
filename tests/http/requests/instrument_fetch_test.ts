import { assertEquals, assertStrictEquals } from "@std/assert";
import { test } from "node:test";
import {
  instrumentFetch,
  type InstrumentFetchOptions,
  MetricsRegistry,
  RegistrationError,
} from "../../../mod.ts";
import { getSampleValue } from "../../../src/testing.ts";
import { withClock } from "../../support/clock.ts";
import { deferred } from "../../support/deferred.ts";
import { samplesOf } from "../../support/pages.ts";
import { recordingLogger } from "../../support/recording_logger.ts";
import { assertThrowsWith } from "../../support/rejects.ts";
import { handmadeSchema } from "../../support/schemas.ts";
import { withWallClock } from "../../support/wall_clock.ts";

type Upstream = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/** A registry, and a `fetch` that measures into it. */
function measured(
  upstream: Upstream = () => Promise.resolve(new Response("ok")),
  options: Omit<InstrumentFetchOptions, "registry"> = {},
) {
  const registry = new MetricsRegistry();
  return { registry, fetch: instrumentFetch(upstream, { registry, ...options }) };
}

/** The samples of a family, without its name. */
async function counts(registry: MetricsRegistry, name = "http_client_requests_total") {
  const samples = await samplesOf(registry);
  return samples.filter((sample) => sample.startsWith(`${name}{`))
    .map((sample) => sample.slice(name.length)).sort();
}

const host = "api.example.com";
const address = `https://${host}/users/7?token=secret`;

test("instrumentFetch counts and times a request by method, host and status", async () => {
  await withClock(async (clock) => {
    const { registry, fetch } = measured(() => {
      clock.advance(0.25);
      return Promise.resolve(new Response("made", { status: 201 }));
    });
    const response = await fetch(address, { method: "post" });
    assertEquals(await response.text(), "made");
    const labels = { method: "POST", host, status: "201" };
    const seconds = "http_client_request_duration_seconds_sum";
    assertEquals(await getSampleValue(registry, "http_client_requests_total", labels), 1);
    assertEquals(await getSampleValue(registry, seconds, labels), 0.25);
    assertEquals(await getSampleValue(registry, "http_client_requests_in_flight"), 0);
  });
});

test("instrumentFetch returns the very response, and passes its arguments on as they are", async () => {
  const response = new Response();
  const asked: unknown[] = [];
  const { fetch } = measured((...parameters) => {
    asked.push(...parameters);
    return Promise.resolve(response);
  });
  const [request, init] = [new Request(address), { headers: { "X-A": "1" } }];
  assertStrictEquals(await fetch(request, init), response);
  assertStrictEquals(asked[0], request);
  assertStrictEquals(asked[1], init);
});

test("instrumentFetch keeps the other properties of the function", () => {
  const upstream = Object.assign(() => Promise.resolve(new Response()), {
    preconnect: () => "yes",
  });
  const fetch = instrumentFetch(upstream, { registry: new MetricsRegistry() });
  assertEquals(fetch.preconnect(), "yes");
});

test("instrumentFetch treats a string, a URL and a request the same", async () => {
  const { registry, fetch } = measured();
  await fetch(address);
  await fetch(new URL(address));
  await fetch(new Request(address));
  await fetch(new Request(address, { method: "PUT" }));
  await fetch(new Request(address, { method: "PUT" }), { method: "delete" });
  await fetch("http://localhost:8080/", { method: "whatever" });
  assertEquals(await counts(registry), [
    `{method="DELETE",host="${host}",status="200"} 1`,
    `{method="GET",host="${host}",status="200"} 3`,
    `{method="PUT",host="${host}",status="200"} 1`,
    '{method="other",host="localhost:8080",status="200"} 1',
  ]);
});

test("instrumentFetch counts a request without a response, and throws its error", async () => {
  const failure = new TypeError("connection refused");
  const { registry, fetch } = measured(() => Promise.reject(failure));
  const error = await fetch(address).catch((error) => error);
  assertStrictEquals(error, failure);
  assertEquals(await counts(registry), [`{method="GET",host="${host}",status="error"} 1`]);
  assertEquals(await getSampleValue(registry, "http_client_requests_in_flight"), 0);
});

test("instrumentFetch counts a request that its signal ended as aborted", async () => {
  const upstream: Upstream = (input, init) => {
    const signal = init?.signal ?? (input as Request).signal;
    return Promise.reject(signal.reason ?? new Error("no reason"));
  };
  const { registry, fetch } = measured(upstream);
  const reason = new Error("no longer wanted");
  const signal = AbortSignal.abort(reason);
  assertStrictEquals(await fetch(address, { signal }).catch((error) => error), reason);
  await fetch(new Request(address, { signal })).catch((error) => error);
  assertEquals(await counts(registry), [`{method="GET",host="${host}",status="aborted"} 2`]);
});

test("instrumentFetch treats a function that throws as one that rejects", async () => {
  const { registry, fetch } = measured(() => {
    throw new Error("at once");
  });
  const error = await fetch(address).catch((error) => error);
  assertEquals(error.message, "at once");
  assertEquals(await getSampleValue(registry, "http_client_requests_in_flight"), 0);
});

test("instrumentFetch: concurrent requests are in flight until their responses arrive", async () => {
  const go = deferred();
  const { registry, fetch } = measured(() => go.promise.then(() => new Response("ok")));
  const asked = [fetch(address), fetch(address)];
  assertEquals(await getSampleValue(registry, "http_client_requests_in_flight"), 2);
  go.resolve();
  await Promise.all(asked);
  assertEquals(await getSampleValue(registry, "http_client_requests_in_flight"), 0);
});

test("instrumentFetch: hosts can be limited", async () => {
  const upper = handmadeSchema((value) => ({ value: String(value).toUpperCase() }));
  for (const [hosts, known] of [[[host], host], [upper, host.toUpperCase()]] as const) {
    const { registry, fetch } = measured(undefined, { hosts });
    await fetch(address);
    await fetch("https://elsewhere.example.com");
    const other = Array.isArray(hosts) ? "other" : "ELSEWHERE.EXAMPLE.COM";
    const labels = (host: string) => ({ method: "GET", host, status: "200" });
    const name = "http_client_requests_total";
    assertEquals(await getSampleValue(registry, name, labels(known)), 1);
    assertEquals(await getSampleValue(registry, name, labels(other)), 1);
  }
});

test("instrumentFetch: a custom label is read from the target of the request", async () => {
  const api = {
    from: ({ url }: { url: URL | undefined }) => url?.pathname.split("/")[1],
    allowed: ["users", "orders"],
  };
  const { registry, fetch } = measured(undefined, { status: "class", labels: { api } });
  await fetch(address);
  await fetch(`https://${host}/secret/path`);
  const start = `{method="GET",host="${host}",status="2xx"`;
  assertEquals(await counts(registry), [`${start},api="other"} 1`, `${start},api="users"} 1`]);
});

test("instrumentFetch counts a request with an invalid URL, whatever becomes of it", async () => {
  const { registry, fetch } = measured();
  const strange = {
    toString() {
      throw new Error("no text");
    },
  };
  for (const input of ["/relative", "", "http://", null, undefined, 7, strange]) {
    await fetch(input as string);
  }
  assertEquals(await counts(registry), [
    '{method="GET",host="other",status="200"} 6',
    '{method="other",host="other",status="200"} 1',
  ]);
});

test("instrumentFetch observes sizes that are known", async () => {
  const headers = { "Content-Length": "42" };
  const upstream: Upstream = (input) =>
    Promise.resolve(new Response(null, String(input).endsWith("known") ? { headers } : {}));
  const { registry, fetch } = measured(upstream, { requestSize: true, responseSize: true });
  const bodies: readonly (readonly [body: BodyInit | undefined, bytes: number | undefined])[] = [
    [undefined, 0],
    ["grüße", 7],
    [new Uint8Array(9), 9],
    [new Uint8Array(8).buffer, 8],
    [new Blob(["abc"]), 3],
    [new URLSearchParams({ a: "b c" }), 5],
    [new FormData(), undefined],
    [new ReadableStream(), undefined],
  ];
  for (const [body] of bodies) {
    await fetch(`https://${host}/`, { method: "POST", body, duplex: "half" } as RequestInit);
  }
  const known = bodies.filter(([, bytes]) => bytes !== undefined);
  const labels = { method: "POST", host, status: "200" };
  const name = "http_client_request_size_bytes";
  assertEquals(await getSampleValue(registry, `${name}_count`, labels), known.length);
  assertEquals(await getSampleValue(registry, `${name}_sum`, labels), 32);
  await fetch(`https://${host}/known`);
  assertEquals(await counts(registry, "http_client_response_size_bytes_sum"), [
    `{method="GET",host="${host}",status="200"} 42`,
  ]);
});

test("instrumentFetch: an error of the host's functions costs the value and is logged once", async () => {
  const logger = recordingLogger();
  const from = () => {
    throw new Error("no such team");
  };
  const { registry, fetch } = measured(undefined, {
    logger,
    labels: { team: { from, allowed: ["a"] } },
  });
  for (let time = 0; time < 3; time++) await fetch(address);
  assertEquals(await counts(registry), [
    `{method="GET",host="${host}",status="200",team="other"} 3`,
  ]);
  assertEquals(logger.messages, ["warn: instrumentFetch: no such team"]);
});

test("instrumentFetch refuses a wrong label at once", () => {
  const label = { from: () => "x", allowed: ["x"] };
  for (const name of ["method", "status"]) {
    const registry = new MetricsRegistry();
    const make = () => instrumentFetch(fetch, { registry, labels: { [name]: label } });
    assertThrowsWith(make, RegistrationError, name, "already");
  }
});

test("instrumentFetch: two wrappers with one registry measure into the same families", async () => {
  const registry = new MetricsRegistry();
  const upstream: Upstream = () => Promise.resolve(new Response());
  await instrumentFetch(upstream, { registry })(address);
  await instrumentFetch(upstream, { registry })(address);
  assertEquals(await counts(registry), [`{method="GET",host="${host}",status="200"} 2`]);
});

test("instrumentFetch refuses a wrong argument at once, by name", () => {
  const registry = new MetricsRegistry();
  for (const wrong of [undefined, null, 5, "https://api.example.com", { registry }]) {
    const make = () => instrumentFetch(wrong as never, { registry });
    assertThrowsWith(make, RegistrationError, "instrumentFetch: fetch", "a function");
  }
  const options: readonly (readonly [options: unknown, ...parts: string[]])[] = [
    [{ registry: {} }, "registry", "MetricsRegistry"],
    [registry, "{ registry }"],
    [null, "object"],
    [{ registry, host: ["a"] }, '"host"', '"hosts"'],
    [{ registry, hosts: "api.example.com" }, '"host"'],
    [{ registry, hosts: { optional: true } }, '"host" allows any value'],
    [{ registry, status: 200 }, "status 200"],
    [{ registry, exclude: [] }, '"exclude"', "hosts"],
    [{ registry, logger: "console" }, "logger", "warn()"],
    [{ registry, duration: 1 }, "duration 1"],
  ];
  for (const [wrong, ...parts] of options) {
    assertThrowsWith(() => instrumentFetch(fetch, wrong as never), RegistrationError, ...parts);
  }
});

test("instrumentFetch leaves a response as it came: unread, with all that it says of itself", async () => {
  const body = new ReadableStream({
    start: (controller) => {
      controller.enqueue(new TextEncoder().encode("streamed"));
      controller.close();
    },
  });
  const upstream = Object.defineProperties(new Response(body, { status: 203 }), {
    url: { value: "https://api.example.com/after" },
    redirected: { value: true },
    type: { value: "cors" },
  });
  const { fetch } = measured(() => Promise.resolve(upstream), { responseSize: true });
  const response = await fetch(address);
  assertStrictEquals(response, upstream);
  assertStrictEquals(response.body, upstream.body);
  assertEquals([response.bodyUsed, response.body?.locked], [false, false]);
  const { status, url, redirected, type } = response;
  assertEquals([status, url, redirected, type], [
    203,
    "https://api.example.com/after",
    true,
    "cors",
  ]);
  assertEquals([await response.clone().text(), await response.text()], ["streamed", "streamed"]);
});

test("instrumentFetch leaves the body of a request to the function that sends it", async () => {
  const { fetch } = measured(
    async (input, init) => new Response(await new Request(input, init).text()),
    { requestSize: true },
  );
  const body = new Response("streamed").body;
  const init = { method: "POST", body, duplex: "half" } as RequestInit;
  assertEquals(await (await fetch(address, init)).text(), "streamed");
  const request = new Request(address, { method: "POST", body: "text" });
  assertEquals(await (await fetch(request)).text(), "text");
});

test("instrumentFetch awaits once what its function returns, which may begin the work", async () => {
  let begun = 0;
  const lazy = {
    then(fulfil: (response: Response) => void) {
      begun++;
      fulfil(new Response("ok"));
    },
  };
  const { registry, fetch } = measured(() => lazy as Promise<Response>);
  assertEquals(await (await fetch(address)).text(), "ok");
  assertEquals(begun, 1);
  assertEquals(await counts(registry), [`{method="GET",host="${host}",status="200"} 1`]);
});

test("instrumentFetch passes on whatever else the function is given, and calls it on nothing", async () => {
  const registry = new MetricsRegistry();
  function upstream(this: unknown, ...parameters: unknown[]) {
    return Promise.resolve(Response.json([this === undefined, ...parameters]));
  }
  // The global one of browsers and Workers refuses to be called on an object.
  const client = { fetch: instrumentFetch(upstream, { registry }) };
  assertEquals(await (await client.fetch("/a")).json(), [true, "/a"]);
  const init = { next: { revalidate: 1 } };
  assertEquals(await (await client.fetch("/a", init, "more")).json(), [true, "/a", init, "more"]);
});

test("instrumentFetch: a duration is what passed, whatever becomes of the time of day", async () => {
  await withWallClock((wall) =>
    withClock(async (clock) => {
      const { registry, fetch } = measured(() => {
        wall.advance(-3600);
        clock.advance(0.25);
        return Promise.resolve(new Response());
      });
      await fetch(address);
      const labels = { method: "GET", host, status: "200" };
      const seconds = "http_client_request_duration_seconds_sum";
      assertEquals(await getSampleValue(registry, seconds, labels), 0.25);
    })
  );
});
