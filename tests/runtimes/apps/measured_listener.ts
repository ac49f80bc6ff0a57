/** The same for platforms that dispatch an event for each request. */
import app from "./measured_app.ts";

interface FetchEvent extends Event {
  readonly request: Request;
  respondWith(response: Response | Promise<Response>): void;
}

addEventListener("fetch", (event) => {
  const { request } = event as FetchEvent;
  (event as FetchEvent).respondWith(app.fetch(request));
});
