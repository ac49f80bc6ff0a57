import { none, type Outcome, type Step } from "./step.ts";

export interface Done {
  readonly step: Step;
  readonly outcome: Outcome;
  readonly seconds: number;
}

/** Runs the steps, a few at a time and in their order, and reports each as it ends. */
export async function runAll(
  steps: readonly Step[],
  atOnce: number,
  report: (done: Done) => void,
): Promise<Done[]> {
  const queue = steps.values();
  const finished: Done[] = [];
  const worker = async () => {
    for (const step of queue) {
      const begin = performance.now();
      const outcome = await step.run().catch(broken);
      const done = { step, outcome, seconds: (performance.now() - begin) / 1000 };
      finished.push(done);
      report(done);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return finished;
}

function broken(error: Error): Outcome {
  return { ...none, failed: 1, log: error.message };
}
