import type { Gatherer } from "../../model/collector.ts";

/** The pushers that send one gatherer to one target. */
interface Pushers {
  /** How many have not ended. */
  number: number;
  /** Whether somebody was told that they are several. */
  isTold: boolean;
}

/** By gatherer and target. It keeps no gatherer, and of pushers only how many there are. */
const atWork = /* @__PURE__ */ new WeakMap<Gatherer, Map<string, Pushers>>();

/** One of the pushers. */
export interface PusherAtWork {
  /** Whether there is another one, and nobody was told so: a program may make one for each request. */
  readonly mustTell: boolean;
  /** Notes that it has ended; once, however often it is called. */
  end(): void;
}

/** Notes a pusher of a gatherer to a target. */
export function pusherAtWork(gatherer: Gatherer, target: string): PusherAtWork {
  const targets = atWork.get(gatherer) ?? new Map<string, Pushers>();
  atWork.set(gatherer, targets);
  const pushers = targets.get(target) ?? { number: 0, isTold: false };
  targets.set(target, pushers);
  const mustTell = pushers.number > 0 && !pushers.isTold;
  pushers.number++;
  pushers.isTold ||= mustTell;
  let hasEnded = false;
  return {
    mustTell,
    end() {
      if (hasEnded) return;
      hasEnded = true;
      pushers.number--;
      if (pushers.number === 0) targets.delete(target);
    },
  };
}
