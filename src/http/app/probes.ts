import { failsafe, type Logger, silentLogger } from "../../model/logger.ts";
import { type CheckOutcome, type HealthCheck, prepareChecks } from "./health_check.ts";

/**
 * Options of the liveness and the readiness probe.
 *
 * @category Serving
 */
export interface ProbeOptions {
  /** The version of your service, shown by `/health`; it shows none by default. */
  readonly version?: string;
  /** Liveness checks; none by default. A failed one means: restart the service. */
  readonly liveness?: readonly HealthCheck[];
  /**
   * Readiness checks; none by default, or one called `processor` if the registry has
   * `ProcessorMetrics`. A failed one means: send the service no traffic now.
   */
  readonly readiness?: readonly HealthCheck[];
  /** Timeout of each check; 0.8 s by default, because Kubernetes waits one second. */
  readonly checkTimeoutSeconds?: number;
  /**
   * Whether `/health` and `/ready` show what a check threw; false by default, as everybody who can
   * connect reads it, and errors may hold addresses and passwords. It is logged in any case.
   */
  readonly exposeCheckErrors?: boolean;
}

/** The liveness and the readiness probe of a service. */
export interface Probes {
  /** Answers a liveness probe: 200 and `healthy`, or 503 and `unhealthy`. */
  health(): Promise<Response>;
  /** Answers a readiness probe: 200, or 503, with every check. */
  ready(): Promise<Response>;
}

/** What a probe has to know besides its options. */
export interface ProbeState {
  /** Receives what checks throw; silent by default. */
  readonly logger?: Logger;
  /** Whether there is a stream processor, which is ready as soon as it can be asked. */
  readonly hasProcessor?: () => boolean;
  /** Whether the server shuts down, so that nothing is ready any more. */
  readonly isStopping?: () => boolean;
}

/** Creates the probes; uptime counts from this call. */
export function createProbes(options: ProbeOptions = {}, state: ProbeState = {}): Probes {
  const { version, liveness = [], readiness, checkTimeoutSeconds = 0.8, exposeCheckErrors } =
    options;
  const { hasProcessor = () => false, isStopping = () => false } = state;
  const rules = {
    timeoutSeconds: checkTimeoutSeconds,
    exposeErrors: exposeCheckErrors,
    logger: failsafe(state.logger ?? silentLogger),
  };
  const checkLiveness = prepareChecks(liveness, rules);
  const checkReadiness = prepareChecks(readiness ?? [], rules);
  const processor = () => readiness === undefined && hasProcessor() ? ["processor"] : [];
  const uptime = startUptime();
  return {
    async health() {
      const outcomes = await checkLiveness();
      const failed = outcomes.filter(({ ready }) => !ready);
      const healthy = failed.length === 0;
      return json(healthy, {
        status: healthy ? "healthy" : "unhealthy",
        version,
        uptime_seconds: uptime(),
        ...(healthy ? {} : { checks: failed }),
      });
    },
    async ready() {
      if (isStopping()) {
        const names = [...(readiness ?? []).map(({ name }) => name), ...processor()];
        const message = "the server is shutting down";
        return json(false, {
          ready: false,
          checks: outcomesOf(names.length === 0 ? ["server"] : names, false, message),
        });
      }
      const checks = [...await checkReadiness(), ...outcomesOf(processor(), true, null)];
      const ready = checks.every((check) => check.ready);
      return json(ready, { ready, checks });
    },
  };
}

function outcomesOf(
  names: readonly string[],
  ready: boolean,
  message: string | null,
): readonly CheckOutcome[] {
  return names.map((name) => ({ name, ready, message }));
}

/** Starts a clock of whole seconds; on Workers it starts when it is first read. */
function startUptime(): () => number {
  let start = performance.now();
  return () => {
    // workerd's clock is 0 while modules load.
    if (start === 0) start = performance.now();
    return Math.floor((performance.now() - start) / 1000);
  };
}

function json(ok: boolean, body: unknown): Response {
  return new Response(JSON.stringify(body), {
    status: ok ? 200 : 503,
    headers: { "Content-Type": "application/json", "Cache-Control": "no-store" },
  });
}
