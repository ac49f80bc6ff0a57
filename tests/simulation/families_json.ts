import type { Gatherer, MetricFamily } from "../../mod.ts";

/** All families as JSON, with numbers that JSON does not know. */
export async function familiesAsJson(gatherer: Gatherer): Promise<Response> {
  const { families, errors } = await gatherer.gather();
  if (errors.length > 0) throw errors[0];
  return new Response(JSON.stringify(families, asJson));
}

function asJson(_: string, value: unknown): unknown {
  if (value instanceof Float64Array) return { doubles: Array.from(value, String) };
  return typeof value === "number" && !Number.isFinite(value) ? { number: String(value) } : value;
}

/** Families as {@linkcode familiesAsJson} wrote them. */
export function familiesFromJson(text: string): readonly MetricFamily[] {
  return JSON.parse(text, (_, value) => {
    if (Array.isArray(value?.doubles)) return Float64Array.from(value.doubles, Number);
    return typeof value?.number === "string" ? Number(value.number) : value;
  });
}
