import type { LabelValue } from "../model/family/labels.ts";
import {
  BackendLabel,
  CacheLayerLabel,
  OperationLabel,
  ResultLabel,
  StrategyLabel,
  WindowTypeLabel,
} from "./labels.ts";

/**
 * Labels of a family by state operation and backend.
 *
 * @category Stream processor
 */
export type StateLabels = { readonly operation: OperationLabel; readonly backend: BackendLabel };
/**
 * Labels of a family by topic and partition.
 *
 * @category Stream processor
 */
export type PartitionLabels = { readonly topic: LabelValue; readonly partition: LabelValue };

/** The closed list of results. */
export const resultLabels = { result: /* @__PURE__ */ Object.values(ResultLabel) };
/** The closed list of types of window. */
export const windowTypeLabels = { window_type: /* @__PURE__ */ Object.values(WindowTypeLabel) };
/** The closed list of state operations and backends. */
export const stateLabels = {
  operation: /* @__PURE__ */ Object.values(OperationLabel),
  backend: /* @__PURE__ */ Object.values(BackendLabel),
};
/** The closed list of cache layers. */
export const layerLabels = { layer: /* @__PURE__ */ Object.values(CacheLayerLabel) };
/** The closed list of backends. */
export const backendLabels = { backend: /* @__PURE__ */ Object.values(BackendLabel) };
/** The closed list of fill strategies. */
export const strategyLabels = { strategy: /* @__PURE__ */ Object.values(StrategyLabel) };
/** The open label of a type of aggregation. */
export const aggregateTypeLabels = ["aggregate_type"] as const;
/** The open labels of a topic and partition. */
export const partitionLabels = ["topic", "partition"] as const;
/** The open label of a type of error. */
export const errorTypeLabels = ["error_type"] as const;
/** The open label of an operator. */
export const operatorLabels = ["operator"] as const;
