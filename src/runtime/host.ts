/** The runtime that this code runs on, and what it lets us see. */
export interface Host {
  /** What the names of its own metrics begin with. */
  readonly name: "nodejs" | "deno" | "bun";
  /** Its version, without a leading `v`. */
  readonly version: string;
  /** Node's `process`, which the others have too. */
  readonly process: HostProcess;
  /** A module that is part of the runtime; nothing where it is not, or cannot be had at once. */
  builtin<Name extends keyof BuiltinModules>(name: Name): BuiltinModules[Name] | undefined;
  /** Whether a file can be read without asking anyone for permission. */
  mayRead(path: string): boolean;
}

/** The part of Node's `process` that the probes ask. */
export interface HostProcess {
  /** Seconds since the process began. */
  uptime(): number;
  /** Microseconds that its threads have run. */
  cpuUsage(): { readonly user: number; readonly system: number };
  /** Bytes. */
  memoryUsage(): MemoryUsage;
  /** What keeps the event loop alive, by type. */
  getActiveResourcesInfo?(): readonly string[];
}

/** Memory in bytes. */
export interface MemoryUsage {
  /** Of the whole process, in RAM. */
  readonly rss: number;
  /** Reserved for the heap of this thread. */
  readonly heapTotal: number;
  /** Of that, used. */
  readonly heapUsed: number;
  /** Outside of the heap, held by objects in it. */
  readonly external: number;
}

/** The parts of the runtime's own modules that the probes ask. */
export interface BuiltinModules {
  /** Files. */
  readonly "node:fs": {
    readFileSync(path: string, encoding: "utf8"): string;
    readdirSync(path: string): readonly string[];
  };
  /** Timers that can be told not to keep the process alive. */
  readonly "node:timers": {
    setInterval(callback: () => void, milliseconds: number): { unref(): unknown };
    clearInterval(timer: unknown): void;
  };
  /** The engine. */
  readonly "node:v8": {
    getHeapSpaceStatistics?(): readonly HeapSpace[];
    readonly GCProfiler?: new () => GcProfiler;
  };
}

/** A part of V8's heap, in bytes. */
export interface HeapSpace {
  /** Such as `new_space`. */
  readonly space_name: string;
  /** Reserved. */
  readonly space_size: number;
  /** Used. */
  readonly space_used_size: number;
  /** Reserved and not used. */
  readonly space_available_size: number;
}

/** Notes every garbage collection from its start to its stop. */
export interface GcProfiler {
  /** Begins. */
  start(): void;
  /** Ends, and gives the collections since the start. */
  stop(): { readonly statistics: readonly { readonly gcType: string; readonly cost: number }[] };
}

/** The globals by which runtimes are told apart. */
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
 * The runtime, where it has a process that can be looked at: Node, Deno and Bun. Workers have
 * something of that name, which holds zeros.
 */
export function findHost(): Host | undefined {
  const { Deno, Bun, navigator, process } = globalThis as Globals;
  const versions = process?.versions;
  if (process === undefined || versions?.node === undefined) return undefined;
  if (navigator?.userAgent === "Cloudflare-Workers") return undefined;
  const name = Deno !== undefined ? "deno" : Bun !== undefined ? "bun" : "nodejs";
  const version = versions[name === "nodejs" ? "node" : name] ?? "";
  return {
    name,
    version,
    process,
    builtin: <Name extends keyof BuiltinModules>(module: Name) =>
      process.getBuiltinModule?.(module) as BuiltinModules[Name] | undefined,
    // Deno would stop and ask on the terminal.
    mayRead: (path) =>
      Deno === undefined || Deno.permissions.querySync({ name: "read", path }).state === "granted",
  };
}
