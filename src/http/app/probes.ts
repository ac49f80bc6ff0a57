import { version as libraryVersion } from "../../model/version.ts";
import { type HealthCheck, runChecks } from "./health_check.ts";

/**
 * Options of the liveness and the readiness probe.
 *
 * @category Serving
 */
export interface ProbeOptions {
  /** The version of your service, shown by `/health`; the library's own by default. */
  readonly version?: string;
  /** Liveness checks; none by default. A failed one means: restart the service. */
  readonly liveness?: readonly HealthCheck[];
  /** Readiness checks. A failed one means: send the service no traffic now. */
  readonly readiness?: readonly HealthCheck[];
  /** Timeout of each check; 0.8 s by default, because Kubernetes waits one second. */
  readonly checkTimeoutSeconds?: number;
}

/** The liveness and the readiness probe of a service. */
export interface Probes {
  /** Answers a liveness probe: 200 and `healthy`, or 503 and `unhealthy`. */
  health(): Promise<Response>;
  /** Answers a readiness probe: 200, or 503, with every check. */
  ready(): Promise<Response>;
}

/** The check that `/ready` shows if none is configured. */
export const processorCheck: HealthCheck = { name: "processor", check: () => true };

/** Creates the probes; uptime counts from this call. */
export function createProbes(options: ProbeOptions = {}): Probes {
  const {
    version = libraryVersion,
    liveness = [],
    readiness = [processorCheck],
    checkTimeoutSeconds = 0.8,
  } = options;
  const uptime = startUptime();
  return {
    async health() {
      const outcomes = await runChecks(liveness, checkTimeoutSeconds);
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
      const checks = await runChecks(readiness, checkTimeoutSeconds);
      const ready = checks.every((check) => check.ready);
      return json(ready, { ready, checks });
    },
  };
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
