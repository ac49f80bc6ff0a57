import { ColumnLayout } from "./column_layout.ts";
import { DistributionLayout } from "./distribution_layout.ts";
import type { Layout } from "./layout.ts";
import type { SharedDefinition } from "../memory/log.ts";
import { NativeLayout } from "./native_layout.ts";
import { RecentLayout } from "./recent_layout.ts";

/** The layout of a family. */
export function layoutOf(definition: SharedDefinition): Layout {
  switch (definition.type) {
    case "counter":
      return new ColumnLayout("sum", ({ labels, created, ...header }, values) => ({
        type: "counter",
        ...header,
        labels,
        created,
        values,
      }));
    case "gauge":
      return gaugeLayout(definition);
    case "info":
      return new ColumnLayout("max", ({ created: _, ...header }) => ({ type: "info", ...header }));
    case "stateset": {
      const { states = [] } = definition;
      return new ColumnLayout(
        "max",
        ({ created: _, ...header }, values) => ({ type: "stateset", ...header, states, values }),
        { width: states.length, live: true },
      );
    }
    case "histogram":
      if (definition.isNative) return new NativeLayout(definition.bounds ?? []);
      return new DistributionLayout("histogram", definition.bounds ?? []);
    case "summary":
      return new DistributionLayout("summary", []);
  }
}

function gaugeLayout({ merge = "liveSum" }: SharedDefinition): Layout {
  const live = merge.startsWith("live");
  const way = live ? merge.charAt(4).toLowerCase() + merge.slice(5) : merge;
  if (way === "mostRecent") return new RecentLayout(merge, live);
  // Those that keep a series for each thread tell them apart by a label, so there is only one.
  const operation = way === "max" || way === "min" ? way : "sum";
  return new ColumnLayout(
    operation,
    ({ created: _, ...header }, values) => ({ type: "gauge", ...header, merge, values }),
    { live },
  );
}
