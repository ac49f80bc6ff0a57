import { parseArgs } from "node:util";
import { z } from "zod";

/** What the command line asks for. */
export interface Arguments {
  /** Events per second. */
  readonly rate: number;
  readonly loop: boolean;
  /** Not set: the server takes METRICS_PORT, or 9090. */
  readonly port?: number;
  /** Not set: the server takes METRICS_HOST, or all addresses. */
  readonly host?: string;
  readonly help: boolean;
}

/** The command line is wrong; the message says where. */
export class ArgumentError extends Error {
  override readonly name = "ArgumentError";
}

export const USAGE = `Replays 20,000 flights through an instrumented stream processor.

Usage: stream_processor.ts [options]

  --rate <events>   events per second, more than 0 and at most 1000000 (default 2000)
  --loop            begin again at the end of the file, later by as many weeks as it covers
  --port <number>   port of the metrics; 0 takes a free one (default METRICS_PORT or 9090)
  --host <address>  address of the metrics (default METRICS_HOST or 0.0.0.0)
  --help            show this text

Without --loop it closes all windows at the end and serves the metrics until it gets a signal.`;

const argumentSchema = z.object({
  rate: numberIn("a number of events per second above 0 and at most 1000000", isRate)
    .default(2_000),
  loop: z.boolean().default(false),
  port: numberIn("a whole number from 0 to 65535", isPort).optional(),
  host: z.string().min(1, "needs an address").optional(),
  help: z.boolean().default(false),
});

/** Reads the words after the name of the program. Throws {@link ArgumentError}. */
export function parseArguments(words: readonly string[]): Arguments {
  const parsed = argumentSchema.safeParse(splitOptions(words));
  if (parsed.success) return parsed.data;
  const [{ path, message }] = parsed.error.issues;
  throw new ArgumentError(`--${path.join(".")} ${message}`);
}

function splitOptions(words: readonly string[]): unknown {
  try {
    const { values } = parseArgs({
      args: [...words],
      options: {
        rate: { type: "string" },
        loop: { type: "boolean" },
        port: { type: "string" },
        host: { type: "string" },
        help: { type: "boolean" },
      },
    });
    return values;
  } catch (error) {
    // The message names the option and what is wrong with it.
    throw new ArgumentError(error instanceof Error ? error.message : String(error));
  }
}

function numberIn(
  description: string,
  isValid: (value: number) => boolean,
): z.ZodType<number, string> {
  return z.string()
    .refine((text) => /^\d+(\.\d+)?$/.test(text) && isValid(Number(text)), `needs ${description}`)
    .transform(Number);
}

function isRate(value: number): boolean {
  return value > 0 && value <= 1_000_000;
}

function isPort(value: number): boolean {
  return Number.isInteger(value) && value <= 65_535;
}
