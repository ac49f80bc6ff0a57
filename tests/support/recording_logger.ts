import type { Logger } from "../../mod.ts";

/** A logger that keeps what it is told, each message behind its level. */
export interface RecordingLogger extends Logger {
  readonly messages: readonly string[];
}

export function recordingLogger(): RecordingLogger {
  const messages: string[] = [];
  const keep = (level: string) => (message: string) => void messages.push(`${level}: ${message}`);
  return { messages, info: keep("info"), warn: keep("warn"), error: keep("error") };
}
