import type { Client } from "./client.ts";
import type { Clock } from "./clock.ts";
import { describe, describeError } from "./describe.ts";
import { Callback, type Program, Ref, type Step } from "./program.ts";
import { lineOf } from "./source.ts";

/** What came of a step. */
export interface Outcome {
  /** The step, as JavaScript. */
  readonly step: string;
  /** What it returned or threw. */
  readonly outcome: string;
}

/** What a client is changed by before it is compared: see `decided.ts`. */
export interface Adjustments {
  /** Makes a metric, or anything else that has a constructor. */
  construct(client: Client, name: string, args: readonly unknown[]): unknown;
  /** Calls a method. */
  call(on: Client, method: string, args: readonly unknown[]): unknown;
  /** What a step is taken to have returned. */
  returned(on: unknown, method: string, value: unknown): unknown;
}

/** A client as it is. */
export const asItIs: Adjustments = {
  construct: (client, name, args) => new client[name](...args),
  call: (on, method, args) => on[method](...args),
  returned: (_on, _method, value) => value,
};

/** Runs a program on a client, whose own registry is emptied before. */
export async function interpret(
  client: Client,
  program: Program,
  clock: Clock,
  adjustments: Adjustments = asItIs,
): Promise<readonly Outcome[]> {
  clock.restart();
  client.register.clear();
  client.register.setContentType(client.prometheusContentType);
  const run = new Run(client, clock, adjustments);
  await run.steps(program);
  return run.outcomes;
}

/** Classes with static methods. */
const statics = ["Registry", "AggregatorRegistry", "ClusterRegistry", "WorkerRegistry"];

class Run {
  readonly outcomes: Outcome[] = [];
  readonly #client: Client;
  readonly #clock: Clock;
  readonly #adjustments: Adjustments;
  /** What the steps have left, by name. */
  readonly #objects: Map<string, Client>;
  /** The names of objects that are recognized when they come back. */
  readonly #names: Map<unknown, string>;

  constructor(client: Client, clock: Clock, adjustments: Adjustments) {
    this.#client = client;
    this.#clock = clock;
    this.#adjustments = adjustments;
    this.#objects = new Map([["client", client], ["register", client.register]]);
    for (const name of statics) {
      if (client[name] !== undefined) this.#objects.set(`client.${name}`, client[name]);
    }
    this.#names = new Map([[client.register, "register"]]);
  }

  async steps(program: Program): Promise<void> {
    for (const step of program) {
      if (this.#isPossible(step)) await this.#step(step);
    }
  }

  async #step(step: Step): Promise<void> {
    const position = this.outcomes.length;
    let outcome: string;
    try {
      const result = this.#act(step);
      outcome = result instanceof Promise
        ? await this.#settled(step, result)
        : this.#left(step, result);
    } catch (error) {
      outcome = `throws ${describeError(error)}`;
    }
    // Before what callbacks have done meanwhile, which is compared by itself.
    this.outcomes.splice(position, 0, { step: lineOf(step), outcome });
  }

  async #settled(step: Step, promise: Promise<unknown>): Promise<string> {
    try {
      return `later ${this.#left(step, await promise)}`;
    } catch (error) {
      return `rejects with ${describeError(error)}`;
    } finally {
      // If one callback fails, others may not have ended yet.
      for (let tick = 0; tick < 20; tick++) await null;
    }
  }

  /** A step without its promise, for a callback that has no time. */
  #stepAtOnce(step: Step): void {
    let outcome: string;
    try {
      outcome = this.#left(step, this.#act(step));
    } catch (error) {
      outcome = `throws ${describeError(error)}`;
    }
    this.outcomes.push({ step: `  ${lineOf(step)}`, outcome });
  }

  #isPossible(step: Step): boolean {
    return step.does === "wait" ||
      this.#objects.has(step.on) && namesIn(step).every((name) => this.#objects.has(name));
  }

  #act(step: Step): unknown {
    if (step.does === "wait") return void this.#clock.pass(step.milliseconds);
    const on = this.#objects.get(step.on);
    switch (step.does) {
      case "new":
        return this.#adjustments.construct(on, step.name, this.#values(step.args));
      case "call":
        return this.#adjustments.call(on, step.name, this.#values(step.args));
      case "call detached": {
        const method = on[step.name];
        return method(...this.#values(step.args));
      }
      case "apply":
        return on(...this.#values(step.args));
      case "get":
        return on[step.name];
      case "set":
        on[step.name] = this.#value(step.value);
        return undefined;
      case "is":
        return on instanceof this.#client[step.name];
    }
  }

  /** Keeps the result under its name, and describes it. */
  #left(step: Step, result: unknown): string {
    if (!("on" in step)) return describe(result, this.#names);
    const on = this.#objects.get(step.on);
    const method = "name" in step ? step.name : "";
    const value = this.#adjustments.returned(on, method, result);
    if (!("as" in step) || step.as === undefined) return describe(value, this.#names);
    this.#objects.set(step.as, value);
    // Children and timers are each client's own; what they do is seen.
    if (method === "labels" || method === "startTimer") return typeof value;
    const said = describe(value, this.#names);
    if (step.does === "new" && !this.#names.has(value)) this.#names.set(value, step.as);
    return said;
  }

  #values(list: readonly unknown[]): unknown[] {
    return list.map((value) => this.#value(value));
  }

  /** A value as it is passed. Objects are made anew: a client may keep and change them. */
  #value(value: unknown): unknown {
    if (value instanceof Ref) return this.#objects.get(value.name);
    if (value instanceof Callback) return this.#function(value);
    if (Array.isArray(value)) return this.#values(value);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, member]) => [name, this.#value(member)]),
    );
  }

  #function({ steps, end }: Callback): () => unknown {
    const run = (self: unknown) => {
      const before = this.#objects.get("this");
      this.#objects.set("this", self);
      this.outcomes.push({ step: "  this", outcome: describe(self, this.#names) });
      for (const step of steps) if (this.#isPossible(step)) this.#stepAtOnce(step);
      if (before === undefined) this.#objects.delete("this");
      else this.#objects.set("this", before);
      if (end.throws !== undefined) throw new Error(end.throws);
      return this.#value(end.returns);
    };
    if (!end.later) {
      return function (this: unknown): unknown {
        return run(this);
      };
    }
    return async function (this: unknown): Promise<unknown> {
      await null;
      return run(this);
    };
  }
}

/** The names that a step's values refer to; those of a callback are its own matter. */
function namesIn(step: Step): readonly string[] {
  const found: string[] = [];
  const search = (value: unknown): void => {
    if (value instanceof Ref) found.push(value.name);
    else if (typeof value === "object" && value !== null && !(value instanceof Callback)) {
      Object.values(value).forEach(search);
    }
  };
  if ("args" in step) search(step.args);
  if ("value" in step) search(step.value);
  return found;
}
