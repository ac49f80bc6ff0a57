import type { MetricJson } from "../registry/aggregators.ts";

/** A message between processes or threads. */
export interface Message {
  /** What it is about; one of {@linkcode MessageTypes}. */
  readonly type: string;
  /** The request that it is, or answers. */
  readonly requestId?: number;
  /** The metrics of each registry. */
  readonly metrics?: readonly (readonly MetricJson[])[];
  /** Why there are no metrics. */
  readonly error?: string;
  /** The channel of a thread. */
  readonly name?: string;
  /** The thread that sends. */
  readonly threadId?: number;
  /** Whether that one asks for the metrics of all others. */
  readonly primary?: boolean;
}

/** The types of the messages of a client. */
export interface MessageTypes {
  /** A worker is there, or is asked whether it is. */
  readonly announcement: string;
  /** Asks for metrics. */
  readonly request: string;
  /** Has them. */
  readonly response: string;
  /** A worker ends, and leaves its totals. */
  readonly goodbye: string;
  /** These have arrived. */
  readonly ack: string;
}

/** The types of messages, which begin with the name of the client's package. */
export function messageTypes(client: string): MessageTypes {
  return {
    announcement: `${client}:announcement`,
    request: `${client}:getMetricsReq`,
    response: `${client}:getMetricsRes`,
    goodbye: `${client}:goodbye`,
    ack: `${client}:ack`,
  };
}

/** A message of any kind; those of others have other types. */
export function messageOf(value: unknown): Partial<Message> {
  return typeof value === "object" && value !== null ? value : {};
}

/** The text of whatever was thrown. */
export function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What the client of the Prometheus project says if answers are missing. */
export function outstandingMessage(missing: number): string {
  return `Operation timed out. ${missing} outstanding responses.`;
}
