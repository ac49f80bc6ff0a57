/**
 * Serves a long page on one platform to clients that stall and to clients that read, and prints how
 * many pages Prometheus got beside them, and how much memory that took. Not part of the tests, as it
 * takes a minute; `stalling_test.ts` is the small version.
 *
 *     deno run -A tests/runtimes/soak.ts node $(which node)
 *     deno run -A tests/runtimes/soak.ts bun path/to/bun 100 100000
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { build } from "./build.ts";
import { type Platform, type PlatformName, platforms } from "./platforms.ts";
import { serve } from "./serve.ts";
import { megabytesOf, scrapeOnce, stall } from "./stalling.ts";

const [name = "deno", executable = process.execPath, ...numbers] = process.argv.slice(2);
const [clients = 100, series = 100_000] = numbers.map(Number);
const platform: Platform = platforms[name as PlatformName];

const folder = await mkdtemp(join(tmpdir(), "edgeprom-soak-"));
const source = join("tests/runtimes/apps", `measured_${platform.app}`);
const module = platform.target ? await build(source, platform.target, folder) : source;
// A page of 5 MB or more, whatever the number of series is.
const width = Math.max(10, Math.ceil(5e6 / series));
const env = { LONG_SERIES: String(series), LONG_WIDTH: String(width) };

/** Starts the server, runs one part of the soak, and prints what came of it. */
async function part(
  what: string,
  run: (url: string) => Promise<string>,
  { warm = true } = {},
): Promise<void> {
  const server = await serve({ platform, executable, module, env, path: "/long/ready" });
  try {
    const url = `${server.url}/long/metrics`;
    if (warm) { for (let time = 0; time < 5; time++) await scrapeOnce(url, time % 2 === 0); }
    const idle = megabytesOf(server.pid);
    let most = idle;
    const watch = setInterval(() => most = Math.max(most, megabytesOf(server.pid)), 20);
    const result = await run(url);
    clearInterval(watch);
    const figures = `${Math.round(idle)} MB before, ${Math.round(most - idle)} MB more at most`;
    console.log(`${name}: ${what}: ${result}; ${figures}`);
  } finally {
    await server.stop("SIGKILL");
  }
}

/** Twenty scrapes of Prometheus, half of them compressed, and how many were whole pages. */
async function prometheus(url: string): Promise<string> {
  const failures = new Map<string, number>();
  let whole = 0;
  let slowest = 0;
  for (let time = 0; time < 20; time++) {
    const start = performance.now();
    const page = await scrapeOnce(url, time % 2 === 0);
    slowest = Math.max(slowest, performance.now() - start);
    const count = page.match(/^wide\{/gm)?.length;
    if (count === series) whole++;
    else failures.set(page.slice(0, 60), (failures.get(page.slice(0, 60)) ?? 0) + 1);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  const others = [...failures].map(([what, times]) => `, ${times} x ${what}`).join("");
  return `${whole} of 20 pages, slowest ${Math.round(slowest)} ms${others}`;
}

const reading = (url: string) =>
  Promise.all(
    Array.from({ length: clients }, (_, client) => scrapeOnce(url, client % 2 === 0)),
  ).then((pages) => {
    const whole = pages.filter((page) => page.match(/^wide\{/gm)?.length === series);
    return `${whole.length} of ${clients} pages`;
  });

const stalling = (headersOf: (client: number) => readonly string[]) => async (url: string) => {
  const crowd = await stall(url, { clients, headersOf });
  const result = await prometheus(url);
  crowd.leave();
  return `${result} beside ${crowd.asked} requests`;
};

try {
  await part("one scrape", async (url) => {
    await scrapeOnce(url);
    return "done";
  }, { warm: false });
  await part(`${clients} clients at once, the first of all`, reading, { warm: false });
  await part(`${clients} clients at once`, reading);
  await part("Prometheus alone", prometheus);
  await part(`${clients} that stall`, stalling(() => []));
  await part(
    `${clients} that stall, in several formats`,
    stalling((client) => [
      `Accept: text/plain;version=${client % 2 ? "1.0.0" : "0.0.4"};escaping=${
        ["dots", "values", "underscores", "allow-utf-8"][client % 4]
      }`,
      `Accept-Encoding: ${client % 3 === 0 ? "gzip" : "identity"}`,
      `X-Prometheus-Scrape-Timeout-Seconds: ${1 / (client + 1)}`,
    ]),
  );
} finally {
  await rm(folder, { recursive: true });
}
