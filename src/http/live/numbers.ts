/** Quantiles of buckets, as Prometheus computes them, and numbers in a form for people. */
export const numbers: string = String.raw`
// The quantile of cumulative buckets, as histogram_quantile() has it.
function quantile(share, bounds, counts) {
  const last = bounds.length - 1;
  const total = counts[last];
  if (last < 1 || bounds[last] !== Infinity || !(total > 0)) return NaN;
  const rank = share * total;
  const at = counts.findIndex((count) => count >= rank);
  if (at === last) return bounds[last - 1];
  if (at === 0 && bounds[0] <= 0) return bounds[0];
  const start = bounds[at - 1] ?? 0;
  const below = counts[at - 1] ?? 0;
  return start + (bounds[at] - start) * (rank - below) / (counts[at] - below);
}

// The unit, which the text format has in the name alone.
const unitOf = ({ name, list }) => /_time(stamp)?_seconds$/.test(name) && !(list[0]?.now[0] < 1e9) ? "date" : name.match(/_(seconds|bytes|ratio|celsius)(_total)?$/)?.[1] ?? "";

const scales = {
  seconds: { ns: 1e-9, µs: 1e-6, ms: 1e-3, s: 1, min: 60, h: 3600, d: 86400 },
  bytes: { B: 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40 },
  "": { "": 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12 },
};

// A number in three digits with its unit: 0.0123 seconds are 12.3 ms. Small integers have all their
// digits, and seconds since 1970 are some time ago.
function human(value, unit = "") {
  if (!Number.isFinite(value)) return value > 0 ? "∞" : value < 0 ? "-∞" : "–";
  if (unit === "date") {
    const age = Date.now() / 1000 - value;
    return age < 0 ? "in " + human(-age, "seconds") : human(age, "seconds") + " ago";
  }
  if (unit === "ratio") return human(value * 100) + " %";
  if (!unit && value % 1 === 0 && Math.abs(value) < 1e4) return "" + value;
  const steps = scales[unit] ?? scales[""];
  const names = Object.keys(steps);
  const name = names.findLast((name) => Math.abs(value || 1) >= steps[name] * 0.9995) ?? names[0];
  const scaled = value / steps[name];
  const size = Math.abs(scaled);
  const digits = size > 99 && size < 1e6 ? scaled.toFixed() : scaled.toPrecision(3);
  return (digits + " " + (name || unit)).trim();
}

const perSecond = (value, unit) => human(value, unit) + "/s";
`;
