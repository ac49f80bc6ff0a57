import type { LabelValue } from "../model/family/labels.ts";
import {
  BackendLabel,
  CacheLayerLabel,
  OperationLabel,
  ResultLabel,
  StrategyLabel,
  WindowTypeLabel,
} from "./labels.ts";

/** Labels of a family by result. */
export type ResultLabels = { readonly result: ResultLabel };
/** Labels of a family by type of window. */
export type WindowTypeLabels = { readonly window_type: WindowTypeLabel };
/** Labels of a family by type of aggregation, which you name. */
export type AggregateTypeLabels = { readonly aggregate_type: LabelValue };
/** Labels of a family by state operation and backend. */
export type StateLabels = { readonly operation: OperationLabel; readonly backend: BackendLabel };
/** Labels of a family by cache layer. */
export type LayerLabels = { readonly layer: CacheLayerLabel };
/** Labels of a family by backend. */
export type BackendLabels = { readonly backend: BackendLabel };
/** Labels of a family by fill strategy. */
export type StrategyLabels = { readonly strategy: StrategyLabel };
/** Labels of a family by topic and partition. */
export type PartitionLabels = { readonly topic: LabelValue; readonly partition: LabelValue };
/** Labels of a family by type of error, which you name. */
export type ErrorTypeLabels = { readonly error_type: LabelValue };
/** Labels of a family by operator, which you name. */
export type OperatorLabels = { readonly operator: LabelValue };

/** The closed list of results. */
export const resultLabels = { result: Object.values(ResultLabel) };
/** The closed list of types of window. */
export const windowTypeLabels = { window_type: Object.values(WindowTypeLabel) };
/** The closed list of state operations and backends. */
export const stateLabels = {
  operation: Object.values(OperationLabel),
  backend: Object.values(BackendLabel),
};
/** The closed list of cache layers. */
export const layerLabels = { layer: Object.values(CacheLayerLabel) };
/** The closed list of backends. */
export const backendLabels = { backend: Object.values(BackendLabel) };
/** The closed list of fill strategies. */
export const strategyLabels = { strategy: Object.values(StrategyLabel) };
/** The open label of a type of aggregation. */
export const aggregateTypeLabels = ["aggregate_type"] as const;
/** The open labels of a topic and partition. */
export const partitionLabels = ["topic", "partition"] as const;
/** The open label of a type of error. */
export const errorTypeLabels = ["error_type"] as const;
/** The open label of an operator. */
export const operatorLabels = ["operator"] as const;
