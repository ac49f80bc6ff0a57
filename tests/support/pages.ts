import type { MetricsRegistry } from "../../mod.ts";
import { rethrow } from "../../src/exposition/encoding/encoder.ts";

/** The page of a registry in the text format. Rejects if anything is not on it. */
export async function pageOf(registry: MetricsRegistry): Promise<string> {
  return textOf(await registry.encode(undefined, rethrow));
}

/** Its samples alone, a line each, without help and type. */
export async function samplesOf(registry: MetricsRegistry): Promise<readonly string[]> {
  return sampleLines(await pageOf(registry));
}

/** The sum of all samples of a name. */
export async function sampleValueSum(registry: MetricsRegistry, name: string): Promise<number> {
  return (await samplesOf(registry)).filter((line) => /^\w+/.exec(line)?.[0] === name)
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" "))), 0);
}

/** The samples of a page, a line each. */
export function sampleLines(page: string): readonly string[] {
  return page.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
}

export function textOf(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
}
