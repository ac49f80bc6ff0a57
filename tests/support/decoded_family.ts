/** A family of the protobuf format as plain data, with only the fields that were written. */
export interface DecodedFamily {
  readonly name: string;
  readonly help: string;
  readonly type: "COUNTER" | "GAUGE" | "SUMMARY" | "UNTYPED" | "HISTOGRAM" | "GAUGE_HISTOGRAM";
  readonly unit?: string;
  readonly metric?: readonly DecodedMetric[];
}

export interface DecodedMetric {
  readonly label?: readonly DecodedLabel[];
  readonly gauge?: DecodedValue;
  readonly counter?: DecodedValue & Created & { readonly exemplar?: DecodedExemplar };
  readonly summary?: DecodedSummary;
  readonly untyped?: DecodedValue;
  readonly histogram?: DecodedHistogram;
  readonly timestampMs?: number;
}

export interface DecodedLabel {
  readonly name: string;
  readonly value: string;
}

export interface DecodedValue {
  readonly value: number;
}

interface Created {
  readonly createdTimestamp?: DecodedTimestamp;
}

export interface DecodedSummary extends Created {
  readonly sampleCount: number;
  readonly sampleSum: number;
  readonly quantile?: readonly { readonly quantile: number; readonly value: number }[];
}

export interface DecodedHistogram extends Created {
  readonly sampleCount?: number;
  readonly sampleCountFloat?: number;
  readonly sampleSum: number;
  readonly bucket?: readonly DecodedBucket[];
  readonly schema?: number;
  readonly zeroThreshold?: number;
  readonly zeroCount?: number;
  readonly zeroCountFloat?: number;
  readonly negativeSpan?: readonly DecodedSpan[];
  readonly negativeDelta?: readonly number[];
  readonly negativeCount?: readonly number[];
  readonly positiveSpan?: readonly DecodedSpan[];
  readonly positiveDelta?: readonly number[];
  readonly positiveCount?: readonly number[];
  readonly exemplars?: readonly DecodedExemplar[];
}

export interface DecodedBucket {
  readonly cumulativeCount?: number;
  readonly cumulativeCountFloat?: number;
  readonly upperBound: number;
  readonly exemplar?: DecodedExemplar;
}

export interface DecodedSpan {
  readonly offset: number;
  readonly length: number;
}

export interface DecodedExemplar {
  readonly label?: readonly DecodedLabel[];
  readonly value: number;
  readonly timestamp: DecodedTimestamp;
}

export interface DecodedTimestamp {
  readonly seconds: number;
  readonly nanos: number;
}
