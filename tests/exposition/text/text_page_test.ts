import { assertEquals, assertStringIncludes } from "@std/assert";
import { test } from "node:test";
import {
  constCounter,
  constGauge,
  constSummary,
  type Encoder,
  type MetricFamily,
  MetricsRegistry,
  openMetrics,
  prometheusText,
} from "../../../src/core.ts";
import { atOnce } from "../../../src/model/platform/time_slices.ts";
import { textOf } from "../../support/pages.ts";

const formats: readonly (readonly [string, Encoder])[] = [
  ["text", prometheusText],
  ["OpenMetrics", openMetrics()],
  ["OpenMetrics with times of creation", openMetrics("1.0.0", { created: true })],
];

/** The page of families that no format has seen before. */
function fresh(format: Encoder, families: readonly MetricFamily[], options = {}): string {
  const copies = families.map(({ labels, ...family }) => ({
    ...family,
    labels: { ...labels, names: [...labels.names] },
  }));
  return textOf(format.encode(copies as unknown as readonly MetricFamily[], options));
}

function instruments() {
  const registry = new MetricsRegistry();
  const labels = ["queue"] as const;
  const jobs = registry.counter({ name: "jobs_total", help: "Jobs.", labels });
  const wait = registry.histogram({ name: "wait_seconds", help: "Wait.", labels, buckets: [1, 2] });
  const length = registry.gauge({ name: "length", help: "Length." });
  registry.info({ name: "build_info", help: "Build.", labels }).set({ queue: "a" });
  registry.gauge({ name: "empty", help: "No series.", labels });
  return { registry, jobs, wait, length };
}

for (const [name, format] of formats) {
  test(`writePage: pages in ${name} are the same to the byte, whatever changed since the last`, async () => {
    const { registry, jobs, wait, length } = instruments();
    const changes = [
      () => {},
      () => {},
      () => jobs.inc({ queue: "a" }),
      () => jobs.inc({ queue: "b" }, 1e9),
      () => length.set(-0.5),
      () => wait.observe({ queue: "a" }, -3),
      () => wait.observe({ queue: "a" }, 9),
      () => {},
      () => jobs.remove({ queue: "a" }),
      () => jobs.inc({ queue: "b" }, 1, { exemplar: { trace_id: "1" } }),
      () => {},
      () => jobs.inc({ queue: "b" }),
      () => void registry.counter({ name: "new_total", help: "New." }),
      () => void registry.unregister("length"),
      () => registry.reset(),
      () => {},
    ];
    for (const change of changes) {
      change();
      for (let time = 0; time < 3; time++) {
        const { families } = await registry.gather();
        assertEquals(textOf(format.encode(families)), fresh(format, families));
      }
    }
  });

  test(`writePage: older pages in ${name} can be written again`, async () => {
    const { registry, jobs } = instruments();
    const gatherings: (readonly MetricFamily[])[] = [];
    for (let queue = 0; queue < 4; queue++) {
      jobs.inc({ queue: String(queue) }, queue * 1000);
      gatherings.push((await registry.gather()).families);
    }
    for (const at of [3, 0, 0, 2, 3, 3, 1, 2]) {
      assertEquals(textOf(format.encode(gatherings[at])), fresh(format, gatherings[at]));
    }
  });

  test(`writePage: in ${name} a name is escaped as each page asks`, () => {
    const plain = constGauge({ name: "a", help: "A.", samples: [{ value: 1 }] });
    const dotted = constGauge({ name: "my_gauge", help: "B.", samples: [{ value: 2 }] });
    for (const escaping of ["underscores", "dots", "dots", "underscores", "allow-utf-8"] as const) {
      const families = [plain, dotted];
      const page = textOf(format.encode(families, { escaping }));
      assertEquals(page, fresh(format, families, { escaping }));
      assertStringIncludes(page, escaping === "dots" ? "my__gauge 2" : "my_gauge 2");
    }
  });

  test(`writePage: in ${name} a family that fails is left out of this page alone`, () => {
    const good = constGauge({ name: "a", help: "A.", samples: [{ value: 1 }] });
    const counter = constCounter({
      name: "b_total",
      help: "B.",
      samples: [{ value: 2 }],
    }) as MetricFamily;
    const bad = { ...counter, values: null } as unknown as MetricFamily;
    for (const families of [[good, counter], [good, bad], [good, counter], [good, counter]]) {
      const errors: unknown[] = [];
      const page = textOf(format.encode(families, { onError: (error) => errors.push(error) }));
      const isBad = families.includes(bad);
      assertEquals([page.includes("b_total 2"), errors.length], [!isBad, isBad ? 1 : 0]);
      assertStringIncludes(page, "\na 1\n");
    }
  });

  test(`writePage: in ${name} a header, a type or bounds that changed are on the page`, () => {
    const family = constGauge({ name: "a", help: "A.", samples: [{ value: 1 }] }) as MetricFamily;
    const others = [
      { ...family, help: "Other." },
      { ...family, name: "b" },
      { ...family, type: "unknown" as const },
      family,
      { ...family, labels: { ...family.labels, rows: 0 } },
      family,
    ] as readonly MetricFamily[];
    for (const other of others) {
      const families = [family, ...other === family ? [] : [{ ...other, name: `${other.name}2` }]];
      for (const page of [[other], families, [other]]) {
        assertEquals(textOf(format.encode(page)), fresh(format, page));
      }
    }
  });
}

for (const [name, format] of formats) {
  test(`writePage: in ${name} a time of measurement is on each page that has it`, () => {
    const without = constGauge({ name: "a", help: "A.", samples: [{ value: 1 }] }) as MetricFamily;
    const values = Float64Array.of(2);
    const measured = { ...without, values, timestamps: Float64Array.of(5) } as MetricFamily;
    for (const family of [without, measured, measured, without, without, measured]) {
      assertEquals(textOf(format.encode([family])), fresh(format, [family]));
    }
  });

  test(`writePage: in ${name} a header stays if its first line is left out`, () => {
    const family = constSummary({
      name: "a",
      help: "A.",
      quantiles: [0.5],
      samples: [{ values: [-1], count: 1, sum: -1 }],
    });
    const pages = [1, 2, 3].map(() => textOf(format.encode([family])));
    assertEquals(pages, new Array(3).fill(fresh(format, [family])));
    assertStringIncludes(pages[2], "# HELP a A.\n");
    assertEquals(pages[2].includes("a_sum"), name === "text");
  });
}

test("writePage: OpenMetrics refuses a second family of the same names on each page", () => {
  const format = openMetrics();
  const gauge = constGauge({ name: "a", help: "A.", samples: [{ value: 1 }] });
  const counter = constCounter({ name: "a_total", help: "A.", samples: [{ value: 2 }] });
  for (let time = 0; time < 3; time++) {
    const errors: string[] = [];
    format.encode([gauge, counter], { onError: ({ message }) => errors.push(message) });
    assertEquals(errors, ['a_total: OpenMetrics keeps "a" for "a"; rename one']);
  }
});

test("writePage: times of creation that come later are written", () => {
  const format = openMetrics("1.0.0", { created: true });
  const without = constCounter({
    name: "a_total",
    help: "A.",
    samples: [{ value: 2 }],
  }) as MetricFamily;
  const dated = { ...without, created: [5] } as MetricFamily;
  for (const family of [without, dated, without, dated]) {
    assertEquals(textOf(format.encode([family])).includes("a_created 5"), family === dated);
  }
});

test("writePage: a page is written to a given buffer only if it may grow there a little", () => {
  const families = [constCounter({ name: "jobs_total", help: "Jobs.", samples: [{ value: 1 }] })];
  const written = (buffer?: Uint8Array<ArrayBuffer>) =>
    atOnce(prometheusText.chunks!(families, { buffer }));
  written();
  const own = written();
  for (const [spare, isUsed] of [[255, false], [256, true]] as const) {
    const given = new Uint8Array(own.length + spare);
    const page = written(given);
    assertEquals([page, page.buffer === given.buffer], [own, isUsed]);
  }
});
