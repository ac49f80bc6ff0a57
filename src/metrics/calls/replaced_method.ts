/** A function that takes and returns anything. */
// deno-lint-ignore no-explicit-any
export type Method = (this: any, ...parameters: any[]) => any;

/** A property of an object, and the object of its prototype chain that has it. */
export interface FoundProperty extends PropertyDescriptor {
  readonly holder: object;
}

/** Finds a property without reading it, which may call a getter. */
export function findProperty(object: object, name: PropertyKey): FoundProperty | undefined {
  for (let holder = object; holder !== null; holder = Object.getPrototypeOf(holder)) {
    const descriptor = Object.getOwnPropertyDescriptor(holder, name);
    if (descriptor !== undefined) return { ...descriptor, holder };
  }
  return undefined;
}

/** Whether an object has a method, which is not a getter's. */
export function hasMethod(object: object, name: PropertyKey): boolean {
  return typeof findProperty(object, name)?.value === "function";
}

/**
 * Puts a method of the object's own in front of its method. A getter stays one: it is called
 * whenever it would have been, and what it gives is replaced.
 *
 * @param replacement Makes the new method of the old one.
 * @param report Called with what the getter throws, or with nothing if it gives no method.
 * @returns False if there is no such method, or the object takes no property.
 */
export function replaceMethod(
  object: object,
  name: PropertyKey,
  replacement: (original: Method) => Method,
  report?: (thrown?: { readonly error: unknown }) => void,
): boolean {
  const found = findProperty(object, name);
  if (found === undefined) return false;
  const { holder, get, set, value } = found;
  const shape = { configurable: true, enumerable: holder === object && found.enumerable };
  if (typeof value === "function") {
    const method = { ...shape, writable: true, value: replacement(value) };
    return Reflect.defineProperty(object, name, method);
  }
  if (get === undefined || report === undefined) return false;
  const getter = function (this: unknown): unknown {
    let given: unknown;
    try {
      given = Reflect.apply(get, this, []);
    } catch (error) {
      report({ error });
      throw error;
    }
    if (typeof given === "function") return replacement(given as Method);
    report();
    return given;
  };
  return Reflect.defineProperty(object, name, { ...shape, get: getter, set });
}
