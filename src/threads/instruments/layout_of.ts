import { readMerge } from "../../model/gauge_merge.ts";
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
        { width: states.length, livingOnly: true },
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
  const { operation, livingOnly } = readMerge(merge);
  if (operation === "mostRecent") return new RecentLayout(merge, livingOnly);
  return new ColumnLayout(
    // With `all`, the label `worker` tells the series apart, so each row has one value.
    operation === "max" || operation === "min" ? operation : "sum",
    ({ created: _, ...header }, values) => ({ type: "gauge", ...header, merge, values }),
    { livingOnly },
  );
}
