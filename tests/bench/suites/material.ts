/** Values of labels, as a service would see them. */
export const methods: readonly string[] = ["get", "put", "post", "delete"];
export const statuses: readonly string[] = ["200", "404"];
export const results: readonly string[] = ["success", "error", "dropped", "filtered"];
export const zones: readonly string[] = ["north", "south"];
export const users: readonly string[] = Array.from({ length: 4096 }, (_, user) => `user-${user}`);

/** 16 bounds from 1 ms to 33 s. */
export const sixteenBounds: readonly number[] = Array.from(
  { length: 16 },
  (_, step) => 0.001 * 2 ** step,
);

/** 1,024 durations from 0.5 ms to 60 s, evenly spread over the orders of magnitude. */
export const durations: readonly number[] = Array.from({ length: 1024 }, (_, at) => {
  const share = (at * 619 % 1024) / 1024;
  return Number((0.0005 * 120_000 ** share).toPrecision(6));
});
