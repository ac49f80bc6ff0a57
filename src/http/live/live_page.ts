import { isRead, methodNotAllowed, respond } from "../methods.ts";
import { compactScript, compactStyle } from "./compact.ts";
import { changes } from "./changes.ts";
import { controls } from "./controls.ts";
import { detail } from "./detail.ts";
import { drawing } from "./drawing.ts";
import { list } from "./list.ts";
import { markup, spark } from "./markup.ts";
import { numbers } from "./numbers.ts";
import { parsing } from "./parsing.ts";
import { queries } from "./queries.ts";
import { styles } from "./styles.ts";

/** The parts of the page's script, of which each uses those before it. */
const parts = [
  `"use strict";\n`,
  parsing,
  numbers,
  changes,
  queries,
  drawing,
  list,
  detail,
  controls,
];

/** The page and its headers, for metrics whose path ends with a slash or not. */
export interface LivePage {
  /** The page, which has all that it needs but the numbers. */
  readonly html: string;
  /** Its headers, which let a browser run only what is in the page. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Answers a request for the page that shows the metrics at a path. */
export async function answerLivePage(request: Request, metricsPath: string): Promise<Response> {
  if (!isRead(request)) return methodNotAllowed(request);
  const { html, headers } = await livePage(metricsPath);
  return respond(request, html, { headers });
}

/** Puts the page together. */
export async function livePage(metricsPath: string): Promise<LivePage> {
  const style = compactStyle(styles);
  const script = compactScript(parts.join(""));
  const end = metricsPath.length > 1 && metricsPath.endsWith("/") ? "/" : "";
  const texts: Readonly<Record<string, string>> = { style, script, end, spark };
  // With a function: in a text, a dollar would stand for something else.
  const html = markup.replace(/\{\{(\w+)\}\}/g, (_, name) => texts[name]);
  const policy = [
    "default-src 'none'",
    `script-src '${await hashOf(script)}'`,
    `style-src '${await hashOf(style)}'`,
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'self'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ];
  return {
    html,
    headers: {
      "Cache-Control": "no-store",
      "Content-Security-Policy": policy.join("; "),
      "Content-Type": "text/html; charset=utf-8",
      "Referrer-Policy": "no-referrer",
      "X-Content-Type-Options": "nosniff",
    },
  };
}

/** The source expression by which a Content-Security-Policy allows a text. */
async function hashOf(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return `sha256-${btoa(String.fromCharCode(...new Uint8Array(digest)))}`;
}
