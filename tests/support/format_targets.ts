import type { FormatOptions, OpenMetricsOptions } from "../../mod.ts";

/** The servers, by how they are configured, with their flags. */
export const flags: Readonly<Record<string, readonly string[]>> = {
  default: [],
  native: ["--enable-feature=native-histograms,exemplar-storage"],
};

/** The ways to have OpenMetrics 1.0, or not. */
export const openMetricsModes: Readonly<Record<string, false | OpenMetricsOptions>> = {
  none: false,
  unknown: {},
  append: { counters: "append-total" },
  created: { created: true },
  "append-created": { counters: "append-total", created: true },
};

/** A target of a server: an app with options of its own over the registry of all. */
export interface Target {
  readonly server: string;
  readonly mode: string;
  readonly job: string;
  readonly path: string;
  readonly options: FormatOptions;
}

const switches = [true, false];
/** Every combination of options, on every server. */
export const targets: readonly Target[] = Object.keys(flags).flatMap((server) =>
  Object.entries(openMetricsModes).flatMap(([mode, openMetrics]) =>
    switches.flatMap((protobuf) =>
      switches.map((openMetrics2) => {
        const job = `${mode}${protobuf ? "-protobuf" : ""}${openMetrics2 ? "-two" : ""}`;
        const options = { openMetrics, protobuf, openMetrics2 };
        return { server, mode, job, path: `/${server}/${job}`, options };
      })
    )
  )
);

/** The formats that servers ask for. */
export type Format = "text" | "openMetrics" | "protobuf";

/** What a target's server asks for first, of what the target has. */
export function formatOf({ server, options: { protobuf, openMetrics } }: Target): Format {
  if (server === "native" && protobuf) return "protobuf";
  return openMetrics === false ? "text" : "openMetrics";
}

export const contentTypes: Readonly<Record<Format, string>> = {
  text: "text/plain; version=0.0.4; charset=utf-8",
  openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8",
  protobuf:
    "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited",
};
