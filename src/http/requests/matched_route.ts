import type { Context } from "hono";
import { matchedRoutes } from "hono/route";
import { findTargetHandler, isMiddleware } from "hono/utils/handler";
import type { HttpContext } from "./http_context.ts";
import type { MountedRoute } from "./measured_request.ts";

/** Value of the label `route` if no route matched. */
export const unmatched = "unmatched";

type Route = ReturnType<typeof matchedRoutes>[number];

/**
 * The template of the route that answered, such as `/users/:id`, with all that `app.route()` and
 * `basePath()` put before it.
 *
 * If middleware such as authentication answered first, it is the route that the request would have
 * reached. Hono does not say whether the last middleware answered or nobody did, so a 404 is taken
 * to mean nobody.
 */
export function routeOf(context: HttpContext, status: number): string {
  const routes = routesOf(context);
  const last = routes[context.req.routeIndex];
  if (last === undefined) return unmatched;
  if (!passesOn(last)) return last.path;
  const endpoints = routes.slice(context.req.routeIndex).filter(isEndpoint);
  // A handler for `*` that is not middleware by its method, such as a cache, precedes a route.
  const endpoint = endpoints.find(({ path }) => !path.endsWith("*")) ?? endpoints[0];
  return endpoint?.path ?? (status === 404 ? unmatched : last.path);
}

/**
 * The template of a request that an app within this one answered, by `app.mount()`: the path of the
 * mount with what the other app knows. A route that names more than a mount is left as it is.
 */
export function mountedRouteOf(context: HttpContext, mounted: MountedRoute): string {
  if (mounted.route === unmatched || mounted.path === context.req.path) return mounted.route;
  const path = routesOf(context)[context.req.routeIndex]?.path ?? "";
  if (!path.endsWith("*")) return path;
  const mount = path.replace(/\/?\*$/, "");
  return mounted.route === "/" ? mount || "/" : mount + mounted.route;
}

/** Whether one of the matched routes has one of these templates. */
export function matches(context: HttpContext, templates: ReadonlySet<string>): boolean {
  return routesOf(context).some(({ path }) => templates.has(path));
}

function routesOf(context: HttpContext): readonly Route[] {
  return matchedRoutes(context as unknown as Context);
}

/** Whether a route is an endpoint and not middleware: `app.use()` registers for every method. */
function isEndpoint(route: Route): boolean {
  return route.method !== "ALL" || !passesOn(route);
}

/** Whether the handler takes `next`, by which Hono tells middleware from other handlers. */
function passesOn({ handler }: Route): boolean {
  return isMiddleware(findTargetHandler(handler));
}
