import type { AlertCase, SeriesValues } from "./alert_case.ts";

/** Requests a minute, by how they ended. */
function requests(ok: string, failed: string): SeriesValues {
  const labels = (status: number) =>
    `http_requests_total{method="GET", route="/", status="${status}"}`;
  return { [labels(200)]: ok, [labels(503)]: failed };
}

/** Requests a minute: all of them, and those that took no longer than half a second. */
function durations(all: string, fast: string, status = 200): SeriesValues {
  const labels = `method="GET", route="/", status="${status}"`;
  return {
    [`http_request_duration_seconds_count{${labels}}`]: all,
    [`http_request_duration_seconds_bucket{${labels}, le="0.5"}`]: fast,
    [`http_request_duration_seconds_bucket{${labels}, le="1.0"}`]: all,
  };
}

function objective(slo: string) {
  return { labels: { sloth_id: `http-${slo}`, sloth_service: "http", sloth_slo: slo } };
}

const percentage = (text: string) => ({ values: { "$value | humanizePercentage": text } });

export const httpCases: readonly AlertCase[] = [{
  alert: "HttpAvailabilityBudgetBurningFast",
  fires: requests("0+90x120", "0+10x120"),
  before: "2m",
  at: "10m",
  ...objective("requests-availability"),
  ...percentage("10%"),
  quiet: [
    { series: requests("0+995x120", "0+5x120") },
    // An outage of ten minutes that has been over for an hour.
    { series: requests("0+100x120", "0+10x10 100+0x110"), at: "80m" },
    { series: { 'http_requests_total{method="GET", route="/", status="200"}': "0+100x120" } },
  ],
}, {
  alert: "HttpAvailabilityBudgetBurning",
  fires: requests("0+998x120", "0+2x120"),
  before: "14m",
  at: "30m",
  ...objective("requests-availability"),
  ...percentage("0.2%"),
  quiet: [
    { series: requests("0+1999x120", "0+1x120") },
    { series: requests("1999+0x120", "100+0x120") },
  ],
}, {
  alert: "HttpLatencyBudgetBurningFast",
  fires: durations("0+100x120", "0+80x120"),
  before: "2m",
  at: "10m",
  ...objective("requests-latency"),
  ...percentage("20%"),
  quiet: [
    { series: durations("0+100x120", "0+95x120") },
    {
      series: {
        ...durations("0+100x120", "0+100x120"),
        ...durations("0+100x120", "0+0x120", 504),
      },
    },
  ],
}, {
  alert: "HttpLatencyBudgetBurning",
  fires: durations("0+1000x120", "0+980x120"),
  before: "14m",
  at: "30m",
  ...objective("requests-latency"),
  ...percentage("2%"),
  quiet: [{ series: durations("0+1000x120", "0+995x120") }],
}];
