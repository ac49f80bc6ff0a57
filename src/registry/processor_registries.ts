const registries = new WeakSet<object>();

/** Notes that a registry has the metrics of a stream processor, whose app then shows its check. */
export function addProcessorRegistry(registry: object): void {
  registries.add(registry);
}

/** Whether a registry has the metrics of a stream processor. */
export function isProcessorRegistry(registry: object): boolean {
  return registries.has(registry);
}
