import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { type ServerConfiguration, ServerStartError } from "../../../mod.ts";
import { readServerConfiguration } from "../../../src/http/server/server_configuration.ts";
import { assertThrowsWith } from "../../support/rejects.ts";

const defaults: ServerConfiguration = {
  hostname: "0.0.0.0",
  port: 9090,
  drainSeconds: 0,
  shutdownTimeoutSeconds: 10,
};

type Environment = Parameters<typeof readServerConfiguration>[1];

const cases: [Partial<ServerConfiguration>, Environment, Partial<ServerConfiguration>][] = [
  [{}, {}, {}],
  [{}, { METRICS_HOST: "127.0.0.1" }, { hostname: "127.0.0.1" }],
  [{}, { METRICS_PORT: "8080" }, { port: 8080 }],
  [{}, { METRICS_PORT: "0" }, { port: 0 }],
  [{}, { METRICS_PORT: "65535" }, { port: 65535 }],
  [{}, { METRICS_PORT: "0080" }, { port: 80 }],
  [{}, { METRICS_HOST: " ::1 ", METRICS_PORT: "\t8080\n" }, { hostname: "::1", port: 8080 }],
  [{}, { METRICS_HOST: "", METRICS_PORT: "" }, {}],
  [{}, { METRICS_HOST: "  ", METRICS_PORT: " \t" }, {}],
  [{}, { METRICS_PORT: "tcp://10.96.0.12:9090" }, {}],
  [{}, { METRICS_PORT: " TCP://[fd00::1]:9090 " }, {}],
  [{}, { METRICS_PORT: "udp://10.96.0.12:53", METRICS_HOST: "x" }, { hostname: "x" }],
  [{ port: 1 }, { METRICS_PORT: "sctp://10.96.0.12:1" }, { port: 1 }],
  [{}, { METRICS_HOST: undefined, METRICS_PORT: undefined, PORT: "1" }, {}],
  [{ hostname: "localhost", port: 1 }, { METRICS_HOST: "x", METRICS_PORT: "2" }, {
    hostname: "localhost",
    port: 1,
  }],
  [{ port: 0 }, { METRICS_PORT: "nonsense" }, { port: 0 }],
  [{ port: 1 }, { METRICS_HOST: "x" }, { hostname: "x", port: 1 }],
  [{ hostname: undefined, port: undefined }, { METRICS_PORT: "2" }, { port: 2 }],
  [{ hostname: " localhost " }, {}, { hostname: "localhost" }],
  [{ drainSeconds: 1.5, shutdownTimeoutSeconds: 0 }, {}, {
    drainSeconds: 1.5,
    shutdownTimeoutSeconds: 0,
  }],
];

test("readServerConfiguration: options go before variables, and variables before defaults", () => {
  for (const [options, environment, expected] of cases) {
    const configuration = readServerConfiguration(options, environment);
    assertEquals(configuration, { ...defaults, ...expected });
  }
});

const wrong: [object, Environment, ...string[]][] = [
  [{}, { METRICS_PORT: "nonsense" }, `METRICS_PORT is "nonsense": it must be a whole number`],
  [{}, { METRICS_PORT: "80.5" }, `METRICS_PORT is "80.5": it must be`],
  [{}, { METRICS_PORT: "-1" }, `METRICS_PORT is "-1": it must be`],
  [{}, { METRICS_PORT: "0x50" }, `METRICS_PORT is "0x50": it must be`],
  [{}, { METRICS_PORT: "1e3" }, `METRICS_PORT is "1e3": it must be`],
  [{}, { METRICS_PORT: "80 90" }, `METRICS_PORT is "80 90": it must be`],
  [{}, { METRICS_PORT: "٨٠" }, `METRICS_PORT is "٨٠": it must be`],
  [{}, { METRICS_PORT: "http://10.0.0.1:80" }, `METRICS_PORT is "http://10.0.0.1:80": it must be`],
  [{}, { METRICS_PORT: "9090 tcp://" }, `METRICS_PORT is "9090 tcp://": it must be`],
  [{}, { METRICS_PORT: "65536" }, "METRICS_PORT is 65536: it must be a port from 0 to 65535"],
  [{}, { METRICS_PORT: "99999999999999999999" }, "METRICS_PORT is 1", "from 0 to 65535"],
  [{ port: 65536 }, {}, "port is 65536: it must be a port from 0 to 65535; 0 picks a free one"],
  [{ port: -1 }, {}, "port is -1: it must be a port from 0 to 65535"],
  [{ port: 1.5 }, {}, "port is 1.5: it must be a whole number from 0 to 65535"],
  [{ port: NaN }, {}, "port is NaN: it must be", "from 0 to 65535"],
  [{ port: Infinity }, {}, "port is Infinity: it must be", "from 0 to 65535"],
  [{ port: "80" }, {}, `port is "80": it must be`, "from 0 to 65535"],
  [{ hostname: "" }, {}, `hostname is "": it must not be empty`],
  [{ hostname: "  " }, {}, `hostname is "  ": it must not be empty`],
  [{ hostname: 5 }, {}, "hostname is 5: it must be a host name or an address"],
  [{ drainSeconds: -1 }, {}, "drainSeconds is -1: it must be a number of seconds from 0 up"],
  [{ drainSeconds: NaN }, {}, "drainSeconds is NaN: it must be a number of seconds"],
  [{ drainSeconds: "5" }, {}, `drainSeconds is "5": it must be a number of seconds`],
  [{ drainSeconds: null }, {}, "drainSeconds is null: it must be a number of seconds"],
  [{ shutdownTimeoutSeconds: -0.5 }, {}, "shutdownTimeoutSeconds is -0.5: it must be"],
  [{ shutdownTimeoutSeconds: "soon" }, {}, `shutdownTimeoutSeconds is "soon": it must be`],
  [
    { port: -1, hostname: "" },
    {},
    `hostname is "": it must not be empty`,
    "; port is -1: it must be a port",
  ],
];

for (const [options, environment, ...parts] of wrong) {
  const [part] = parts;
  test(`readServerConfiguration: ${part.replace(/: .*/, "")} is refused with what is allowed`, () => {
    const read = () => readServerConfiguration(options, environment);
    assertThrowsWith(read, ServerStartError, "the metrics server cannot start: ", ...parts);
  });
}
