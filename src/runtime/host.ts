/** The runtime, and the access to its data. */
export interface Host {
  /** The runtime. */
  readonly name: "nodejs" | "deno" | "bun";
  /** The prefix of the names of its own metrics, without the underscore. */
  readonly prefix: string;
  /** The version, without a leading `v`. */
  readonly version: string;
  /** Node's `process`, which Deno and Bun have too. */
  readonly process: HostProcess;
  /** A built-in module; `undefined` if there is none, or it cannot be loaded synchronously. */
  builtin<Name extends keyof BuiltinModules>(name: Name): BuiltinModules[Name] | undefined;
  /** Whether a file can be read without a prompt for permission. */
  mayRead(path: string): boolean;
}

/** The part of Node's `process` that the probes use. */
export interface HostProcess {
  /** The operating system, such as `linux`. */
  readonly platform?: string;
  /** Seconds since the start of the process. */
  uptime(): number;
  /** CPU time of its threads, in microseconds. */
  cpuUsage(): { readonly user: number; readonly system: number };
  /** Memory in use. */
  memoryUsage(): MemoryUsage;
  /** The types of the resources that keep the event loop alive. */
  getActiveResourcesInfo?(): readonly string[];
  /** Node's open handles, such as sockets. */
  _getActiveHandles?(): readonly object[];
  /** Node's requests to the system that are under way. */
  _getActiveRequests?(): readonly object[];
}

/** Memory in bytes. */
export interface MemoryUsage {
  /** Resident memory of the whole process. */
  readonly rss: number;
  /** Reserved for the heap of this thread. */
  readonly heapTotal: number;
  /** Used in the heap of this thread. */
  readonly heapUsed: number;
  /** Outside the heap, held by objects in it. */
  readonly external: number;
}

/** The parts of built-in modules that the probes use. */
export interface BuiltinModules {
  /** The file system. */
  readonly "node:fs": {
    readFileSync(path: string, encoding: "utf8"): string;
    readdirSync(path: string): readonly string[];
  };
  /** Timers that need not keep the process alive. */
  readonly "node:timers": {
    setInterval(callback: () => void, milliseconds: number): { unref(): unknown };
    clearInterval(timer: unknown): void;
  };
  /** Measurements of the event loop. */
  readonly "node:perf_hooks": {
    monitorEventLoopDelay?(options: { readonly resolution?: number }): DelayMonitor;
    readonly performance?: { eventLoopUtilization?(): EventLoopTime };
  };
  /** The engine, V8. */
  readonly "node:v8": {
    getHeapSpaceStatistics?(): readonly HeapSpace[];
    getHeapStatistics?(): { readonly heap_size_limit: number };
    readonly GCProfiler?: new () => GcProfiler;
  };
}

/** Measures how late a timer fires, in nanoseconds, from when it is enabled. */
export interface DelayMonitor {
  /** The shortest time. */
  readonly min: number;
  /** The longest time. */
  readonly max: number;
  /** The mean time; NaN if there is none. */
  readonly mean: number;
  /** The standard deviation; NaN if there is none. */
  readonly stddev: number;
  /** A percentile, from 1 to 100. */
  percentile(percentile: number): number;
  /** Forgets what it has measured. */
  reset(): void;
  /** Begins to measure. */
  enable(): unknown;
  /** Ends. */
  disable(): unknown;
}

/** Milliseconds that the event loop has been idle and active. Deno and Bun report zeros. */
export interface EventLoopTime {
  /** Waiting. */
  readonly idle: number;
  /** Running code. */
  readonly active: number;
}

/** A space of V8's heap. */
export interface HeapSpace {
  /** The name, such as `new_space`. */
  readonly space_name: string;
  /** Reserved bytes. */
  readonly space_size: number;
  /** Used bytes. */
  readonly space_used_size: number;
  /** Bytes that are reserved and not used. */
  readonly space_available_size: number;
}

/** Records garbage collections from its start to its stop. */
export interface GcProfiler {
  /** Begins to record. */
  start(): void;
  /** Ends, and returns the collections since the start. */
  stop(): { readonly statistics: readonly { readonly gcType: string; readonly cost: number }[] };
}

/** The globals that distinguish the runtimes. */
interface Globals {
  readonly Deno?: {
    readonly permissions: {
      querySync(descriptor: { name: "read"; path: string }): { readonly state: string };
    };
  };
  readonly Bun?: unknown;
  readonly navigator?: { readonly userAgent?: string };
  readonly process?: HostProcess & {
    readonly versions?: Readonly<Record<string, string | undefined>>;
    getBuiltinModule?(name: string): unknown;
  };
}

/**
 * The runtime, if it has a process to read: Node, Deno and Bun. `process` on Workers holds zeros.
 *
 * @param asNode Whether its metrics are named as those of Node.
 */
export function findHost(asNode = false): Host | undefined {
  const { Deno, Bun, navigator, process } = globalThis as Globals;
  const versions = process?.versions;
  if (process === undefined || versions?.node === undefined) return undefined;
  if (navigator?.userAgent === "Cloudflare-Workers") return undefined;
  const name = Deno !== undefined ? "deno" : Bun !== undefined ? "bun" : "nodejs";
  const prefix = asNode ? "nodejs" : name;
  const version = versions[prefix === "nodejs" ? "node" : name] ?? "";
  return {
    name,
    prefix,
    version,
    process,
    builtin: <Name extends keyof BuiltinModules>(module: Name) =>
      process.getBuiltinModule?.(module) as BuiltinModules[Name] | undefined,
    // Deno would otherwise stop for a prompt on the terminal.
    mayRead: (path) =>
      Deno === undefined || Deno.permissions.querySync({ name: "read", path }).state === "granted",
  };
}
