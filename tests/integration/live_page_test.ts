/** The live page in a browser: what it shows, and what people do with it. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { Hono } from "hono";
import { basicAuth } from "hono/basic-auth";
import { bearerAuth } from "hono/bearer-auth";
import { after, before, test } from "node:test";
import type { Browser, Locator, Page } from "playwright-core";
import { createMetricsApp, MetricsRegistry } from "../../mod.ts";
import type { Listener } from "../../src/http/server/listener.ts";
import { listen } from "../../src/http/server/listen.ts";
import { leastContrast, openLivePage, startBrowser } from "../support/browser.ts";
import { missing } from "../support/components.ts";
import { until } from "../support/until.ts";

const needsChromium = { skip: missing("chromium") };

const registry = new MetricsRegistry();
const orders = registry.counter({
  name: "orders_total",
  help: "Orders, by how they ended.",
  labels: ["result", "shop"],
});
const heap = registry.gauge({ name: "heap_bytes", help: "Memory in use." });
const durations = registry.histogram({
  name: "order_duration_seconds",
  help: "Time for an order.",
  buckets: [0.1, 0.5, 1],
});
registry.info({ name: "build_info", help: "What runs.", labels: ["version"] })
  .set({ version: "1.2.3" });
registry.stateSet({ name: "mode", help: "What it does.", states: ["idle", "busy"] })
  .set("busy", true);
registry.summary({ name: "parts_bytes", help: "Sizes of parts." }).observe(2048);

let browser: Browser;
let server: Listener;
let url: string;

before(async () => {
  if (needsChromium.skip) return;
  const app = new Hono();
  const metrics = createMetricsApp({ registry, livePage: true });
  app.route("/", metrics);
  app.use("/basic/*", basicAuth({ username: "ann", password: "secret" }));
  app.use("/bearer/*", bearerAuth({ token: "a-long-token" }));
  for (const mount of ["/basic/ops", "/bearer/ops"]) app.route(mount, metrics);
  server = await listen(async (request) => await app.fetch(request), "127.0.0.1", 0);
  url = `http://127.0.0.1:${server.port}`;
  browser = await startBrowser();
});

after(async () => {
  await browser?.close();
  await server?.close();
});

function nameOf(page: Page, family: string): Locator {
  return page.getByRole("button", { name: family, exact: true });
}

function rowOf(page: Page, family: string): Locator {
  return page.locator("li").filter({ has: nameOf(page, family) });
}

/** Waits until a part of the page says this. */
async function says(part: Locator, text: string | RegExp): Promise<void> {
  const fits = (found: string) => typeof text === "string" ? found === text : text.test(found);
  await until(async () => (await part.allTextContents()).join("|"), fits, 5);
}

/** The names of the families in their order. */
function order(page: Page): Promise<string[]> {
  return page.locator("button.name").allTextContents();
}

test(
  "live page: numbers, rates and quantiles are those of the registry",
  needsChromium,
  async () => {
    orders.inc({ result: "paid", shop: "a" }, 10);
    orders.inc({ result: "failed", shop: "b" }, 1);
    heap.set(3 * 2 ** 20);
    for (let at = 0; at < 100; at++) durations.observe(at < 90 ? 0.05 : 0.7);
    const { page, complaints, next } = await openLivePage(browser, `${url}/metrics/live`);
    await says(page.locator("#sizes"), /^\d+ families · \d+ series$/);
    await says(rowOf(page, "orders_total").locator("b, small, i"), "counter|–/s|11 in all");
    await says(rowOf(page, "heap_bytes").locator("b, small"), "3.00 MiB|");
    await says(rowOf(page, "order_duration_seconds").locator("b, small"), "950 ms|p99 · –/s");
    await says(rowOf(page, "build_info").locator("b, i"), "info|1.2.3");
    await says(rowOf(page, "mode").locator("b, i"), "stateset|busy");
    await says(rowOf(page, "parts_bytes").locator("b, i"), "summary|2.00 KiB");
    await says(rowOf(page, "orders_total").locator("p"), "Orders, by how they ended.");

    await nameOf(page, "order_duration_seconds").click();
    await nameOf(page, "orders_total").click();
    await next();
    orders.inc({ result: "paid", shop: "a" }, 6);
    heap.set(2 ** 20);
    for (let at = 0; at < 4; at++) durations.observe(0.3);
    await next();
    await says(rowOf(page, "orders_total").locator("b, .head small"), /^3(\.00)?\/s\|17 in all$/);
    await says(rowOf(page, "heap_bytes").locator("b"), "1.00 MiB");
    await says(
      rowOf(page, "order_duration_seconds").locator("b, .head small"),
      /^496 ms\|p99 · 2(\.00)?\/s$/,
    );
    await says(
      rowOf(page, "order_duration_seconds").locator(".figures td"),
      "last minute|300 ms|460 ms|496 ms|300 ms|4|since the start|57.8 ms|460 ms|948 ms|122 ms|104",
    );
    await says(
      rowOf(page, "order_duration_seconds").locator(".buckets > div"),
      "≤ 1 s≤ 500 ms≤ 100 ms|4",
    );
    await says(rowOf(page, "orders_total").locator("code"), "rate(orders_total[5m])");
    const lines = rowOf(page, "orders_total").locator(".series tbody tr");
    const line = /^result=\u2068paid\u2069, shop=\u2068a\u2069\|\|16\|3(\.00)?\/s\|Copy$/;
    await says(lines.first().locator("td"), line);
    assertMatch(
      await rowOf(page, "orders_total").locator(".facts").innerText(),
      /^no unit · 2 series · result: 2 · shop: 2$/,
    );
    assertEquals(complaints, []);
    await page.context().close();
  },
);

test("live page: it is searched, sorted, opened and copied by keys", needsChromium, async () => {
  const permissions = ["clipboard-read", "clipboard-write"];
  const { page, complaints, asked } = await openLivePage(browser, `${url}/metrics/live`, {}, {
    permissions,
  });
  const all = await order(page);
  assertEquals(all, [...all].sort());
  await page.keyboard.press("/");
  await page.keyboard.type("PAID order");
  assertEquals(await order(page), ["orders_total"]);
  await page.getByRole("searchbox").fill("memory in use");
  assertEquals(await order(page), ["heap_bytes"]);
  await page.getByRole("searchbox").fill("nothing has this");
  await says(page.locator("#empty"), "No family matches.");
  await page.getByRole("searchbox").fill("");
  await page.keyboard.press("Escape");

  await page.keyboard.press("j");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("j");
  await page.keyboard.press("k");
  const focused = page.locator("button.name:focus");
  assertEquals(await focused.innerText(), all[1]);
  await page.keyboard.press("Enter");
  assertEquals(await focused.getAttribute("aria-expanded"), "true");
  const copied = () => page.evaluate("navigator.clipboard.readText()");
  await page.keyboard.press("c");
  await says(page.locator("#said"), /^Copied /);
  assertEquals(await copied(), await rowOf(page, all[1]).locator("code").innerText());
  await page.keyboard.press("Enter");
  assertEquals(await rowOf(page, all[1]).locator("code").count(), 0);

  await nameOf(page, "orders_total").click();
  const line = rowOf(page, "orders_total").locator(".series tbody tr").filter({
    hasText: "failed",
  });
  await line.getByRole("button", { name: "Copy" }).click();
  assertEquals(await copied(), 'rate(orders_total{result="failed",shop="b"}[5m])');
  await page.keyboard.press("c");
  assertEquals(await copied(), 'rate(orders_total{result="failed",shop="b"}[5m])');

  await page.getByLabel("Sort by").selectOption("series");
  assertEquals((await order(page))[0], "edgeprom_series");
  await page.keyboard.press("?");
  assertEquals(asked() > 0, true);
  await page.getByRole("dialog").getByRole("button", { name: "Close" }).click();
  assertEquals(await page.getByRole("dialog").count(), 0);
  await nameOf(page, "heap_bytes").focus();
  await page.keyboard.press(" ");
  await says(page.locator("#state"), "paused");
  assertEquals(await nameOf(page, "heap_bytes").getAttribute("aria-expanded"), "false");
  assertEquals(complaints, []);
  await page.context().close();
});

test("live page: it asks for nothing while it is paused or hidden", needsChromium, async () => {
  const { page, asked, next } = await openLivePage(browser, `${url}/metrics/live`);
  await page.getByRole("button", { name: "Pause" }).click();
  await says(page.locator("#state"), "paused");
  const before = asked();
  await page.clock.runFor(30_000);
  assertEquals(asked(), before);
  await page.getByRole("button", { name: "Resume" }).click();
  await page.locator('html[data-shown="2"]').waitFor();
  const hide = (hidden: boolean) =>
    page.evaluate(`
      Object.defineProperty(document, "hidden", { value: ${hidden}, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    `);
  await next();
  await hide(true);
  const seen = asked();
  await page.clock.runFor(30_000);
  assertEquals(asked(), seen);
  await hide(false);
  await until(() => asked() > seen);
  await page.context().close();
});

test(
  "live page: it works below any path, behind the host's authentication",
  needsChromium,
  async () => {
    const contexts = {
      basic: { httpCredentials: { username: "ann", password: "secret" } },
      bearer: { extraHTTPHeaders: { Authorization: "Bearer a-long-token" } },
    };
    for (const [name, options] of Object.entries(contexts)) {
      const address = `${url}/${name}/ops/metrics/live`;
      assertEquals((await fetch(address)).status, 401);
      const { page, complaints } = await openLivePage(browser, address, {}, options);
      await says(page.locator("#state"), "live");
      assertEquals(await nameOf(page, "orders_total").count(), 1);
      assertEquals(await page.locator("#source").getAttribute("href"), `/${name}/ops/metrics`);
      assertEquals(complaints.filter((text) => !text.includes("401")), []);
      await page.context().close();
    }
  },
);

for (const colorScheme of ["light", "dark"] as const) {
  test(`live page: in ${colorScheme} mode all text can be read`, needsChromium, async () => {
    const { page } = await openLivePage(browser, `${url}/metrics/live`, {}, { colorScheme });
    for (const name of ["orders_total", "order_duration_seconds"]) await nameOf(page, name).click();
    const [ratio, text] = await page.evaluate<[number, string]>(leastContrast);
    assert(ratio >= 4.5, `${ratio}: ${text}`);
    const ground = await page.evaluate("getComputedStyle(document.body).backgroundColor");
    assertEquals(ground, { light: "rgb(246, 247, 249)", dark: "rgb(18, 21, 26)" }[colorScheme]);
    await page.context().close();
  });
}

test(
  "live page: each control has a name, and each row is a button in a list",
  needsChromium,
  async () => {
    const { page } = await openLivePage(browser, `${url}/metrics/live`);
    const tree = await page.locator("body").ariaSnapshot();
    for (
      const part of [
        'searchbox "Search name, help, label"',
        'combobox "Sort by"',
        'button "Pause"',
        'button "Help"',
        'button "orders_total"',
      ]
    ) assert(tree.includes(part), `${part}\n${tree}`);
    await page.context().close();
  },
);
