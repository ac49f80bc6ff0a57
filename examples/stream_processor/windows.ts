import { WindowTypeLabel } from "@edgeprom/edgeprom";
import type { Flight } from "./flights.ts";
import { HOUR, startOf } from "./time.ts";

/**
 * The events of one airport in one window; this is what the state holds while the window is open.
 */
export interface WindowState {
  readonly origin: string;
  /** First millisecond of the window. */
  readonly start: number;
  /** First millisecond after the window. */
  readonly end: number;
  /** Delay of each flight, in minutes. */
  readonly delays: readonly number[];
}

/** A window that has closed. */
export interface FiredWindow extends WindowState {
  readonly windowType: WindowTypeLabel;
}

/** What the windows of one type did with an event. */
export interface Admission {
  /** How many windows took it. */
  readonly accepted: number;
  /** Whether the watermark had already passed one of its windows. */
  readonly late: boolean;
}

/**
 * Sorts events into windows by their event time and by airport. A window fires once: when the
 * watermark has passed its end by the allowed lateness. Until then late events are still taken;
 * after that they are refused.
 */
export interface Windows {
  readonly windowType: WindowTypeLabel;
  /** Puts the event into its windows, as far as they are still open. */
  add(flight: Flight, watermark: number): Admission;
  /** Closes all windows whose time has come. */
  fire(watermark: number): FiredWindow[];
}

/** Windows of a fixed size that begin at fixed times. */
export interface Alignment {
  readonly windowType: WindowTypeLabel;
  /** Length of a window in milliseconds. */
  readonly size: number;
  /**
   * Milliseconds between the beginnings of two windows; equal to the size unless windows overlap.
   */
  readonly slide: number;
}

/** How each airport does hour by hour: every flight is in one window. */
export const HOURLY: Alignment = {
  windowType: WindowTypeLabel.Tumbling,
  size: HOUR,
  slide: HOUR,
};

/** The trend over three hours, renewed every hour: every flight is in three windows. */
export const TREND: Alignment = {
  windowType: WindowTypeLabel.Sliding,
  size: 3 * HOUR,
  slide: HOUR,
};

/** Departures less than two hours apart make one wave of an airport's day. */
export const WAVE_GAP: number = 2 * HOUR;

/** Start times of the windows that contain a time, the earliest first. */
export function windowStarts({ size, slide }: Alignment, time: number): number[] {
  const starts: number[] = [];
  const last = startOf(slide, time);
  for (let start = last - size + slide; start <= last; start += slide) starts.push(start);
  return starts;
}
