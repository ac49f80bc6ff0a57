import type { BuiltinModules, DelayMonitor, Host } from "../../../src/runtime/host.ts";

/** A runtime of one's own making, with the modules that are given. */
export function hostOf(given: Partial<Host> = {}, modules: Partial<BuiltinModules> = {}): Host {
  return {
    name: "nodejs",
    prefix: "nodejs",
    version: "24.1.2",
    builtin: (name) => modules[name],
    mayRead: () => true,
    ...given,
    process: {
      platform: "linux",
      uptime: () => 5,
      cpuUsage: () => ({ user: 1_500_000, system: 250_000 }),
      memoryUsage: () => ({ rss: 4000, heapTotal: 3000, heapUsed: 2000, external: 1000 }),
      ...given.process,
    },
  };
}

/** The files of `/proc/self`. */
export function procFiles(
  files: Readonly<Record<string, string | readonly string[]>>,
): Pick<BuiltinModules, "node:fs"> {
  const read = (path: string) => {
    if (!(path in files)) throw new Error(`there is no ${path}`);
    return files[path];
  };
  return {
    "node:fs": {
      readFileSync: (path: string) => read(path) as string,
      readdirSync: (path: string) => read(path) as readonly string[],
    },
  };
}

/** A process on Linux. */
export const linuxFiles = {
  "/proc/self/status": "Name:\tnode\nVmSize:\t 700 kB\nVmRSS:\t 30 kB\nVmData:\t 20 kB\n",
  "/proc/self/limits": "Limit\nMax open files            20000                524288     files\n",
  "/proc/self/fd": ["0", "1", "2", "3"],
};

/** Timers that go off when they are told to. */
export function manualTimers() {
  const running = new Map<unknown, () => void>();
  const intervals: number[] = [];
  let unreferenced = 0;
  const modules: Pick<BuiltinModules, "node:timers"> = {
    "node:timers": {
      setInterval(callback, milliseconds) {
        const timer = { unref: () => unreferenced++ };
        running.set(timer, callback);
        intervals.push(milliseconds);
        return timer;
      },
      clearInterval: (timer) => void running.delete(timer),
    },
  };
  return {
    modules,
    intervals,
    goOff: () => running.forEach((callback) => callback()),
    running: () => running.size,
    unreferenced: () => unreferenced,
  };
}

/** A monitor of the event loop that says what is done to it. */
export function madeMonitor(said: string[]): DelayMonitor {
  const say = (what: string) => () => void said.push(what);
  return {
    min: 1e9,
    max: 9e9,
    mean: 4e9,
    stddev: 2e9,
    percentile: (percentile) => percentile * 1e9,
    reset: say("reset"),
    enable: say("enable"),
    disable: say("disable"),
  };
}
