import type { Segment } from "../memory/segment.ts";

/** What a thread needs to count together with others; made to be posted to it, nothing else. */
export interface SharedRegistryHandle {
  /** The registry's name. */
  readonly name: string;
  /** Memory for the thread. Where several threads get one handle, the first takes it. */
  readonly segment: Segment;
  /** The memory of the others. */
  readonly others: readonly Segment[];
}
