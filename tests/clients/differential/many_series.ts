import type { Client } from "./client.ts";

const families = 10;
/** More than a family has room for in the core by default, and all together more than a registry. */
const series = 11_000;

/** A page with more series than the core has room for unless it is told. */
export async function manySeriesOf(client: Client): Promise<string> {
  const registry = new client.Registry();
  for (let family = 0; family < families; family++) {
    const visits = new client.Counter({
      name: `visits_${family}_total`,
      help: "Visits.",
      labelNames: ["user"],
      registers: [registry],
    });
    for (let user = 0; user < series; user++) visits.inc({ user: `user-${user}` }, user);
  }
  return await registry.metrics();
}
