import type { FamilyDefinition } from "../model/family/family_definition.ts";
import { CounterFamily } from "../metrics/counter.ts";
import { GaugeFamily, type GaugeShape } from "../metrics/gauge.ts";
import type { HistogramShape } from "../metrics/histogram.ts";
import { HistogramFamily } from "../metrics/histogram_family.ts";
import { InfoFamily } from "../metrics/info.ts";
import { readNativeOptions } from "../metrics/native/native_options.ts";
import { StateSetFamily } from "../metrics/state_set.ts";
import { SummaryFamily } from "../metrics/summary.ts";
import { CellCounter } from "./instruments/shared_counter.ts";
import { CellHistogram, CellSummary } from "./instruments/shared_distribution.ts";
import { CellFact } from "./instruments/cell_fact.ts";
import { CellGauge, RecentCellGauge } from "./instruments/shared_gauge.ts";
import { CellNativeHistogram } from "./instruments/shared_native_histogram.ts";
import { CellStates } from "./instruments/shared_state_set.ts";
import type { NativeExemplarOptions } from "./view/latest_exemplars.ts";
import { FamilyCells } from "./family_slots.ts";
import type { SharedDefinition } from "./memory/log.ts";
import type { Member } from "./group/thread_state.ts";
import type { CellChild, Place } from "./memory/slot.ts";
import { type KeepExemplar, PostedExemplars } from "./instruments/exemplar_relay.ts";
import { inCells, type SharedFamily } from "./shared_family.ts";

/** Any definition that a registry makes a family of. */
type Definition = FamilyDefinition & GaugeShape & HistogramShape & {
  readonly states?: readonly string[];
};

/** What differs from type to type. */
interface Maker {
  readonly family: new (definition: Definition) => SharedFamily;
  /** Gives what makes a child over cells. */
  readonly child: (
    definition: Definition,
    family: SharedFamily,
    member: Member,
  ) => (place: Place) => CellChild;
}

/** By the kind that a registry calls them. */
const makers: Readonly<Record<string, Maker>> = {
  counter: {
    family: inCells(CounterFamily),
    child({ name, exemplarSource }, family) {
      const exemplars = new PostedExemplars(name, exemplarSource, keeper(family));
      return (place) => new CellCounter(place, exemplars);
    },
  },
  gauge: {
    family: inCells(GaugeFamily),
    child({ name, merge }) {
      const Child = merge?.endsWith("ostRecent") ? RecentCellGauge : CellGauge;
      return (place) => new Child(place, name);
    },
  },
  histogram: {
    family: inCells(HistogramFamily),
    child({ name, exemplarSource, native = false }, family, { writer: memory }) {
      const bounds = Float64Array.from((family as unknown as HistogramFamily<unknown>).bounds);
      const exemplars = new PostedExemplars(name, exemplarSource, keeper(family));
      if (native !== false) {
        const options = readNativeOptions(name, native);
        const plan = { exemplars, bounds, options, memory };
        return (place) => new CellNativeHistogram(place, plan);
      }
      return (place) => new CellHistogram(place, bounds, exemplars);
    },
  },
  summary: {
    family: inCells(SummaryFamily),
    child: ({ name }) => (place) => new CellSummary(place, name),
  },
  info: {
    family: inCells(InfoFamily),
    child: () => () => new CellFact(),
  },
  "state set": {
    family: inCells(StateSetFamily),
    child: ({ name, states = [] }) => (place) => new CellStates(place, name, states),
  },
};

/** Takes the exemplars of a family's series. */
function keeper(family: SharedFamily): KeepExemplar<CellChild> {
  return (child, bucket, exemplar) => family.cells.keep(child, bucket, exemplar);
}

/** Whether families of a kind can be in shared memory; those with callbacks cannot. */
export function isShareable(kind: string): boolean {
  return Object.hasOwn(makers, kind);
}

/** Makes a family in the memory of a thread. */
export function makeSharedFamily(
  kind: string,
  definition: Definition,
  member: Member,
): SharedFamily {
  const maker = makers[kind];
  const family = new maker.family(definition);
  family.cells = new FamilyCells(member, {
    definition: sharedDefinition(family, definition),
    makeChild: maker.child(definition, family, member),
    native: nativeExemplars(definition),
    drop: (values) => family.drop(values),
    dropOverflow: () => family.dropOverflow(),
    limit: definition.allowance?.limit ?? Infinity,
  });
  return family;
}

/** Of the options of native histograms, those that are posted: a message is no place for others. */
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
    type: type as SharedDefinition["type"],
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
