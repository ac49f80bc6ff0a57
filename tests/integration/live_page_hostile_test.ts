/** The live page in a browser: pages that are hostile, large, broken or missing. */
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { MetricsRegistry, MetricsServer } from "../../mod.ts";
import { openLivePage, startBrowser } from "../support/browser.ts";
import { missing } from "../support/components.ts";
import { until } from "../support/until.ts";

const needsChromium = { skip: missing("chromium") };

const script = '<script>window.hacked = 1</script><img src=x onerror="window.hacked = 1">';
const values = [
  script,
  "\"}\\ \n' {{style}} ${x}",
  "\u202egnp.exe \u2067 עברית",
  "x".repeat(10_000),
];
const name = `odd.${script} näme`;
const help = `${script}\n${"long text ".repeat(1000)}`;

const registry = new MetricsRegistry({ utf8Names: true });
const odd = registry.gauge({ name, help, labels: [script] });
values.forEach((value, at) => odd.set({ [script]: value }, at));

const server = new MetricsServer({ registry, hostname: "127.0.0.1", port: 0, livePage: true });
let browser: Browser;
let url: string;

before(async () => {
  if (needsChromium.skip) return;
  await server.start();
  url = `${server.url}/metrics/live`;
  browser = await startBrowser();
});

after(async () => {
  await browser?.close();
  await server.shutdown();
});

/** What a script of somebody else would have left. */
function hacked(page: Page): Promise<unknown> {
  return page.evaluate("window.hacked");
}

/** Whether the page is wider than its window. */
function overflow(page: Page): Promise<number> {
  return page.evaluate("document.documentElement.scrollWidth - innerWidth");
}

test(
  "live page: names, labels and help texts stay text, whatever is in them",
  needsChromium,
  async () => {
    const phone = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true };
    const { page, complaints, next } = await openLivePage(browser, url, {}, phone);
    const button = page.getByRole("button", { name, exact: true });
    await button.click();
    const row = page.locator("li").filter({ has: button });
    assertEquals(await button.textContent(), name);
    assertEquals(await row.locator("p").first().textContent(), help);
    const texts = await row.locator(".series td:first-child").allTextContents();
    const expected = values.map((value) => `${script}=\u2068${value.slice(0, 200)}\u2069`);
    assertEquals([...texts].sort(), [...expected].sort());
    assertEquals(await row.locator(".series tbody tr").first().isVisible(), true);
    for (const family of await page.locator("button.name").all()) {
      if (await family.getAttribute("aria-expanded") === "false") await family.click();
    }
    await next();
    await page.getByRole("searchbox").fill(script);
    assertEquals(await page.locator("li").count(), 1);
    assertEquals(await page.locator("script, img").count(), 1);
    assertEquals([await hacked(page), await overflow(page), complaints], [undefined, 0, []]);
    await page.context().close();
  },
);

test(
  "live page: scripts and styles that others put into it do nothing",
  needsChromium,
  async () => {
    const strange = `${script}<style>header { display: none }</style><header>`;
    const { page, complaints } = await openLivePage(browser, url, {
      change: (html) => html.replace("<header>", strange),
    });
    assertEquals(await page.locator("#trouble ~ main li").count() > 0, true);
    assertEquals(await hacked(page), undefined);
    assertEquals(await page.locator("header").isVisible(), true);
    for (const what of ["script-src", "style-src", "img-src"]) {
      assertStringIncludes(complaints.join("\n"), what);
    }
    const write = () => page.evaluate('document.body.innerHTML = "<p>"');
    await assertRejects(write, Error, "TrustedHTML");
    await page.context().close();
  },
);

/** A page with this many series, whose numbers are other ones each time. */
function largePage(round: number): string {
  const lines = [];
  for (let family = 0; family < 50; family++) {
    lines.push(`# HELP large_${family}_total Text.`, `# TYPE large_${family}_total counter`);
    for (let at = 0; at < 100; at++) {
      lines.push(`large_${family}_total{path="/some/${at}",code="200"} ${at * round}`);
    }
  }
  lines.push("# TYPE huge gauge");
  for (let at = 0; at < 4000; at++) lines.push(`huge{i="${at}"} ${at % 7 * round}`);
  lines.push("# TYPE long_seconds histogram");
  for (let at = 0; at < 1000; at++) {
    for (const bound of [0.1, 0.5, 1, 5, "+Inf"]) {
      lines.push(`long_seconds_bucket{at="${at}",le="${bound}"} ${round * at}`);
    }
    lines.push(
      `long_seconds_sum{at="${at}"} ${round}`,
      `long_seconds_count{at="${at}"} ${round * at}`,
    );
  }
  return `${lines.join("\n")}\n`;
}

test("live page: 10,000 series are shown in parts, without a stop", needsChromium, async () => {
  let round = 1;
  const { page, next, took } = await openLivePage(browser, url, {
    metrics: () => largePage(round++),
  });
  assertEquals(await page.locator("#sizes").textContent(), "52 families · 10000 series");
  await page.getByRole("button", { name: "huge", exact: true }).click();
  const row = page.locator("li.open");
  assertEquals(await row.locator(".series tbody tr").count(), 20);
  assertEquals(await row.locator(".more").textContent(), "3980 more series");
  await row.locator(".more").click();
  assertEquals(await row.locator(".series tbody tr").count(), 120);
  await page.getByRole("button", { name: "long_seconds", exact: true }).click();
  const times = [];
  for (let polls = 0; polls < 3; polls++) {
    await next();
    times.push(await took());
  }
  assertEquals(await page.locator("#state").textContent(), "live");
  // It takes 20 to 40 ms if the processor has nothing else to do.
  assert(Math.min(...times) < 200, `${times} ms`);
  await page.context().close();
});

const families = Array.from({ length: 1000 }, (_, at) => `family_${at}_of_many 1\n`).join("");

test(
  "live page: of many families the first are shown, and more on demand",
  needsChromium,
  async () => {
    const { page } = await openLivePage(browser, url, { metrics: () => families });
    assertEquals(await page.locator("li").count(), 300);
    await page.getByRole("button", { name: "700 more families" }).click();
    assertEquals(await page.locator("li").count(), 600);
    await page.getByRole("searchbox").fill("_999_");
    assertEquals(await page.locator("li").count(), 1);
    await page.context().close();
  },
);

test("live page: families and series come and go", needsChromium, async () => {
  let metrics = 'a 1\nb{x="1"} 1\nb{x="2"} 1\n';
  const { page, next } = await openLivePage(browser, url, { metrics: () => metrics });
  await page.getByRole("button", { name: "b", exact: true }).click();
  metrics = 'b{x="2"} 1\nb{x="3"} 1\nc 1\n';
  await next();
  assertEquals(await page.locator("button.name").allTextContents(), ["b", "c"]);
  assertEquals(await page.locator("#state").textContent(), "live");
  metrics = "c 1\n";
  await next();
  assertEquals(await page.locator("button.name").allTextContents(), ["c"]);
  assertEquals(await page.locator("#sizes").textContent(), "1 families · 1 series");
  await page.context().close();
});

const handmade = `# TYPE native_seconds histogram
# UNIT native_seconds seconds
native_seconds_bucket{le="+Inf"} 4
native_seconds_sum 6
native_seconds_count 4
# TYPE both_seconds histogram
both_seconds_bucket{le="1"} 2
both_seconds_bucket{le="+Inf"} 4
both_seconds_sum 6
both_seconds_count 4
untyped{a="b"} 5 1700000000000
edgeprom_scrape_errors_total{cause="collector"} 3
this is not a sample
`;

test(
  "live page: what is wrong with a page is said, and the rest of it shown",
  needsChromium,
  async () => {
    let failures = 3;
    const metrics = () => handmade.replace("} 3", `} ${failures}`);
    const { page, next } = await openLivePage(browser, url, { metrics });
    const shown = await page.locator("li").evaluateAll((rows) =>
      rows.map((row) =>
        [...row.querySelectorAll(".name, i, b, small")].map((one) => one.textContent)
      )
    );
    assertEquals(shown, [
      ["both_seconds", "histogram", "1.00 s", "p99 · –/s"],
      ["edgeprom_scrape_errors_total", "gauge", "3", ""],
      ["native_seconds", "histogram", "1.50 s", "mean · –/s"],
      ["untyped", "gauge", "5", ""],
    ]);
    const notUnderstood = "Not understood: line 13: this is not a sample";
    const trouble = async () => (await page.locator("#trouble").textContent())?.split("\n");
    assertEquals(await trouble(), [notUnderstood]);
    failures++;
    await next();
    // Old errors are no trouble any more.
    assertEquals(await trouble(), [notUnderstood, "Scrape errors: 4 by collector"]);
    await page.getByRole("button", { name: "native_seconds" }).click();
    assertEquals(
      await page.locator("code").textContent(),
      "rate(native_seconds_sum[5m]) / rate(native_seconds_count[5m])",
    );
    await page.context().close();
  },
);

test(
  "live page: it says that there is no answer, asks less often, and recovers",
  needsChromium,
  async () => {
    let isDown = false;
    const { page, asked } = await openLivePage(browser, url, {
      metrics: () => isDown ? { status: 503, body: "Limit reached" } : "a 1\n",
    });
    isDown = true;
    const trouble = page.locator("#trouble");
    await page.clock.runFor(2000);
    await until(() => trouble.textContent(), (text) => text === "HTTP 503: Limit reached");
    assertEquals(await page.locator("#state").textContent(), "failing");
    assertEquals(await page.locator("li").count(), 1);
    const before = asked();
    await page.clock.runFor(3900);
    assertEquals(asked(), before);
    await page.clock.runFor(200);
    await until(() => asked() === before + 1);
    isDown = false;
    // Once it has read that answer, which nothing shows, it waits for 8 s.
    await until(async () => {
      await page.clock.runFor(2000);
      return await page.locator("#state").textContent();
    }, (text) => text === "live");
    assertEquals(await trouble.textContent(), "");
    await page.context().close();
  },
);
