import type { Target } from "./build.ts";
import { configure } from "./workerd.ts";

/** A way to serve a module. */
export interface Platform {
  /** The form of the app that it takes, a file of `apps/`. */
  readonly app: "server.ts" | "handler.ts" | "listener.ts";
  /** The target of the bundle; `undefined` if the sources run as they are. */
  readonly target?: Target;
  /** Whether it has a `CompressionStream`. */
  readonly compresses: boolean;
  /** Whether a server that is stopped answers the requests before. */
  readonly stops: boolean;
  /** How many threads serve, each with a registry of its own; one by default. */
  readonly threads?: number;
  /** The command that serves the module. */
  command(launch: Launch): Command | Promise<Command>;
}

export interface Launch {
  readonly executable: string;
  /** The file to serve. */
  readonly module: string;
  readonly port: number;
  /** What the program may do on Deno, as flags; everything by default. */
  readonly permissions?: readonly string[];
  /** What a Worker asks of its platform; the newest by default. */
  readonly compatibilityDate?: string;
}

export interface Command {
  readonly executable: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export type PlatformName = keyof typeof platforms;

const here = "127.0.0.1";

/** Threads of a server that has several. */
const threads = 2;

/** Every way to serve that a user may choose; one for all versions of Node. */
export const platforms = {
  "deno": {
    app: "server.ts",
    compresses: true,
    stops: true,
    command: ({ executable, module, port, permissions = ["-A"] }) => ({
      executable,
      args: ["run", ...permissions, module],
      // The second is for Deno.serve, whatever port the module names.
      env: { ...environment(port), DENO_SERVE_ADDRESS: `tcp:${here}:${port}` },
    }),
  },
  "deno serve": denoServe(),
  "deno serve --parallel": { ...denoServe("--parallel"), threads },
  "bun": {
    app: "server.ts",
    target: "deno",
    compresses: true,
    stops: true,
    command: ({ executable, module, port }) => ({
      executable,
      args: ["--no-install", module],
      env: environment(port),
    }),
  },
  "node": {
    app: "server.ts",
    target: "deno",
    compresses: true,
    stops: true,
    command: ({ executable, module, port }) => ({
      executable,
      args: [module],
      env: environment(port),
    }),
  },
  "workerd": {
    app: "handler.ts",
    target: "browser",
    compresses: true,
    stops: false,
    command: async ({ executable, module, port, compatibilityDate }) => ({
      executable,
      args: [
        "serve",
        await configure(module, { compatibilityDate }),
        "--socket-addr",
        `http=${here}:${port}`,
      ],
    }),
  },
  "edge-vm": {
    app: "listener.ts",
    target: "browser",
    compresses: false,
    stops: false,
    command: ({ executable, module, port }) => ({
      executable: "node",
      args: [executable, "--listen", "--port", String(port), module],
    }),
  },
} as const satisfies Readonly<Record<string, Platform>>;

function denoServe(...flags: readonly string[]): Platform {
  return {
    app: "handler.ts",
    compresses: true,
    stops: true,
    command: ({ executable, module, port, permissions = ["-A"] }) => ({
      executable,
      // Without --quiet the main thread says that it listens, after the others answer already.
      args: ["serve", "--quiet", ...permissions, ...flags, ...at(port), module],
      env: { DENO_JOBS: String(threads) },
    }),
  };
}

function at(port: number): readonly string[] {
  return ["--host", here, "--port", String(port)];
}

/** The address to listen on, for our server and for the examples. */
function environment(port: number): Readonly<Record<string, string>> {
  return { METRICS_HOST: here, METRICS_PORT: String(port), PORT: String(port) };
}
