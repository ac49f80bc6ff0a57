import { readFileSync } from "node:fs";
import { estimateArrival } from "./flights.ts";
import { startOf, WEEK } from "./time.ts";

/** One line of the file and when it reaches the processor. */
export interface Report {
  readonly line: string;
  /** Milliseconds since 1970. */
  readonly arrival: number;
}

/** The file, ready to be replayed. */
export interface FlightFile {
  /** All reports in the order of their arrival, which is not that of their departure. */
  readonly reports: readonly Report[];
  /**
   * What to add to every time for the file to follow on itself, in milliseconds: whole weeks, so
   * that a Monday stays a Monday, and long enough for all reports of one pass to arrive before the
   * next begins.
   */
  readonly period: number;
}

/** Reads the file. Throws if it is not there or holds no flight. */
export function loadFlights(path: string | URL): FlightFile {
  return parseFlights(readFileSync(path, "utf8"));
}

/**
 * Parses comma-separated flights; lines that begin with "#" and the one with the columns' names are
 * skipped.
 */
export function parseFlights(text: string): FlightFile {
  const lines = text.split(/\r?\n/).filter((line) => line !== "" && !line.startsWith("#")).slice(1);
  if (lines.length === 0) throw new Error("The file of flights holds no flight");

  const estimates = lines.map(estimateArrival);
  let arrival = estimates.find((estimate) => estimate !== null) ?? 0;
  const reports = lines.map((line, index): Report => {
    // A line without readable times is not lost: it keeps its place, and the processor refuses it.
    arrival = estimates[index] ?? arrival;
    return { line, arrival };
  }).sort((one, other) => one.arrival - other.arrival);

  const span = reports[reports.length - 1].arrival - reports[0].arrival;
  return { reports, period: startOf(WEEK, span) + WEEK };
}
