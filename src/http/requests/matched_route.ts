import type { Context } from "hono";
import { matchedRoutes } from "hono/route";
import { findTargetHandler, isMiddleware } from "hono/utils/handler";
import type { HttpContext } from "./http_context.ts";

/** The label of a path that no route has. */
export const unmatched = "unmatched";

type Route = ReturnType<typeof matchedRoutes>[number];

/**
 * The template of the route that answered, such as `/users/:id`, with all that `app.route()` and
 * `basePath()` put before it.
 *
 * Where middleware answered first, such as authentication, it is the route that the request would
 * have come to. Hono does not say whether the last middleware answered or nobody did; 404 then
 * means that nobody did.
 */
export function routeOf(context: HttpContext, status: number): string {
  const routes = routesOf(context);
  const last = routes[context.req.routeIndex];
  if (last === undefined) return unmatched;
  if (!passesOn(last)) return last.path;
  const endpoints = routes.slice(context.req.routeIndex).filter(isEndpoint);
  // Something for `*` that is no middleware by its method, such as a cache, stands before a route.
  const endpoint = endpoints.find(({ path }) => !path.endsWith("*")) ?? endpoints[0];
  return endpoint?.path ?? (status === 404 ? unmatched : last.path);
}

/** Whether a request comes by a route with one of these templates. */
export function matches(context: HttpContext, templates: ReadonlySet<string>): boolean {
  return routesOf(context).some(({ path }) => templates.has(path));
}

function routesOf(context: HttpContext): readonly Route[] {
  return matchedRoutes(context as unknown as Context);
}

/** Whether a route was made for requests to end there: `app.use()` takes every method. */
function isEndpoint(route: Route): boolean {
  return route.method !== "ALL" || !passesOn(route);
}

/** Whether the handler takes `next`, which is what tells middleware from others in Hono. */
function passesOn({ handler }: Route): boolean {
  return isMiddleware(findTargetHandler(handler));
}
