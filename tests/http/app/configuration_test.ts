import { assertEquals } from "@std/assert";
import { test } from "node:test";
import {
  createMetricsApp,
  type MetricsConfiguration,
  MetricsRegistry,
  MetricsServer,
  parseConfiguration,
  ServerStartError,
} from "../../../mod.ts";
import { settingsIn } from "../../../src/http/app/configuration.ts";
import { assertThrowsWith } from "../../support/rejects.ts";

const complete: Required<MetricsConfiguration> = {
  hostname: "127.0.0.1",
  port: 9090,
  drainSeconds: 1,
  shutdownTimeoutSeconds: 2.5,
  paths: { metrics: "/internal/metrics" },
  livePage: true,
  version: "1.2.3",
  checkTimeoutSeconds: 0.5,
  exposeCheckErrors: true,
  compression: false,
  timeoutSeconds: 5,
  timeoutOffsetSeconds: 0.25,
  maxRequestsInFlight: 10,
  errorMode: "http",
  selfMetrics: false,
  formats: {
    protobuf: true,
    openMetrics: { counters: "append-total", created: true },
    openMetrics2: false,
  },
};

test("parseConfiguration returns a valid configuration as it is", () => {
  for (const configuration of [{}, complete, { formats: { openMetrics: true } }]) {
    assertEquals(parseConfiguration(JSON.parse(JSON.stringify(configuration))), configuration);
  }
});

test("parseConfiguration returns a copy, without spaces around the host name", () => {
  const given = { hostname: " localhost ", paths: { metrics: "/m" } };
  const configuration = parseConfiguration(given);
  given.paths.metrics = "/later";
  assertEquals(configuration, { hostname: "localhost", paths: { metrics: "/m" } });
});

test("parseConfiguration takes those options that are data", () => {
  const options = { ...complete, registry: new MetricsRegistry(), logger: console, readiness: [] };
  assertEquals(settingsIn(options), complete);
});

const wrong: readonly (readonly [unknown, ...string[]])[] = [
  [null, "it is null: it must be an object of settings"],
  [[], "it must be an object of settings"],
  ["{}", 'it is "{}": it must be an object of settings'],
  [{ prot: 1 }, "prot is not a setting; those are hostname, port,"],
  [{ paths: { metric: "/m" } }, "paths.metric is not a setting; those are metrics, health, ready"],
  [{ paths: "/metrics" }, 'paths is "/metrics": it must be an object of settings'],
  [{ paths: { metrics: "m" } }, 'paths.metrics is "m": it must begin with a slash'],
  [{ paths: { ready: 5 } }, "paths.ready is 5: it must be a text"],
  [{ port: "80" }, 'port is "80": it must be a whole number from 0 to 65535'],
  [{ livePage: "yes" }, 'livePage is "yes": it must be true or false'],
  [{ version: 1 }, "version is 1: it must be a text"],
  [{ compression: "no" }, 'compression is "no": it must be true or false'],
  [{ timeoutSeconds: -1 }, "timeoutSeconds is -1: it must be a number of seconds from 0 up"],
  [{ timeoutSeconds: "5" }, 'timeoutSeconds is "5": it must be a number of seconds from 0 up'],
  [{ maxRequestsInFlight: 0 }, "maxRequestsInFlight is 0: it must be a whole number from 1 up"],
  [{ maxRequestsInFlight: 1.5 }, "maxRequestsInFlight is 1.5: it must be a whole number"],
  [{ errorMode: "ignore" }, 'errorMode is "ignore": it must be one of continue, http, throw'],
  [{ selfMetrics: 1 }, "selfMetrics is 1: it must be true or false"],
  [{ formats: { protobuff: true } }, "formats.protobuff is not a setting; those are protobuf,"],
  [{ formats: { protobuf: "yes" } }, 'formats.protobuf is "yes": it must be true or false'],
  [
    { formats: { openMetrics: { counters: "drop" } } },
    'formats.openMetrics.counters is "drop": it must be one of unknown, append-total',
  ],
  [
    { formats: { openMetrics: { counter: "unknown" } } },
    "formats.openMetrics.counter is not a setting; those are counters, created",
  ],
  [
    { formats: { openMetrics: null } },
    "formats.openMetrics is null: it must be true, false, or an",
  ],
  [{ hostname: " " }, 'hostname is " ": it must not be empty'],
  [{ hostname: 5 }, "hostname is 5: it must be a host name or an address"],
  [{ port: 2 ** 53 }, "port is 9007199254740992: it must be a whole number from 0 to 65535"],
  [{ drainSeconds: Infinity }, "drainSeconds is Infinity: it must be a number of seconds"],
  [{ formats: { openMetrics: 1 } }, "formats.openMetrics is 1: it must be true, false, or an obj"],
  [JSON.parse('{ "__proto__": 1 }'), "__proto__ is not a setting"],
  [
    { port: -1, errorMode: "x", other: 1 },
    "port is -1: it must be a port from 0 to 65535",
    'errorMode is "x"',
    "other is not a setting",
  ],
];

test("parseConfiguration shows a mistake with its path, its value and what is allowed", () => {
  for (const [configuration, ...parts] of wrong) {
    const parse = () => parseConfiguration(configuration);
    assertThrowsWith(parse, ServerStartError, "the configuration is wrong: ", ...parts);
  }
});

test("createMetricsApp and MetricsServer check their options in the same way, before anything starts", () => {
  const registry = new MetricsRegistry();
  const options = { registry, maxRequestsInFlight: NaN, formats: { protobuf: 1 } };
  const parts = ["maxRequestsInFlight is NaN: it must be", "formats.protobuf is 1: it must be"];
  for (const Made of [createMetricsApp, (options: object) => new MetricsServer(options)]) {
    assertThrowsWith(() => Made(options as never), ServerStartError, ...parts);
  }
});

test("createMetricsApp and MetricsServer refuse unknown options, and objects that do not fit", () => {
  const registry = new MetricsRegistry();
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  const wrong: readonly (readonly [unknown, ...string[]])[] = [
    [null, "the options null must be an object"],
    ["registry", 'the options "registry" must be an object'],
    [registry, "unknown option"],
    [{ registry, readines: [] }, 'unknown option "readines"', '"readiness"'],
    [{ registry, prot: 8080 }, 'unknown option "prot"', '"port"'],
    [{ registry, other: 1 }, 'unknown option "other"', "the options are compression,"],
    [{ registry: {} }, "registry [object Object] must be", "gather()"],
    [{ registry: null }, "registry null must be", "gather()"],
    [{ registry: MetricsRegistry }, "registry", "gather()"],
    [{ registry, logger: {} }, "logger [object Object] must be", "info(), warn() and error()"],
    [{ registry, logger: { info() {}, warn() {} } }, "logger", "error()"],
    [{ registry, logger: null }, "logger null must be"],
    [{ registry, readiness: null }, "readiness null must be a list of checks"],
    [{ registry, readiness: [{ name: "x" }] }, "readiness", "a name and a method check()"],
    [{ registry, readiness: [{ check: () => true }] }, "readiness", "a name and a method check()"],
    [{ registry, readiness: [null] }, "readiness", "a list of checks"],
    [{ registry, readiness: { name: "x", check: () => true } }, "readiness", "a list of checks"],
    [{ registry, liveness: [() => true] }, "liveness", "a list of checks"],
    [{ registry, exposeCheckErrors: "no" }, 'exposeCheckErrors is "no": it must be true or false'],
  ];
  for (const [options, ...parts] of wrong) {
    for (const make of [createMetricsApp, (options: object) => new MetricsServer(options)]) {
      assertThrowsWith(() => make(options as never), ServerStartError, ...parts);
    }
  }
});

test("createMetricsApp and MetricsServer take options that are left out, and those of each other", () => {
  const registry = new MetricsRegistry();
  const options = { registry, version: undefined, timeoutSeconds: Infinity, logger: console };
  const own = { check: () => true, name: "own" };
  for (const make of [createMetricsApp, (options: object) => new MetricsServer(options)]) {
    make({ ...options, ...complete, readiness: [own, Object.create(own)], liveness: undefined });
    make(undefined as never);
  }
});
