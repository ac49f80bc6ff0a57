// The formats that options allow, a line each: negotiation, `FormatOptions` and the configuration
// follow from this list.
export { openMetricsFormat } from "./open_metrics/open_metrics.ts";
export { openMetrics2Format } from "./open_metrics/open_metrics_2.ts";
export { protobufFormat } from "./protobuf/prometheus_protobuf.ts";
