import { readMerge } from "../model/gauge_merge.ts";
import type { FamilyDefinition } from "../model/family/family_definition.ts";
import { CounterFamily } from "../metrics/counter.ts";
import { GaugeFamily, type GaugeShape } from "../metrics/gauge.ts";
import type { HistogramShape } from "../metrics/histogram.ts";
import { HistogramFamily } from "../metrics/histogram_family.ts";
import { InfoFamily } from "../metrics/info.ts";
import { readNativeOptions } from "../metrics/native/native_options.ts";
import { StateSetFamily } from "../metrics/state_set.ts";
import { SummaryFamily } from "../metrics/summary.ts";
import { SharedCounter } from "./instruments/shared_counter.ts";
import { SharedHistogram, SharedSummary } from "./instruments/shared_distribution.ts";
import { SharedGauge, SharedRecentGauge } from "./instruments/shared_gauge.ts";
import { SharedNativeHistogram } from "./instruments/shared_native_histogram.ts";
import { SharedStateSet } from "./instruments/shared_state_set.ts";
import type { NativeExemplarOptions } from "./view/latest_exemplars.ts";
import { FamilySlots } from "./family_slots.ts";
import type { SharedDefinition, SharedMetricType } from "./memory/log.ts";
import type { ThreadState } from "./group/thread_state.ts";
import type { Slot, SlotChild } from "./memory/slot.ts";
import { ExemplarRelay, type PublishExemplar } from "./instruments/exemplar_relay.ts";
import { shared, type SharedFamily } from "./shared_family.ts";

/** Any definition that a registry makes a family of. */
type Definition = FamilyDefinition & GaugeShape & HistogramShape & {
  readonly states?: readonly string[];
};

/** What differs from type to type. */
interface SharedType {
  readonly family: new (definition: Definition) => SharedFamily;
  /** Returns the factory of children for slots. */
  readonly child: (
    definition: Definition,
    family: SharedFamily,
    thread: ThreadState,
  ) => (slot: Slot) => SlotChild;
}

/** How a family of each type is made in shared memory. */
const sharedTypes: Readonly<Record<SharedMetricType, SharedType>> = {
  counter: {
    family: /* @__PURE__ */ shared(CounterFamily),
    child(definition, family) {
      const exemplars = new ExemplarRelay(family.refusals, definition, publisher(family));
      return (slot) => new SharedCounter(slot, exemplars);
    },
  },
  gauge: {
    family: /* @__PURE__ */ shared(GaugeFamily),
    child({ merge }, { refusals }) {
      const Child = readMerge(merge).operation === "mostRecent" ? SharedRecentGauge : SharedGauge;
      return (slot) => new Child(slot, refusals);
    },
  },
  histogram: {
    family: /* @__PURE__ */ shared(HistogramFamily),
    child(definition, family, { writer: memory }) {
      const { name, native = false } = definition;
      const bounds = Float64Array.from((family as unknown as HistogramFamily<unknown>).bounds);
      const exemplars = new ExemplarRelay(family.refusals, definition, publisher(family));
      if (native !== false) {
        const options = readNativeOptions(name, native);
        const plan = { exemplars, bounds, options, memory };
        return (slot) => new SharedNativeHistogram(slot, plan);
      }
      return (slot) => new SharedHistogram(slot, bounds, exemplars);
    },
  },
  summary: {
    family: /* @__PURE__ */ shared(SummaryFamily),
    child: (_, { refusals }) => (slot) => new SharedSummary(slot, refusals),
  },
  info: {
    family: /* @__PURE__ */ shared(InfoFamily),
    // Its one cell holds nothing, so there is nothing to move.
    child: () => () => ({ move() {} }),
  },
  stateset: {
    family: /* @__PURE__ */ shared(StateSetFamily),
    child: ({ states = [] }, { refusals }) => (slot) => new SharedStateSet(slot, refusals, states),
  },
};

/** Takes the exemplars of a family's series. */
function publisher(family: SharedFamily): PublishExemplar<SlotChild> {
  return (child, bucket, exemplar) => family.slots.publish(child, bucket, exemplar);
}

/** Whether families of a kind can be in shared memory; those with callbacks cannot. */
export function isShareable(kind: string): kind is SharedMetricType {
  return Object.hasOwn(sharedTypes, kind);
}

/** Makes a family in the memory of a thread. */
export function makeSharedFamily(
  type: SharedMetricType,
  definition: Definition,
  thread: ThreadState,
): SharedFamily {
  const maker = sharedTypes[type];
  const family = new maker.family(definition);
  family.slots = new FamilySlots(thread, {
    definition: sharedDefinition(family, definition),
    makeChild: maker.child(definition, family, thread),
    native: nativeExemplars(definition),
    drop: (values) => family.drop(values),
    dropOverflow: () => family.dropOverflow(),
    limit: definition.quota?.limit ?? Infinity,
  });
  return family;
}

/** The options of native histograms that are sent with each exemplar. */
function nativeExemplars(
  { name, native = false }: Definition,
): NativeExemplarOptions | undefined {
  if (native === false) return undefined;
  const { exemplars, exemplarTtlSeconds } = readNativeOptions(name, native);
  return { exemplars, exemplarTtlSeconds };
}

function sharedDefinition(
  family: SharedFamily,
  { states, merge, native = false }: Definition,
): SharedDefinition {
  const [{ type, name, help, unit, labelNames, constantLabels }] = family.describe();
  const { bounds } = family as unknown as Partial<HistogramFamily<unknown>>;
  return {
    type: type as SharedMetricType,
    name,
    help,
    unit,
    labelNames,
    constantLabels,
    bounds,
    isNative: native === false ? undefined : true,
    states,
    merge,
  };
}
