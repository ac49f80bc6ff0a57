import { spawnSync } from "node:child_process";
import process from "node:process";

/** The Prometheus that the tests use; the environment can name another one than the installed. */
export const prometheusExecutable: string = process.env.PROMETHEUS ?? "prometheus";
/** The Pushgateway that is tested: the one of `PUSHGATEWAY`, or Debian's. */
export const pushgatewayPath: string = process.env.PUSHGATEWAY ?? "prometheus-pushgateway";

/** The browser that the tests use; the environment can name another one than Debian's. */
export const chromiumExecutable: string = process.env.CHROMIUM ?? "/usr/bin/chromium";

/** Programs that are not part of the toolchain, each with a command that shows it is there. */
const probes = {
  prometheus: [prometheusExecutable, "--version"],
  promtool: ["promtool", "--version"],
  pushgateway: [pushgatewayPath, "--version"],
  client_python: ["/usr/bin/python3", "-c", "import prometheus_client"],
  python_snappy: ["/usr/bin/python3", "-c", "import snappy"],
  // It has no option that ends well.
  wrk: ["which", "wrk"],
  pgrep: ["pgrep", "-V"],
  chromium: [chromiumExecutable, "--version"],
} as const;

export type Component = keyof typeof probes;

export const components: readonly Component[] = Object.keys(probes) as Component[];

/**
 * What to say as the `skip` option of a test that needs these components: false when all are there,
 * otherwise the reason.
 */
export function missing(...needed: Component[]): string | false {
  const absent = needed.filter((component) => !isPresent(component));
  return absent.length > 0 && `${absent.join(", ")} not installed`;
}

function isPresent(component: Component): boolean {
  const [executable, ...args] = probes[component];
  return spawnSync(executable, args).status === 0;
}
