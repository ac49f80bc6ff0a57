import * as z from "zod/mini";
import { RegistrationError } from "../model/errors.ts";
import { exponentialBuckets } from "../metrics/buckets.ts";

/**
 * The buckets of the catalogue's histograms.
 *
 * @category Stream processor
 */
export interface ProcessorBuckets {
  /** For durations, in seconds. */
  readonly durations: readonly number[];
  /** For the number of events in a window. */
  readonly windowSizes: readonly number[];
}

/**
 * The options of the catalogue.
 *
 * @category Stream processor
 */
export interface ProcessorMetricsOptions {
  /** The prefix of all 37 names, for example `checkout_`; none by default. */
  readonly prefix?: string;
  /** The buckets of its histograms. */
  readonly buckets?: Partial<ProcessorBuckets>;
}

/** The options with their defaults. */
export interface CompleteProcessorMetricsOptions {
  /** The prefix of all names. */
  readonly prefix: string;
  /** The buckets of the histograms. */
  readonly buckets: ProcessorBuckets;
}

/**
 * Checks the options and fills in the defaults: durations from 1 ms to 33 s, window sizes from 1 to
 * 8,192 events.
 *
 * @throws {RegistrationError} If options are wrong; names each of them.
 */
export function readOptions(options: ProcessorMetricsOptions): CompleteProcessorMetricsOptions {
  const numbers = "must be an array of one finite number or more";
  const bounds = z.array(z.number(numbers), numbers).check(z.minLength(1, numbers));
  const schema = optionsOf({
    prefix: z._default(
      z.string("must be a text")
        .check(z.regex(/^([a-zA-Z_:][a-zA-Z0-9_:]*)?$/, "is not the beginning of a metric name")),
      "",
    ),
    buckets: z.prefault(
      optionsOf({
        durations: z._default(bounds, () => exponentialBuckets(0.001, 2, 16)),
        windowSizes: z._default(bounds, () => exponentialBuckets(1, 2, 14)),
      }),
      {},
    ),
  });
  const result = schema.safeParse(options);
  if (result.success) return result.data;
  throw new RegistrationError(`options of ProcessorMetrics: ${z.prettifyError(result.error)}`);
}

/** A schema for an object with these options and no others. */
function optionsOf<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  const names = Object.keys(shape).join(", ");
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === "unrecognized_keys"
        ? `${issue.keys} is no option; those are ${names}`
        : `must be an object with ${names}`,
  });
}
