type Same<One, Other> = (<T>() => T extends One ? 1 : 2) extends (<T>() => T extends Other ? 1 : 2)
  ? true
  : false;

/** Compiles only if two types are the same: `same<string, string>(true)`. */
export function same<One, Other>(_: Same<One, Other>): void {}
