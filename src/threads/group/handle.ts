import type { Segment } from "../memory/segment.ts";

/**
 * What a thread needs to join a shared registry. It is only to be posted to that thread.
 *
 * @category Threads
 */
export interface SharedRegistryHandle {
  /** The registry's name. */
  readonly name: string;
  /** Memory for the thread. If several threads get one handle, the first one takes it. */
  readonly segment: Segment;
  /** The memory of the other threads. */
  readonly others: readonly Segment[];
}
