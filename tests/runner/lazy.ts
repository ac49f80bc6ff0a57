/** Something that is made when it is first needed, and removed if it was. */
export interface Lazy<T> {
  get(): Promise<T>;
  remove(): Promise<void>;
}

export function lazy<T extends { remove(): Promise<void> }>(make: () => Promise<T>): Lazy<T> {
  let made: Promise<T> | undefined;
  return {
    get: () => made ??= make(),
    remove: async () => {
      const thing = await made?.catch(() => undefined);
      await thing?.remove();
    },
  };
}
