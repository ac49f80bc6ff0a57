import { type AlertCase, onInstance } from "./alert_case.ts";

const ofTopic = { labels: { topic: "orders" } };

export const processorCases: readonly AlertCase[] = [{
  alert: "ProcessorPipelineLagging",
  fires: { processor_pipeline_lag_seconds: "90+0x30" },
  before: "4m",
  at: "6m",
  labels: onInstance,
  values: { "$value | humanizeDuration": "1m 30s" },
  quiet: [
    { series: { processor_pipeline_lag_seconds: "60+0x30" } },
    { series: { processor_pipeline_lag_seconds: "90 90 90 10 90+0x4 10+0x20" } },
  ],
}, {
  alert: "ProcessorErrorShareHigh",
  fires: {
    'processor_events_processed{result="success"}': "0+90x40",
    'processor_events_processed{result="error"}': "0+10x40",
  },
  before: "9m",
  at: "15m",
  values: { "$value | humanizePercentage": "10%" },
  quiet: [{
    series: {
      'processor_events_processed{result="success"}': "0+96x40",
      'processor_events_processed{result="error"}': "0+4x40",
    },
  }, {
    series: { 'processor_events_processed{result="success"}': "0+96x40" },
  }, {
    series: { 'processor_events_processed{result="error"}': "10+0x40" },
  }],
}, {
  alert: "ProcessorWatermarkStalled",
  fires: { processor_watermark_updates: "5+0x40", processor_events_received: "0+100x40" },
  before: "5m",
  at: "10m",
  labels: onInstance,
  quiet: [
    { series: { processor_watermark_updates: "0+1x40", processor_events_received: "0+100x40" } },
    { series: { processor_watermark_updates: "5+0x40", processor_events_received: "100+0x40" } },
    // It has no event time.
    { series: { processor_watermark_updates: "0+0x40", processor_events_received: "0+100x40" } },
  ],
}, {
  alert: "ProcessorBackpressure",
  fires: { processor_backpressure_events: "1500+0x30" },
  before: "9m",
  at: "11m",
  labels: onInstance,
  values: { "$value | humanize": "1.5k" },
  quiet: [{ series: { processor_backpressure_events: "1000+0x30" } }],
}, {
  alert: "ProcessorCacheHitShareLow",
  fires: {
    // For ten minutes there is no hit at all.
    'processor_state_cache_hits{layer="l1"}': "_x10 0+5x60",
    'processor_state_cache_misses{layer="l1"}': "0+95x60",
    'processor_state_cache_hits{layer="l2"}': "0+70x60",
    'processor_state_cache_misses{layer="l2"}': "0+30x60",
  },
  before: "29m",
  at: "35m",
  labels: { layer: "l1" },
  values: { "$value | humanizePercentage": "5%" },
  quiet: [{ series: { 'processor_state_cache_hits{layer="l1"}': "0+5x60" } }, {
    series: {
      'processor_state_cache_hits{layer="l1"}': "0+12x60",
      'processor_state_cache_misses{layer="l1"}': "0+88x60",
    },
  }, {
    series: {
      'processor_state_cache_hits{layer="l1"}': "1+0x60",
      'processor_state_cache_misses{layer="l1"}': "99+0x60",
    },
  }],
}, {
  alert: "ProcessorConsumerLagHigh",
  fires: {
    'processor_kafka_consumer_lag{topic="orders", partition="0"}': "8000+0x40",
    'processor_kafka_consumer_lag{topic="orders", partition="1"}': "4000+0x40",
  },
  before: "14m",
  at: "16m",
  ...ofTopic,
  values: { "$value | humanize": "12k" },
  quiet: [{
    series: {
      'processor_kafka_consumer_lag{topic="orders", partition="0"}': "8000+0x40",
      'processor_kafka_consumer_lag{topic="orders", partition="0", instance="10.0.0.8:9090"}':
        "7000+0x40",
    },
  }],
}, {
  alert: "ProcessorConsumerStalled",
  fires: {
    'processor_kafka_consumer_lag{topic="orders", partition="0"}': "5+0x40",
    // The process ends, and the next one consumes nothing.
    'processor_kafka_messages_consumed{topic="orders", partition="0"}': "100+0x3 stale",
  },
  before: "4m",
  at: "20m",
  ...ofTopic,
  values: { "$value | humanize": "5" },
  quiet: [{
    series: {
      'processor_kafka_consumer_lag{topic="orders", partition="0"}': "5+0x40",
      'processor_kafka_messages_consumed{topic="orders", partition="0"}': "100+1x40",
    },
  }, {
    series: {
      'processor_kafka_consumer_lag{topic="orders", partition="0"}': "0+0x40",
      'processor_kafka_messages_consumed{topic="orders", partition="0"}': "100+0x40",
    },
  }],
}, {
  alert: "ProcessorOffsetCommitsFailing",
  fires: { 'processor_kafka_offset_commit_errors{topic="orders", partition="0"}': "0+1x40" },
  before: "9m",
  at: "20m",
  ...ofTopic,
  values: { "$value | humanize": "10" },
  quiet: [{
    series: { 'processor_kafka_offset_commit_errors{topic="orders", partition="0"}': "0 1+0x40" },
  }],
}];
