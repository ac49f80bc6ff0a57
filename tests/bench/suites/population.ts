import type { Instruments } from "../contenders/library.ts";
import { durations, methods, sixteenBounds } from "./material.ts";

/** Series of a library, and a way to change them as traffic does between two scrapes. */
export interface Population {
  /** Records in this share of the series: 1 in all, 0.1 in every tenth, others each time. */
  touch(share: number): void;
}

const routes: readonly string[] = Array.from({ length: 2500 }, (_, at) => `/items/${at}`);

/**
 * Counters with two labels in ten families.
 *
 * @param from The first of the series, so that populations side by side can have different ones.
 */
export function counterPopulation(library: Instruments, series: number, from = 0): Population {
  const families = Array.from(
    { length: 10 },
    (_, family) => library.counters(`requests_${family}_total`, ["method", "route"]),
  );
  return population(series, (at, value) => {
    const within = Math.floor((from + at) / 10);
    const labels = { method: methods[within & 3], route: routes[within >> 2] };
    families[at % 10].inc(labels, Math.round(value * 1000));
  });
}

/** Histograms of 16 buckets with two labels in five families. */
export function histogramPopulation(library: Instruments, series: number): Population {
  const families = Array.from(
    { length: 5 },
    (_, family) => library.histograms(`seconds_${family}`, ["method", "route"], sixteenBounds),
  );
  return population(series, (at, value) => {
    const within = Math.floor(at / 5);
    const labels = { method: methods[within & 3], route: routes[within >> 2] };
    families[at % 5].observe(labels, value);
  });
}

function population(series: number, record: (at: number, value: number) => void): Population {
  let next = 0;
  const touch = (share: number) => {
    const step = Math.round(1 / share);
    for (let at = next++ % step; at < series; at += step) {
      record(at, durations[(at * 7 + next) & 1023]);
    }
  };
  // Totals as they are after a while: up to six digits, and sums with fractions.
  for (let time = 0; time < 8; time++) touch(1);
  return { touch };
}
