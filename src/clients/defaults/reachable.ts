let owners: FinalizationRegistry<() => void> | undefined;

/**
 * Ends what feeds a metric once nobody can reach the metric any more, such as after the `clear()` of
 * its registry. Else each call of `collectDefaultMetrics()` would leave its observers behind.
 *
 * @param stop Must not hold the metric, and neither must what it ends: use `weakly()`.
 */
export function stopAfter(metric: object, stop: () => void): void {
  owners ??= new FinalizationRegistry((end) => end());
  owners.register(metric, stop);
}

/** Calls an action with an object for as long as others hold it; false once nobody does. */
export type Weakly<Target> = (action: (target: Target) => void) => boolean;

/** A way to an object that does not hold it. */
export function weakly<Target extends object>(target: Target): Weakly<Target> {
  const reference = new WeakRef(target);
  return (action) => {
    const held = reference.deref();
    if (held === undefined) return false;
    action(held);
    return true;
  };
}
