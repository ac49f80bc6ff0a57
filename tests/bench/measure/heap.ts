import process from "node:process";

interface Collecting {
  readonly gc?: () => void;
  readonly Bun?: { gc(synchronous: boolean): void };
}

/** The bytes that live objects take, array buffers included. The collector must be exposed. */
export async function heapBytes(): Promise<number> {
  const { gc, Bun } = globalThis as Collecting;
  const collect = Bun === undefined ? gc : () => Bun.gc(true);
  if (collect === undefined) throw new Error("start the runtime with its collector exposed");
  for (let time = 0; time < 4; time++) {
    collect();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const { heapUsed, external } = process.memoryUsage();
  // JavaScriptCore counts the array buffers in the heap, V8 beside it.
  return Bun === undefined ? heapUsed + external : heapUsed;
}
