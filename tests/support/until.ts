import { inspect } from "node:util";

/**
 * Asks again and again until the answer is good, and gives that answer. What `ask` throws is thrown
 * at once; a deadline that passes is an error that shows the last answer.
 */
export async function until<T>(
  ask: () => T | Promise<T>,
  good: (answer: T) => boolean = Boolean,
  seconds = 30,
): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  // What is good in the next turn costs a test nothing.
  for (let milliseconds = 1;; milliseconds = Math.min(2 * milliseconds, 50)) {
    const answer = await ask();
    if (good(answer)) return answer;
    if (Date.now() > deadline) {
      throw new Error(`not within ${seconds} s, last answer: ${inspect(answer, { depth: 6 })}`);
    }
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
  }
}
