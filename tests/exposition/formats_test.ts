import { assert, assertEquals, assertMatch, assertStrictEquals } from "@std/assert";
import fc from "fast-check";
import { test } from "node:test";
import { type FormatOptions, openMetrics, RegistrationError } from "../../mod.ts";
import { type EscapingScheme, negotiate } from "../../src/core.ts";
import { gaugeOf } from "../support/families.ts";
import { assertThrowsWith } from "../support/rejects.ts";

const text = "text/plain; version=0.0.4; charset=utf-8";
const text1 = "text/plain; version=1.0.0; charset=utf-8; escaping=";
const om0 = "application/openmetrics-text; version=0.0.1; charset=utf-8";
const om1 = "application/openmetrics-text; version=1.0.0; charset=utf-8";
const om2 = "application/openmetrics-text; version=2.0.0; charset=utf-8; escaping=";
const proto =
  "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited";
const utf8 = "; escaping=allow-utf-8";

function contentType(accept: string | null, options?: FormatOptions): string {
  return negotiate(accept, options).contentType;
}

/** Parts of clauses as servers spell them. */
const om = "application/openmetrics-text;version=";
const pb =
  "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited";
const plain = "text/plain;version=";
const any = ";escaping=allow-utf-8";

const columns: readonly (readonly [string, FormatOptions | undefined])[] = [
  ["as it comes", undefined],
  ["with openMetrics", { openMetrics: true }],
  ["with openMetrics2", { openMetrics2: true }],
  ["without protobuf", { protobuf: false }],
  ["with all but protobuf", { protobuf: false, openMetrics: {}, openMetrics2: true }],
];

/** What servers send, and the content type that they get in each column. */
const servers: readonly (readonly [
  server: string,
  accept: string,
  contentTypes: readonly string[],
])[] = [
  [
    "Prometheus 2.37 to 2.48",
    `${om}1.0.0,${om}0.0.1;q=0.75,${plain}0.0.4;q=0.5,*/*;q=0.1`,
    [text, om1, text, text, om1],
  ],
  [
    "Prometheus 2.42 with native histograms",
    `${pb},${om}1.0.0;q=0.8,${om}0.0.1;q=0.75,${plain}0.0.4;q=0.5,*/*;q=0.1`,
    [proto, proto, proto, text, om1],
  ],
  [
    "Prometheus 2.49",
    `${om}1.0.0;q=0.5,${om}0.0.1;q=0.4,${plain}0.0.4;q=0.3,*/*;q=2`,
    [text, om1, text, text, om1],
  ],
  [
    "Prometheus 2.53 and 2.55",
    `${om}1.0.0;q=0.5,${om}0.0.1;q=0.4,${plain}0.0.4;q=0.3,*/*;q=0.2`,
    [text, om1, text, text, om1],
  ],
  [
    "Prometheus 2.53 with native histograms",
    `${pb};q=0.5,${om}1.0.0;q=0.4,${om}0.0.1;q=0.3,${plain}0.0.4;q=0.2,*/*;q=0.1`,
    [proto, proto, proto, text, om1],
  ],
  [
    "Prometheus 2.55 with UTF-8 names",
    `${om}1.0.0${any};q=0.5,${om}0.0.1${any};q=0.4,${plain}0.0.4${any};q=0.3,*/*;q=0.2`,
    [text + utf8, om1 + utf8, text + utf8, text + utf8, om1 + utf8],
  ],
  [
    "Prometheus 3.0 to 3.3",
    `${om}1.0.0${any};q=0.6,${om}0.0.1${any};q=0.5,` +
    `${plain}1.0.0${any}${any};q=0.4,${plain}0.0.4${any};q=0.3,*/*;q=0.2`,
    [
      `${text1}allow-utf-8`,
      om1 + utf8,
      `${text1}allow-utf-8`,
      `${text1}allow-utf-8`,
      om1 + utf8,
    ],
  ],
  [
    "Prometheus 3.0 to 3.3 with native histograms",
    `${pb}${any};q=0.6,${om}1.0.0${any};q=0.5,${om}0.0.1${any};q=0.4,` +
    `${plain}1.0.0${any}${any};q=0.3,${plain}0.0.4${any};q=0.2,*/*;q=0.1`,
    [
      proto + utf8,
      proto + utf8,
      proto + utf8,
      `${text1}allow-utf-8`,
      om1 + utf8,
    ],
  ],
  [
    "Prometheus 3.4 to 3.14",
    `${om}1.0.0${any};q=0.6,${om}0.0.1;q=0.5,${plain}1.0.0${any};q=0.4,${plain}0.0.4;q=0.3,` +
    "*/*;q=0.2",
    [
      `${text1}allow-utf-8`,
      om1 + utf8,
      `${text1}allow-utf-8`,
      `${text1}allow-utf-8`,
      om1 + utf8,
    ],
  ],
  [
    "Prometheus 3.5 with native histograms",
    `${pb};q=0.6,${om}1.0.0${any};q=0.5,${om}0.0.1;q=0.4,${plain}1.0.0${any};q=0.3,` +
    `${plain}0.0.4;q=0.2,*/*;q=0.1`,
    [proto, proto, proto, `${text1}allow-utf-8`, om1 + utf8],
  ],
  [
    "VictoriaMetrics 1.79",
    `${plain}0.0.4;q=1,*/*;q=0.1`,
    [text, text, text, text, text],
  ],
];

for (const [server, accept, contentTypes] of servers) {
  test(`negotiate: ${server} gets the format that it can use best`, () => {
    const found = columns.map(([column, options]) => [column, contentType(accept, options)]);
    assertEquals(found, columns.map(([column], at) => [column, contentTypes[at]]));
  });
}

const everything: FormatOptions = { openMetrics: true, openMetrics2: true };

test("negotiate: a request that names no known format gets text, whatever is allowed", () => {
  const headers = [
    null,
    "",
    " ",
    ",",
    ";;;,,,",
    "*/*",
    "*/*;q=2",
    "*/*;escaping=allow-utf-8",
    "text/*",
    "application/*",
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8",
    "application/json",
    "text/plain;version=9.9.9",
    "application/openmetrics-text;version=3.0.0",
    "application/openmetrics-text;version=1.0",
    "application/vnd.google.protobuf",
    "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=text",
    "application/vnd.google.protobuf;encoding=delimited",
  ];
  for (const header of headers) assertEquals(contentType(header, everything), text, String(header));
});

/** Headers of all kinds, for a scrape with all formats. */
const choices: readonly (readonly [accept: string, contentType: string])[] = [
  // A version that is not given is the oldest.
  ["text/plain", text],
  ["application/openmetrics-text", om0],
  [`${om}0.0.1`, om0],
  [`${om}1.0.0`, om1],
  [`${om}2.0.0`, `${om2}underscores`],
  [`${plain}1.0.0`, `${text1}underscores`],
  [pb, proto],
  // The highest weight wins, and among equals the richest format, in whatever order they come.
  [`${plain}0.0.4,${plain}1.0.0,${om}0.0.1,${om}1.0.0,${om}2.0.0,${pb}`, proto],
  [`${plain}0.0.4,${plain}1.0.0,${om}0.0.1,${om}1.0.0,${om}2.0.0`, `${om2}underscores`],
  [`${plain}0.0.4,${plain}1.0.0,${om}0.0.1,${om}1.0.0`, om1],
  [`${plain}0.0.4,${plain}1.0.0,${om}0.0.1`, om0],
  [`${plain}0.0.4,${plain}1.0.0`, `${text1}underscores`],
  [`${pb};q=0.1,${plain}0.0.4;q=0.2`, text],
  [`${pb};q=0.999,${om}1.0.0`, om1],
  [`${pb};q=0.2,${om}1.0.0;q=0.1,${pb};q=0.3`, proto],
  [`${pb};q=0.001`, proto],
  // A wildcard never wins over a format that is named.
  [`${om}1.0.0;q=0.1,*/*`, om1],
  [`*/*,${pb};q=0.1`, proto],
  // Weights: clamped, 1 where there is none or none that can be read, and 0 refuses.
  [`${pb};q=2,${om}1.0.0`, proto],
  [`${om}1.0.0;q=99,${plain}0.0.4;q=-1`, om1],
  [`${pb};q=0,${om}1.0.0;q=0.1`, om1],
  [`${pb};q=0.0,${om}1.0.0;q=0.000,*/*;q=0.1`, text],
  [`${pb};q=-3`, text],
  [`${plain}0.0.4;q=0`, text],
  [`${pb};q=high,${om}1.0.0;q=0.9`, proto],
  [`${om}1.0.0;q=0.5,${pb};q=`, proto],
  [`${om}1.0.0;Q=0.5,${plain}0.0.4;q="0.6"`, text],
  // Names of types and parameters are read in any case and order, with blanks and quotes.
  ["APPLICATION/OpenMetrics-Text ; Version = 1.0.0", om1],
  ['application/openmetrics-text;version="1.0.0"', om1],
  ['application/openmetrics-text; charset="utf-8"; q=0.9; version="1\\.0\\.0"', om1],
  [
    "application/vnd.google.protobuf; encoding=delimited; q=0.7; " +
    'proto="io.prometheus.client.MetricFamily"',
    proto,
  ],
  ['text/plain;title="a,b;version=1.0.0";version=0.0.4', text],
  // Where a parameter is repeated, the first counts.
  [`${om}1.0.0;version=2.0.0`, om1],
  [`${plain}1.0.0;escaping=dots;escaping=values`, `${text1}dots`],
  // Neither escaping nor charset has a say in which format it is.
  [`${om}1.0.0;charset=latin1`, om1],
  [`text/plain;charset=us-ascii`, text],
];

test("negotiate: a header decides by type, version and weight", () => {
  for (const [accept, expected] of choices) {
    assertEquals(contentType(accept, everything), expected, accept);
  }
});

/** The formats, and whether they tell the escaping unasked. */
const formats: readonly (readonly [accept: string, contentType: string, tells: boolean])[] = [
  [`${plain}0.0.4`, text, false],
  [`${plain}1.0.0`, "text/plain; version=1.0.0; charset=utf-8", true],
  [`${om}0.0.1`, om0, false],
  [`${om}1.0.0`, om1, false],
  [`${om}2.0.0`, "application/openmetrics-text; version=2.0.0; charset=utf-8", true],
  [pb, proto, false],
];

for (const [accept, format, tells] of formats) {
  test(`negotiate: ${format} has the requested escaping and names it`, () => {
    const untold = tells ? `${format}; escaping=underscores` : format;
    const schemes: readonly (readonly [string, EscapingScheme, string])[] = [
      ["", "underscores", untold],
      ["allow-utf-8", "allow-utf-8", `${format}; escaping=allow-utf-8`],
      ["underscores", "underscores", `${format}; escaping=underscores`],
      ["dots", "dots", `${format}; escaping=dots`],
      ["values", "values", `${format}; escaping=values`],
      ['"values"', "values", `${format}; escaping=values`],
      ["rot13", "underscores", untold],
      ["Dots", "underscores", untold],
      ["allow-utf8", "underscores", untold],
      ["constructor", "underscores", untold],
      ["dots\\", "underscores", untold],
    ];
    for (const [asked, escaping, type] of schemes) {
      const header = asked === "" ? accept : `${accept};escaping=${asked}`;
      const found = negotiate(`${header};q=0.5,*/*;escaping=values`, everything);
      assertEquals([found.escaping, found.contentType], [escaping, type], header);
    }
  });
}

test("negotiate: the escaping is that of the chosen clause", () => {
  const two = `${om}1.0.0;escaping=dots;q=0.5,${om}1.0.0;escaping=values;q=0.6`;
  assertEquals(negotiate(two, everything).escaping, "values");
  const other = `${om}1.0.0;escaping=dots;q=0.5,${plain}0.0.4;q=0.6`;
  assertEquals(negotiate(other, everything).escaping, "underscores");
  assertEquals(negotiate("image/png;escaping=dots", everything).escaping, "underscores");
});

test("negotiate: a format that is not allowed is not chosen", () => {
  const off: readonly (readonly [string, FormatOptions])[] = [
    [pb, { protobuf: false }],
    [`${om}1.0.0`, {}],
    [`${om}0.0.1`, { openMetrics: false }],
    [`${om}1.0.0`, { openMetrics2: true }],
    [`${om}2.0.0`, { openMetrics: true }],
    [`${om}2.0.0`, { openMetrics2: false }],
  ];
  for (const [accept, options] of off) {
    assertEquals(contentType(accept, options), text, JSON.stringify([accept, options]));
    assertEquals(contentType(`${accept},${plain}1.0.0;q=0.1`, options), `${text1}underscores`);
  }
});

test("negotiate: the settings of OpenMetrics reach its encoder", () => {
  const page = (openMetrics: FormatOptions["openMetrics"]) => {
    const { encoder } = negotiate(`${om}1.0.0`, { openMetrics });
    const counter = { ...gaugeOf("jobs", {}), type: "counter" as const, created: [1.5] };
    return new TextDecoder().decode(encoder.encode([counter])).match(/^jobs.*/gm);
  };
  assertEquals(page(true), ["jobs 1"]);
  assertEquals(page({}), ["jobs 1"]);
  assertEquals(page({ counters: "append-total" }), ["jobs_total 1"]);
  assertEquals(page({ counters: "append-total", created: true }), [
    "jobs_total 1",
    "jobs_created 1.5",
  ]);
});

const piece = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom(pb, ...formats.map(([accept]) => accept), ...`;,="\\/* q`.split("")),
  fc.constantFrom(";q=0.5", ";q=", ";escaping=dots", ";version=1.0.0", "text/plain", "*/*"),
);
const header = fc.array(piece).map((pieces) => pieces.join(""));
const options = fc.record({
  protobuf: fc.boolean(),
  openMetrics: fc.constantFrom(false, true, {}),
  openMetrics2: fc.boolean(),
}, { requiredKeys: [] });
const known = /^(text\/plain|application\/(openmetrics-text|vnd\.google\.protobuf)); [ -~]+$/;

test("negotiate: no header makes it fail, and the Content-Type is complete", () => {
  fc.assert(
    fc.property(header, options, (header, options) => {
      const { encoder, escaping, contentType } = negotiate(header, options);
      assertMatch(contentType, known);
      assert(contentType.startsWith(encoder.contentType));
      const told = contentType.slice(encoder.contentType.length);
      assert(told === `; escaping=${escaping}` || (told === "" && escaping === "underscores"));
      assertStrictEquals(negotiate(header, options).contentType, contentType);
    }),
    { numRuns: 2000 },
  );
});

test("FormatOptions: an unknown format or setting does not compile", () => {
  // @ts-expect-error -- protobuf is misspelled
  const unknownFormat: FormatOptions = { protobof: true };
  // @ts-expect-error -- one of OpenMetrics' settings has another type
  const wrongSetting: FormatOptions = { openMetrics: { created: "yes" } };
  const known: FormatOptions = { protobuf: false, openMetrics: true, openMetrics2: true };
  assertEquals([unknownFormat, wrongSetting, known].length, 3);
});

test("negotiate(): an unknown format or setting is refused", () => {
  const wrong: [unknown, string][] = [
    [{ protobuff: true }, 'unknown option "protobuff"; it is called "protobuf" here'],
    [{ protobuf: 1 }, "protobuf 1 must be true or false"],
    [{ protobuf: {} }, "protobuf [object Object] must be true or false"],
    [{ openMetrics: "1.0.0" }, 'openMetrics "1.0.0" must be true, false or an object'],
    [{ openMetrics: { counter: "unknown" } }, 'unknown option "counter"; it is called "counters"'],
    [{ openMetrics: { created: 1 } }, "created 1 must be true or false"],
  ];
  for (const [options, part] of wrong) {
    assertThrowsWith(() => negotiate(null, options as FormatOptions), RegistrationError, part);
  }
  const version = "2.0.0" as "1.0.0";
  assertThrowsWith(() => openMetrics(version), RegistrationError, 'version "2.0.0" must be one of');
  negotiate(null, { openMetrics: { counters: "unknown" }, openMetrics2: false });
});

test("negotiate(): what one caller does with an outcome does not reach another", () => {
  const accept = "text/plain;version=0.0.4;q=0.7";
  const spoil = () => (negotiate(accept) as { contentType: string }).contentType = "text/html";
  assertThrowsWith(spoil, TypeError);
  assertEquals(contentType(accept), text);
});
