import { raceDeadline } from "../../model/deadline.ts";
import { display, reasonOf } from "../../model/errors.ts";

/**
 * Result of a health check: success or failure, with or without a message for people to read.
 *
 * @category Serving
 */
export type CheckResult = boolean | {
  /** Whether the check succeeded. */
  readonly ok: boolean;
  /** The reason for people to read. */
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
   * Runs the check. Throwing, rejecting and taking too long all count as failures.
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
  /** The reason, or `null`. */
  readonly message: string | null;
}

/** Runs checks concurrently, each with its own deadline. Never rejects. */
export function runChecks(
  checks: readonly HealthCheck[],
  timeoutSeconds: number,
): Promise<CheckOutcome[]> {
  return Promise.all(checks.map((check) => run(check, timeoutSeconds)));
}

async function run(check: HealthCheck, timeoutSeconds: number): Promise<CheckOutcome> {
  const { name } = check;
  const controller = new AbortController();
  try {
    const result = await raceDeadline(
      check.check(controller.signal),
      { seconds: timeoutSeconds },
      () => ({ ok: false, message: `no answer within ${timeoutSeconds} s` }),
    );
    return { name, ...readResult(result) };
  } catch (error) {
    return { name, ready: false, message: reasonOf(error) };
  } finally {
    controller.abort();
  }
}

/** Reads a result, which a check written in JavaScript may have got wrong. */
function readResult(result: unknown): Omit<CheckOutcome, "name"> {
  if (typeof result === "boolean") return { ready: result, message: null };
  const { ok, message = null } = Object(result) as { ok?: unknown; message?: unknown };
  if (typeof ok !== "boolean") {
    const problem = `the check gave ${display(result)}; give true, false or { ok, message }`;
    return { ready: false, message: problem };
  }
  return {
    ready: ok,
    message: message === null || typeof message === "string" ? message : display(message),
  };
}
