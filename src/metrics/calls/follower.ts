/** The outcome of a call: a result, or the error that it threw or rejected with. */
export type Outcome = { readonly failed: false } | {
  readonly failed: true;
  readonly error: unknown;
};

/** Told of what becomes of a result. */
export interface Follower {
  /** The result does nothing yet. */
  rest(): void;
  /** The caller asked for its work. */
  wake(): void;
  /** It has ended, with a value if it did not fail. */
  end(outcome: Outcome, value?: unknown): void;
}

/** Follows a result, or returns false if there is nothing to follow. */
export type Follow = (result: unknown, follower: Follower) => boolean;
