import { contenders } from "../contenders/contenders.ts";
import type { ContenderName } from "../contenders/library.ts";
import { onEachRequest } from "../measure/each_request.ts";
import { type Encoding, prometheus } from "../measure/prometheus_request.ts";
import { type Answer, byAdapter, byRuntime } from "../measure/thin_server.ts";
import { cataloguePopulation } from "./catalogue.ts";
import { metricsApp } from "./metrics_app.ts";

/** What a server answers with, and by what. */
export interface Serving {
  /**
   * The page of a library; edgeprom's app, by the runtime or by its own server, with all that is on
   * by default; or the bytes of the app's page, made once.
   */
  readonly by: "library" | "app" | "own server" | "ready body" | "ready body by adapter";
  /** The share of the series that changes between two pages. */
  readonly share: number;
  /** What Prometheus accepts. */
  readonly encoding: Encoding;
}

/** Serves the 37 metrics on a free port until the process is ended. */
export async function serve(
  contender: ContenderName,
  { by, share, encoding }: Serving,
): Promise<number> {
  if (by === "library") {
    const library = await contenders[contender]();
    const { touch } = cataloguePopulation(library);
    return await byRuntime(async () => {
      touch(share);
      const { bytes, contentType } = await library.page("text/plain");
      return { bytes, headers: { "Content-Type": contentType } };
    });
  }
  if (by === "ready body" || by === "ready body by adapter") {
    const answer = await readyBody(encoding);
    if (by === "ready body") return await byRuntime(() => answer);
    return await byAdapter(() => new Response(answer.bytes, answer));
  }
  const { app, listen, touch } = await metricsApp();
  onEachRequest(() => touch(share));
  return by === "app" ? await byAdapter(app.fetch) : await listen();
}

/** What edgeprom's app answers, for a server that computes nothing. */
export async function readyBody(encoding: Encoding): Promise<Answer> {
  const { app } = await metricsApp();
  const request = new Request("http://localhost/metrics", { headers: prometheus(encoding) });
  const response = await app.fetch(request);
  const bytes = new Uint8Array(await response.arrayBuffer());
  return { bytes, headers: Object.fromEntries(response.headers) };
}
