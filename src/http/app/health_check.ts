import { reasonOf } from "../../model/errors.ts";
import type { Logger } from "../../model/logger.ts";
import { raceDeadline } from "../../model/platform/deadline.ts";

/**
 * Result of a health check: success or failure, with or without a message for people to read.
 *
 * @category Serving
 */
export type CheckResult = boolean | {
  /** Whether the check succeeded. */
  readonly ok: boolean;
  /** The reason for people to read, whoever they are. */
  readonly message?: string | null;
};

/**
 * A health check of one thing that the service depends on.
 *
 * @category Serving
 */
export interface HealthCheck {
  /** Name of what is checked, for example `database`. */
  readonly name: string;
  /**
   * Runs the check. Throwing, rejecting and taking too long all count as failures. A returned
   * message is shown to whoever asks; what is thrown is logged, and shown as `failed`.
   *
   * @param signal Aborted when the time is up, and when the check is over.
   */
  check(signal: AbortSignal): CheckResult | Promise<CheckResult>;
}

/**
 * Outcome of a health check, as `/ready` shows it.
 *
 * @category Serving
 */
export interface CheckOutcome {
  /** Name of what was checked. */
  readonly name: string;
  /** Whether the check succeeded. */
  readonly ready: boolean;
  /** The reason, at most 500 characters long, or `null`. */
  readonly message: string | null;
}

/** How checks are run, and what is told of them to whom. */
export interface CheckRules {
  /** Timeout of each check. */
  readonly timeoutSeconds: number;
  /** Whether an outcome shows what a check threw. */
  readonly exposeErrors?: boolean;
  /** Receives what a check threw, unless that is what it threw before. */
  readonly logger: Logger;
}

/** The most characters of a message that an outcome shows. */
const messageLength = 500;

/**
 * Prepares checks, which then run concurrently, each with its own deadline. Never rejects.
 *
 * A probe answers whoever can connect. So it shows what a check returned as a message, but not what
 * it threw: errors of clients name hosts, users and passwords.
 */
export function prepareChecks(
  checks: readonly HealthCheck[],
  rules: CheckRules,
): () => Promise<CheckOutcome[]> {
  const prepared = checks.map((check) => new PreparedCheck(check, rules));
  return () => Promise.all(prepared.map((check) => check.run()));
}

class PreparedCheck {
  readonly #check: HealthCheck;
  readonly #name: string;
  readonly #rules: CheckRules;
  #logged: string | undefined;

  constructor(check: HealthCheck, rules: CheckRules) {
    this.#check = check;
    this.#name = check.name;
    this.#rules = rules;
  }

  async run(): Promise<CheckOutcome> {
    const { timeoutSeconds, exposeErrors = false } = this.#rules;
    const controller = new AbortController();
    try {
      const result = await raceDeadline(
        this.#check.check(controller.signal),
        { seconds: timeoutSeconds },
        () => ({ ok: false, message: `no answer within ${timeoutSeconds} s` }),
      );
      const outcome = readResult(result);
      if (outcome.ready) this.#logged = undefined;
      return { name: this.#name, ...outcome };
    } catch (error) {
      const reason = reasonOf(error);
      this.#log(reason);
      return { name: this.#name, ready: false, message: exposeErrors ? cut(reason) : "failed" };
    } finally {
      controller.abort();
    }
  }

  /** Probes come all the time, so a failure that lasts is logged once. */
  #log(reason: string): void {
    if (reason === this.#logged) return;
    this.#logged = reason;
    this.#rules.logger.warn(`the check ${JSON.stringify(this.#name)} failed: ${reason}`);
  }
}

/**
 * Reads a result, which a check written in JavaScript may have got wrong. Then its type is shown,
 * and not what it holds, which may be a connection with its password.
 */
function readResult(result: unknown): Omit<CheckOutcome, "name"> {
  if (typeof result === "boolean") return { ready: result, message: null };
  const { ok, message = null } = Object(result) as { ok?: unknown; message?: unknown };
  if (typeof ok !== "boolean") {
    const problem = `the check gave ${kindOf(result)}; give true, false or { ok, message }`;
    return { ready: false, message: problem };
  }
  if (message === null) return { ready: ok, message };
  if (typeof message === "string") return { ready: ok, message: cut(message) };
  return { ready: ok, message: `the message is ${kindOf(message)}; give a string` };
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  return `a value of type ${typeof value}`;
}

/** The beginning of a message that is too long, without half a character at its end. */
function cut(message: string): string {
  if (message.length <= messageLength) return message;
  return `${message.slice(0, messageLength - 1).replace(/[\ud800-\udbff]$/, "")}…`;
}
