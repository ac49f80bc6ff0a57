import type { Hono } from "hono";
import type { EndpointPaths } from "../app/paths.ts";
import { isRead, methodNotAllowed } from "../methods.ts";

/** Gives an app a page at `/` with links to the endpoints, unless one of them is there. */
export function addLandingPage(app: Hono, paths: EndpointPaths): void {
  const endpoints: readonly string[] = Object.values(paths);
  if (endpoints.includes("/")) return;
  const headers = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'",
    "Content-Type": "text/html; charset=utf-8",
  };
  const page = landingPage(endpoints);
  app.all(
    "/",
    ({ req }) => isRead(req.raw) ? new Response(page, { headers }) : methodNotAllowed(req.raw),
  );
}

function landingPage(endpoints: readonly string[]): string {
  const links = endpoints.map(escaped).map((path) => `<li><a href="${path}">${path}</a></li>\n`);
  return `<!doctype html>
<html lang="en">
<meta name="viewport" content="width=device-width">
<title>Metrics</title>
<h1>Metrics</h1>
<ul>
${links.join("")}</ul>
</html>
`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
