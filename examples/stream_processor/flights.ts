import { z } from "zod";
import { MINUTE } from "./time.ts";

/** One flight, as the processor works with it. */
export interface Flight {
  /** Actual departure: the event time, in milliseconds since 1970. */
  readonly departure: number;
  /** Minutes behind the schedule on arrival, negative when early. */
  readonly delay: number;
  /** Miles between the two airports. */
  readonly distance: number;
  readonly origin: string;
  readonly destination: string;
}

/** What became of a line: a flight, or why it is none. */
export type Reading =
  | { readonly flight: Flight; readonly error?: undefined }
  | { readonly flight?: undefined; readonly error: ReadingError };

/** A line with the wrong number of columns is malformed; one with a wrong value is invalid. */
export type ReadingError = "malformed_line" | "invalid_flight";

/**
 * A flight more than eight hours late counts as misdated: a delay that long is rather a flight of
 * another day.
 */
const LONGEST_DELAY = 8 * 60;

/** An hour early is more than any schedule has in reserve. */
const EARLIEST_ARRIVAL = -60;

/** No scheduled flight within the United States is longer: Boston to Honolulu has 5,095 miles. */
const LONGEST_DISTANCE = 5_100;

const COLUMNS = ["departure", "delay", "distance", "origin", "destination"] as const;

const airport = z.string().regex(/^[A-Z]{3}$/);
const wholeNumber = z.string().regex(/^-?\d+$/).transform(Number);

const flightSchema = z.object({
  departure: z.string().transform(readTime).pipe(z.number()),
  delay: wholeNumber.pipe(z.number().min(EARLIEST_ARRIVAL).max(LONGEST_DELAY)),
  distance: wholeNumber.pipe(z.number().positive().max(LONGEST_DISTANCE)),
  origin: airport,
  destination: airport,
}).refine((flight) => flight.origin !== flight.destination);

/** Reads one line of the file and validates it. */
export function readFlight(line: string): Reading {
  const cells = line.split(",");
  if (cells.length !== COLUMNS.length) return { error: "malformed_line" };
  const [departure, delay, distance, origin, destination] = cells;
  const parsed = flightSchema.safeParse({ departure, delay, distance, origin, destination });
  return parsed.success ? { flight: parsed.data } : { error: "invalid_flight" };
}

/**
 * When the report of a flight reaches the processor: on landing. The data tells the departure but
 * not the arrival, so it is estimated as departure + 30 minutes to taxi, climb and descend + 8
 * miles a minute (480 mph) + delay. The delay includes what the flight had already left late, which
 * the data does not distinguish: late flights come a little too late.
 *
 * The unchecked line is enough for it, as a report arrives whether or not it is valid. Null for a
 * line that has no times.
 */
export function estimateArrival(line: string): number | null {
  const [departure = "", delay = "", distance = ""] = line.split(",");
  const arrival = readTime(departure) +
    Math.round(30 + Number(distance) / 8 + Number(delay)) * MINUTE;
  return Number.isFinite(arrival) ? arrival : null;
}

/**
 * Reads "2001-01-31 23:59". The data gives local times without a zone; all are read on one clock.
 * NaN if it is none.
 */
function readTime(text: string): number {
  return /^\d{4}-\d\d-\d\d \d\d:\d\d$/.test(text) ? Date.parse(`${text.replace(" ", "T")}Z`) : NaN;
}
