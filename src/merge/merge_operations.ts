/** The ways in which two numbers become one, each with its neutral element. */
export const mergeOperations = {
  sum: { choose: (one: number, other: number): number => one + other, start: 0 },
  max: { choose: Math.max, start: -Infinity },
  min: { choose: Math.min, start: Infinity },
};

/** The name of a way in which two numbers become one. */
export type MergeOperation = keyof typeof mergeOperations;
