import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { chromiumExecutable } from "./components.ts";

/** A page of the live page, whose clock stands still until it is told to go on. */
export interface Opened {
  readonly page: Page;
  /** What the browser complained about so far. */
  readonly complaints: readonly string[];
  /** How often the page asked for the metrics so far. */
  asked(): number;
  /** The milliseconds that it took to show the last answer. */
  took(): Promise<number>;
  /** Lets two seconds pass, and waits until the answer to what is then asked is shown. */
  next(): Promise<void>;
}

/** Starts a browser without a window. */
export function startBrowser(): Promise<Browser> {
  const args = ["--no-sandbox", "--disable-dev-shm-usage"];
  return chromium.launch({ executablePath: chromiumExecutable, args });
}

/** What to answer instead of the server, for the metrics or for the live page. */
export interface Answers {
  /** A page of metrics, or an answer with a status. */
  readonly metrics?: () => string | { readonly status: number; readonly body: string };
  /** Changes the live page on its way from the server. */
  readonly change?: (html: string) => string;
}

/** Opens a live page, and waits for its first numbers. */
export async function openLivePage(
  browser: Browser,
  url: string,
  { metrics, change }: Answers = {},
  options: BrowserContextOptions = {},
): Promise<Opened> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => complaints.push(error.message));
  const metricsUrl = url.replace(/\/live$/, "");
  let asked = 0;
  page.on("request", (request) => void (request.url() === metricsUrl && asked++));
  if (metrics !== undefined) {
    await page.route(metricsUrl, (route) => {
      const answer = metrics();
      const body = typeof answer === "string" ? { body: answer } : answer;
      return route.fulfill({ contentType: "text/plain", ...body });
    });
  }
  if (change !== undefined) {
    await page.route(url, async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, body: change(await response.text()) });
    });
  }
  await page.addInitScript({ content: countShown });
  await page.clock.install();
  await page.goto(url);
  await page.locator("html[data-shown]").waitFor();
  await page.clock.pauseAt(Date.now() + 1000);
  return {
    page,
    complaints,
    asked: () => asked,
    took: () => page.evaluate<number>("+document.documentElement.dataset.took"),
    async next() {
      const before = await page.evaluate<number>("+document.documentElement.dataset.shown");
      await page.clock.runFor(2000);
      await page.locator(`html[data-shown="${before + 1}"]`).waitFor();
    },
  };
}

/**
 * Counts in the browser which answers were read. It runs before the clock is replaced, and a task
 * later all that follows from an answer is done. This and what follows is a script because the
 * types of browsers and of Deno do not go together.
 */
const countShown = `
  const { fetch, setTimeout, performance } = window;
  const now = performance.now.bind(performance);
  let shown = 0;
  window.fetch = async (...question) => {
    const response = await fetch(...question);
    const text = await response.text();
    const start = now();
    setTimeout(() => {
      document.documentElement.dataset.took = now() - start;
      document.documentElement.dataset.shown = ++shown;
    });
    return Object.defineProperty(response, "text", { value: async () => text });
  };
`;

/** The least contrast of a text with what lies behind it, of all texts that can be seen. */
export const leastContrast = `(() => {
  const pen = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const luminance = (colors) => {
    for (const color of colors) {
      pen.fillStyle = color;
      pen.fillRect(0, 0, 1, 1);
    }
    const [red, green, blue] = Array.from(pen.getImageData(0, 0, 1, 1).data, (part) =>
      part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const texts = [...document.querySelectorAll("body *")].filter((one) =>
    one.checkVisibility() && one.firstChild?.nodeType === 3 && one.textContent.trim() !== "");
  return texts.map((one) => {
    const behind = [];
    for (let at = one; at; at = at.parentElement) {
      behind.unshift(getComputedStyle(at).backgroundColor);
    }
    const [text, ground] = [[...behind, getComputedStyle(one).color], behind].map(luminance);
    return [(Math.max(text, ground) + 0.05) / (Math.min(text, ground) + 0.05), one.outerHTML];
  }).sort(([a], [b]) => a - b)[0];
})()`;
