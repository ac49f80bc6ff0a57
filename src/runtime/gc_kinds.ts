/** Kinds of collections: of young objects, of all, a step of marking, and of weak references. */
export const gcKinds = ["minor", "major", "incremental", "weakcb"] as const;

/** A kind of collection. */
export type GcKind = typeof gcKinds[number];

/** Told of every collection: of what kind it was, and how many seconds it took. */
export type NoteGc = (kind: GcKind, seconds: number) => void;
