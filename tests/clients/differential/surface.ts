import type { Client } from "./client.ts";

/** What a module shows before anything is called: names, classes, and the families of its process. */
export async function surfaceOf(client: Client): Promise<readonly string[]> {
  const names = Object.keys(client).sort();
  return [
    ...names.map((name) => `${name} is a ${typeof client[name]}`),
    ...names.filter((name) => /^[A-Z]/.test(name)).flatMap((name) => shape(client, name)),
    `aggregators: ${Object.keys(client.aggregators)}`,
    ...await defaultFamilies(client),
  ];
}

/** What is missing from a module, or is otherwise there. */
export async function missingSurface(reference: Client, subject: Client): Promise<string[]> {
  const there = new Set(await surfaceOf(subject));
  return (await surfaceOf(reference)).filter((line) => !there.has(line));
}

/** Methods that are written for the clients themselves. */
const internal = /^(incWith|observeWith|updateExemplar|_)/;

function shape(client: Client, name: string): string[] {
  const { prototype } = client[name];
  const methods = chainOf(prototype).flatMap(Object.getOwnPropertyNames)
    .filter((method) => !internal.test(method));
  const statics = Object.getOwnPropertyNames(client[name])
    .filter((one) => !["length", "name", "prototype"].includes(one));
  return [
    ...methods.map((method) => `${name} has ${method}`),
    ...statics.map((one) => `${name} has static ${one}`),
    `${name} is a registry: ${prototype instanceof client.Registry}`,
  ];
}

/** A prototype and those that it inherits from, without that of all objects. */
function chainOf(prototype: object): object[] {
  const parent = Object.getPrototypeOf(prototype);
  return parent === null ? [] : [prototype, ...chainOf(parent)];
}

/** Families of the process, as the page of a registry of their own has them. */
async function defaultFamilies(client: Client): Promise<readonly string[]> {
  const registry = new client.Registry();
  const said = [`default metrics: ${client.collectDefaultMetrics.metricsList}`];
  try {
    client.collectDefaultMetrics("x");
  } catch (error) {
    said.push(`collectDefaultMetrics("x") throws ${error}`);
  }
  try {
    client.collectDefaultMetrics({ register: registry, prefix: "p_", labels: { app: "shop" } });
    const page: string = await registry.metrics();
    const families = page.split("\n").filter((line) => line.startsWith("#"));
    const order = families.filter((line) => line.startsWith("# TYPE")).join(", ");
    const versions = page.split("\n").filter((line) => line.startsWith("p_nodejs_version_info{"));
    const sizes = page.matchAll(/^p_nodejs_heap_(?:size|space_size)_\w+\{.*\}/gm);
    return [...said, ...families, order, ...versions, ...[...sizes].map(([sample]) => sample)];
  } catch {
    // A runtime may lack what a client needs; what takes its place need not fail there.
    return said;
  }
}
