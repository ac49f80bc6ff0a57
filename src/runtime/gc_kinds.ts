/** Kinds of garbage collection: of young objects, of all, a step of marking, of weak references. */
export const gcKinds = ["minor", "major", "incremental", "weakcb"] as const;

/** A kind of collection. */
export type GcKind = typeof gcKinds[number];

/** Called for every garbage collection, with its kind and its duration in seconds. */
export type GcListener = (kind: GcKind, seconds: number) => void;
