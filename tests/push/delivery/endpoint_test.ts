import { assertEquals, assertStrictEquals } from "@std/assert";
import { test } from "node:test";
import { Endpoint, type EndpointOptions } from "../../../src/push/delivery/endpoint.ts";
import type { Message } from "../../../src/push/delivery/message.ts";
import { PushError } from "../../../src/push/delivery/push_error.ts";
import { version } from "../../../src/model/version.ts";
import { assertRejectsWith, assertThrowsWith } from "../../support/rejects.ts";

const { signal } = new AbortController();

function endpointOf(url: unknown, options: EndpointOptions = {}): Endpoint {
  return new Endpoint("a writer", url, options);
}

/** What an endpoint gives to `fetch`. */
async function sentBy(
  url: string,
  options: EndpointOptions,
  message: Partial<Message> = {},
): Promise<{ url: string } & RequestInit> {
  const requests: ({ url: string } & RequestInit)[] = [];
  const endpoint = endpointOf(url, {
    ...options,
    fetch: (url, init) => Promise.resolve((requests.push({ ...init, url }), new Response())),
  });
  await endpoint.request({ method: "POST", url: endpoint.url, headers: {}, ...message }, signal);
  return requests[0];
}

test("Endpoint: its URL has no credentials, its target no query either", () => {
  const { url, target } = endpointOf("https://ann:s3cret@host:8443/api/v1/push?token=abc#part");
  assertEquals([url, target], [
    "https://host:8443/api/v1/push?token=abc",
    "https://host:8443/api/v1/push",
  ]);
  assertEquals(endpointOf(new URL("http://host")).url, "http://host/");
});

test("Endpoint: a path follows that of the URL", () => {
  const at = (url: string) => new Endpoint("a writer", url, {}, "/metrics/job/a%2Fb").url;
  assertEquals(at("http://host"), "http://host/metrics/job/a%2Fb");
  assertEquals(at("http://host/base//?q=1"), "http://host/base/metrics/job/a%2Fb?q=1");
});

test("Endpoint: what is no address of HTTP is refused", () => {
  const cases: readonly [unknown, string][] = [
    [undefined, "undefined must be an address"],
    [{}, "must be an address"],
    ["", '"" must be an address'],
    ["prometheus", '"prometheus" must be an address such as'],
    ["localhost:9090", '"localhost:9090" must be an address'],
    ["ftp://host/", '"ftp://host/" must be'],
  ];
  for (const [url, problem] of cases) {
    assertThrowsWith(() => endpointOf(url), PushError, "a writer: url ", problem);
  }
});

test("Endpoint: no error shows a password or a token", () => {
  const urls = ["ann:s3cret@host", "https://ann:s3cret@", "ftp://a:s3cret@host", "x?key=s3cret"];
  for (const url of urls) {
    const { message, cause } = assertThrowsWith(() => endpointOf(url), PushError, "url");
    assertEquals([message.includes("s3cret"), cause], [false, undefined], message);
  }
  const authorization = "s3cret" as unknown as EndpointOptions["authorization"];
  const { message } = assertThrowsWith(() => endpointOf("http://h", { authorization }), PushError);
  assertEquals(message.includes("s3cret"), false);
});

test("Endpoint: authorization given twice is refused", () => {
  const authorization = { bearer: "a" };
  const headers = { Authorization: "Bearer a" };
  const twice: readonly [string, EndpointOptions][] = [
    ["http://host", { authorization, headers }],
    ["http://ann:pw@host", { authorization }],
    ["http://ann:pw@host", { headers }],
  ];
  for (const [url, options] of twice) {
    assertThrowsWith(() => endpointOf(url, options), PushError, "authorization is given twice");
  }
});

test("Endpoint: a fetch that is no function is refused", () => {
  const fetch = "fetch" as unknown as EndpointOptions["fetch"];
  assertThrowsWith(() => endpointOf("http://host", { fetch }), PushError, "fetch", "a function");
});

test("Endpoint: a request has all headers, and follows no redirect", async () => {
  const body = new Uint8Array([1, 2]);
  const options = { authorization: { bearer: "abc" }, headers: { "X-Scope-OrgID": "7" } };
  const message = { method: "PUT", headers: { "content-type": "a/b" }, body } as const;
  assertEquals(await sentBy("https://host/a?b=c", options, message), {
    url: "https://host/a?b=c",
    method: "PUT",
    headers: {
      "authorization": "Bearer abc",
      "content-type": "a/b",
      "user-agent": `edgeprom/${version}`,
      "x-scope-orgid": "7",
    },
    body,
    redirect: "manual",
    signal,
  });
});

test("Endpoint: credentials of the URL become Basic authorization", async () => {
  const { url, headers } = await sentBy("https://ann:p%20w@host/", {});
  assertEquals(url, "https://host/");
  assertEquals(new Headers(headers).get("authorization"), `Basic ${btoa("ann:p w")}`);
});

test("Endpoint: an own authorization header is sent", async () => {
  const { headers } = await sentBy("https://host/", { headers: { Authorization: "AWS4 abc" } });
  assertEquals(new Headers(headers).get("authorization"), "AWS4 abc");
});

test("Endpoint: without an own fetch it is that of the moment", async () => {
  const { fetch } = globalThis;
  const endpoint = endpointOf("http://host/");
  const answer = new Response();
  globalThis.fetch = (() => Promise.resolve(answer)) as typeof fetch;
  try {
    const message = { method: "DELETE", url: endpoint.url, headers: {} } as const;
    assertStrictEquals(await endpoint.request(message, signal), answer);
  } finally {
    globalThis.fetch = fetch;
  }
});

test("Endpoint: a fetch that throws gives a promise that rejects", async () => {
  const endpoint = endpointOf("http://host/", {
    fetch: () => {
      throw new TypeError("no network");
    },
  });
  const message = { method: "POST", url: endpoint.url, headers: {} } as const;
  await assertRejectsWith(() => endpoint.request(message, signal), TypeError, "no network");
});
