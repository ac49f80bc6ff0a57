/** A family that is to be removed, and who waits for that. */
export interface Removal {
  readonly family: string;
  readonly resolve: (isRemoved: boolean) => void;
  readonly reject: (error: Error) => void;
}

/** The families that are to be removed, in the order in which that was asked for. */
export class Removals {
  #removals: Removal[] = [];

  /** Number of them. */
  get size(): number {
    return this.#removals.length;
  }

  /** Adds one; resolves with whether it was there. */
  add(family: string): Promise<boolean> {
    return new Promise((resolve, reject) => this.#removals.push({ family, resolve, reject }));
  }

  /** Takes out all. Those that are not there are answered, as there is nothing to do. */
  takeAll(isThere: (family: string) => boolean): readonly Removal[] {
    return this.#removals.splice(0).filter(({ family, resolve }) => {
      const isOne = isThere(family);
      if (!isOne) resolve(false);
      return isOne;
    });
  }

  /** Tells all that it cannot be done. */
  fail(error: Error): void {
    for (const { reject } of this.#removals.splice(0)) reject(error);
  }
}
