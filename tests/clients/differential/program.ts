/** A program over the clients' API, as data: it can be printed, shortened, and run on any module. */
export type Program = readonly Step[];

/**
 * One statement. `on` names what an earlier step has left: `client` is the module, `register` its
 * registry, and `this` what a callback is called on. A step whose `on` is not there is left out, so
 * that a program without some of its steps is still one.
 */
export type Step =
  | { readonly does: "new" | "call"; readonly on: string; readonly name: string } & Called
  /** Takes a method off its object, and calls it without that. */
  | { readonly does: "call detached"; readonly on: string; readonly name: string } & Called
  /** Calls what is on hand itself, such as the end of a timer. */
  | { readonly does: "apply"; readonly on: string } & Called
  | { readonly does: "get"; readonly on: string; readonly name: string }
  | { readonly does: "set"; readonly on: string; readonly name: string; readonly value: unknown }
  | { readonly does: "is"; readonly on: string; readonly name: string }
  /** Lets milliseconds pass. */
  | { readonly does: "wait"; readonly milliseconds: number };

interface Called {
  /** Anything that JavaScript has, with `Ref` and `Callback` somewhere inside. */
  readonly args: readonly unknown[];
  /** What the result is called from now on. */
  readonly as?: string;
}

/** Stands for what an earlier step has left. */
export class Ref {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** How a function ends: what it returns or throws, at once or later. */
export interface End {
  readonly returns?: unknown;
  readonly throws?: string;
  readonly later?: boolean;
}

/** Stands for a function that runs steps of its own. */
export class Callback {
  readonly steps: Program;
  readonly end: End;

  constructor(steps: Program, end: End) {
    this.steps = steps;
    this.end = end;
  }
}
