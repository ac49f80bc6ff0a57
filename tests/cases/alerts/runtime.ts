import { type AlertCase, onInstance, type SeriesValues } from "./alert_case.ts";

/** Delays of the event loop a minute: all, those up to 0.1 s and those up to 0.25 s. */
function delays(runtime: string, upTo100Ms: number, upTo250Ms: number): SeriesValues {
  const bucket = `${runtime}_eventloop_delay_seconds_bucket`;
  return {
    [`${bucket}{le="0.1"}`]: `0+${upTo100Ms}x40`,
    [`${bucket}{le="0.25"}`]: `0+${upTo250Ms}x40`,
    [`${bucket}{le="+Inf"}`]: `0+${upTo250Ms}x40`,
  };
}

const percentage = (text: string) => ({ values: { "$value | humanizePercentage": text } });

export const runtimeCases: readonly AlertCase[] = [{
  alert: "RuntimeEventLoopDelayed",
  fires: delays("deno", 900, 1000),
  before: "9m",
  at: "15m",
  labels: onInstance,
  values: { "$value | humanizeDuration": "235ms" },
  quiet: [{ series: delays("nodejs", 1000, 1000) }],
}, {
  alert: "RuntimeHeapNearLimit",
  fires: { nodejs_heap_size_used_bytes: "95+0x40", nodejs_heap_size_limit_bytes: "100+0x40" },
  before: "4m",
  at: "6m",
  labels: onInstance,
  ...percentage("95%"),
  quiet: [
    {
      series: { nodejs_heap_size_used_bytes: "90+0x40", nodejs_heap_size_limit_bytes: "100+0x40" },
    },
    { series: { bun_heap_size_used_bytes: "95+0x40" } },
  ],
}, {
  alert: "RuntimeGarbageCollecting",
  fires: {
    'bun_gc_duration_seconds_sum{kind="major"}': "0+9x40",
    'bun_gc_duration_seconds_sum{kind="minor"}': "0+3x40",
  },
  before: "9m",
  at: "15m",
  labels: onInstance,
  ...percentage("20%"),
  quiet: [{ series: { 'nodejs_gc_duration_seconds_sum{kind="major"}': "0+5x40" } }],
}, {
  alert: "RuntimeRestarting",
  fires: { process_start_time_seconds: "0 60 120 180 180+0x30" },
  before: "2m",
  at: "4m",
  labels: onInstance,
  values: { "$value | humanize": "3" },
  quiet: [
    { series: { process_start_time_seconds: "0 60 120 120 120+0x30" } },
    { series: { process_start_time_seconds: "0 60 120 180 180+0x30" }, at: "25m" },
  ],
}, {
  alert: "RuntimeFilesNearLimit",
  fires: { process_open_fds: "900+0x40", process_max_fds: "1000+0x40" },
  before: "9m",
  at: "11m",
  labels: onInstance,
  ...percentage("90%"),
  quiet: [{ series: { process_open_fds: "800+0x40", process_max_fds: "1000+0x40" } }],
}];
