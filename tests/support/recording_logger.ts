import type { Logger } from "../../mod.ts";

/** A logger that records its messages, each behind its level. */
export interface RecordingLogger extends Logger {
  readonly messages: readonly string[];
}

export function recordingLogger(): RecordingLogger {
  const messages: string[] = [];
  const log = (level: string) => (message: string) => void messages.push(`${level}: ${message}`);
  return { messages, info: log("info"), warn: log("warn"), error: log("error") };
}
