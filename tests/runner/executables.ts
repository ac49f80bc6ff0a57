import process from "node:process";
import { deno, type Finished, run } from "./command.ts";

/** The path of an executable, or the reason why there is none. */
export type Found = { readonly executable: string } | { readonly reason: string };

export type Find = () => Promise<Found>;

/** The Deno that runs this. */
export const findDeno: Find = () => Promise.resolve({ executable: process.execPath });

export const findBun: Find = once(async () => {
  const script = "console.log(process.execPath)";
  return located(await deno(["x", "-y", "-A", "npm:bun@1", "-e", script], 120));
});

/** A Node by its major version, or the newest of all. */
export function findNode(release: string): Find {
  return once(async () => {
    const present = await run("node", ["-p", "process.version"], 20);
    if (present.output.startsWith(`v${release}.`)) return { executable: "node" };
    return located(await run("npx", ["-y", `node@${release}`, "-p", "process.execPath"], 120));
  });
}

/**
 * The executable that a package brings. Never start it by way of npx: stopping that leaves what it
 * launched running.
 */
export function findPackaged(specifier: string, executable: string): Find {
  const script = `readlink -f "$(command -v ${executable})"`;
  return once(async () => located(await run("npx", ["-y", "-p", specifier, "-c", script], 120)));
}

/** Package runners print notices of their own around the path that was asked for. */
function located({ success, output }: Finished): Found {
  const executable = output.match(/^(\/|[A-Z]:\\).*$/m)?.[0].trim();
  if (success && executable) return { executable };
  const reason = output.match(/^.*error.*$/im)?.[0] ?? output;
  return { reason: reason.trim() };
}

function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => answer ??= ask();
}
