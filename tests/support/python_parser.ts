import { Buffer } from "node:buffer";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { root } from "./root.ts";

export type PageFormat = "text" | "openmetrics";

export interface ParsedExemplar {
  readonly labels: readonly (readonly [name: string, value: string])[];
  readonly value: string;
  readonly timestamp: string | null;
}

/** A sample as client_python read it; numbers in Python's spelling: `inf`, `nan`, `-0.0`. */
export interface ParsedSample {
  readonly name: string;
  readonly labels: readonly (readonly [name: string, value: string])[];
  readonly value: string;
  readonly timestamp: string | null;
  readonly exemplar: ParsedExemplar | null;
}

/**
 * A family as client_python read it. Its text parser gives a counter OpenMetrics' names: the family
 * loses a `_total` at the end of its name, and a sample without one gains it.
 */
export interface ParsedFamily {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly unit: string;
  readonly samples: readonly ParsedSample[];
}

/** client_python's parsers in one child process that answers page after page. */
export interface PythonParser {
  /** Rejects with the parser's message when it refuses the page. */
  parse(format: PageFormat, page: string | Uint8Array): Promise<readonly ParsedFamily[]>;
  stop(): Promise<void>;
}

type Answer = { readonly families: readonly ParsedFamily[] } | { readonly error: string };

export function startPythonParser(): PythonParser {
  const script = join(root, "tests/support/python_parser.py");
  const child = spawn("/usr/bin/python3", [script], { stdio: ["pipe", "pipe", "inherit"] });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ended = new Promise<void>((resolve) => child.on("close", () => resolve()));

  return {
    parse: async (format, page) => {
      const body = Buffer.from(page).toString("base64");
      child.stdin.write(`${JSON.stringify({ format, body })}\n`);
      const { value: line, done } = await answers.next();
      if (done) throw new Error("The Python parser has ended");
      const answer: Answer = JSON.parse(line);
      if ("error" in answer) throw new Error(answer.error);
      return answer.families;
    },
    stop: async () => {
      child.stdin.end();
      await ended;
    },
  };
}

/** The number behind Python's spelling, or Prometheus' in a label: `inf`, `+Inf`, `nan`. */
export function numberOf(spelling: string): number {
  return Number(spelling.replace(/inf$/i, "Infinity").replace(/^nan$/i, "NaN"));
}
