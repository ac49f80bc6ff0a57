import { adjustmentsFor } from "./adjustments.ts";
import type { Client, ClientName } from "./client.ts";
import type { Clock } from "./clock.ts";
import { decided } from "./decided.ts";
import { generate } from "./generate.ts";
import { asItIs, interpret, type Outcome } from "./interpret.ts";
import type { Program } from "./program.ts";
import { shrink } from "./shrink.ts";
import { sourceOf } from "./source.ts";

/** Two modules to compare. */
export interface Pair {
  readonly client: ClientName;
  readonly reference: Client;
  readonly subject: Client;
  readonly clock: Clock;
  /** Whether the reference is taken as it is, without what is decided. */
  readonly exact: boolean;
}

/** The first step that came to something else. */
export interface Found {
  readonly index: number;
  readonly reference?: Outcome;
  readonly subject?: Outcome;
}

/** Runs a program on both. */
export async function compare(
  { client, reference, subject, clock, exact }: Pair,
  program: Program,
): Promise<Found | undefined> {
  const adjustments = exact ? asItIs : adjustmentsFor(client);
  const expected = await interpret(reference, program, clock, adjustments);
  const actual = await interpret(subject, program, clock, {
    ...asItIs,
    returned: adjustments.returned,
  });
  const length = Math.max(expected.length, actual.length);
  for (let index = 0; index < length; index++) {
    const [one, other] = [expected[index], actual[index]];
    if (one?.step !== other?.step || one?.outcome !== other?.outcome) {
      return { index, reference: one, subject: other };
    }
  }
}

/** Compares the program of a seed; a difference comes as a report with the shortest program. */
export async function compareSeed(pair: Pair, seed: number): Promise<string | undefined> {
  const program = generate(seed, pair.client);
  if (await compare(pair, program) === undefined) return undefined;
  const smallest = await shrink(program, async (one) => await compare(pair, one) !== undefined);
  const found = await compare(pair, smallest);
  if (found === undefined) throw new Error(`seed ${seed}: differs only now and then`);
  return report(seed, smallest, found);
}

/** What is decided although the client itself does it already. */
export async function staleDifferences(
  { client, reference, clock }: Pair,
): Promise<readonly string[]> {
  const stale: string[] = [];
  for (const { what, clients, example } of decided) {
    if (example === undefined || !clients.includes(client)) continue;
    const asIs = await interpret(reference, example, clock);
    const adjusted = await interpret(reference, example, clock, adjustmentsFor(client));
    if (JSON.stringify(asIs) === JSON.stringify(adjusted)) stale.push(what);
  }
  return stale;
}

function report(seed: number, program: Program, { reference, subject }: Found): string {
  return `seed ${seed}, at: ${reference?.step ?? subject?.step}
  the client: ${outcomeOf(reference)}
  the layer:  ${outcomeOf(subject)}
${sourceOf(program).replace(/^/gm, "    ")}`;
}

function outcomeOf(outcome?: Outcome): string {
  if (outcome === undefined) return "(this step is not reached)";
  // Pages read better in lines.
  return outcome.outcome.replace(
    /^(later )?(".*")$/s,
    (_, later = "", page) => later + JSON.parse(page).replaceAll("\n", "\n              "),
  );
}
