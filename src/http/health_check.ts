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

async function run({ name, check }: HealthCheck, timeoutSeconds: number): Promise<CheckOutcome> {
  const deadline = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    const result = await Promise.race([
      check(deadline.signal),
      new Promise<never>((_, reject) => {
        const late = new Error(`no answer within ${timeoutSeconds} s`);
        timer = setTimeout(() => reject(late), timeoutSeconds * 1000);
      }),
    ]);
    if (typeof result === "boolean") return { name, ready: result, message: null };
    return { name, ready: result.ok === true, message: result.message ?? null };
  } catch (error) {
    return { name, ready: false, message: error instanceof Error ? error.message : String(error) };
  } finally {
    clearTimeout(timer);
    deadline.abort();
  }
}
