import { display, reasonOf } from "../../model/errors.ts";
import { setDeadline } from "../deadline.ts";

/** How a check went: a bare answer, or one with a reason for people to read. */
export type CheckResult = boolean | {
  /** Whether all is well. */
  readonly ok: boolean;
  /** Why, or what is missing. */
  readonly message?: string | null;
};

/** A check of one thing that the service depends on. */
export interface HealthCheck {
  /** What is checked, for example `database`. */
  readonly name: string;
  /**
   * Looks. Throwing, rejecting and taking too long all count as not being well.
   *
   * @param signal Aborted when the time is up.
   */
  check(signal: AbortSignal): CheckResult | Promise<CheckResult>;
}

/** How a check went, as `/ready` shows it. */
export interface CheckOutcome {
  /** What was checked. */
  readonly name: string;
  /** Whether all is well. */
  readonly ready: boolean;
  /** Why, or `null`. */
  readonly message: string | null;
}

/** Runs checks side by side, each with its own deadline. It does not reject. */
export function runChecks(
  checks: readonly HealthCheck[],
  timeoutSeconds: number,
): Promise<CheckOutcome[]> {
  return Promise.all(checks.map((check) => run(check, timeoutSeconds)));
}

async function run(check: HealthCheck, timeoutSeconds: number): Promise<CheckOutcome> {
  const { name } = check;
  const deadline = new AbortController();
  let cancel = () => {};
  try {
    const result = await Promise.race([
      check.check(deadline.signal),
      new Promise<never>((_, reject) => {
        const late = new Error(`no answer within ${timeoutSeconds} s`);
        cancel = setDeadline(timeoutSeconds, () => reject(late));
      }),
    ]);
    return { name, ...readResult(result) };
  } catch (error) {
    return { name, ready: false, message: reasonOf(error) };
  } finally {
    cancel();
    deadline.abort();
  }
}

/** Reads an answer, which a check written in JavaScript may have got wrong. */
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
