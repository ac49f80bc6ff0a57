import type { LabelSchema, SchemaResult } from "../../src/core.ts";

/** A Standard Schema without a library. */
export function handmadeSchema(
  validate: (value: unknown) => SchemaResult | Promise<SchemaResult>,
): LabelSchema {
  return { "~standard": { version: 1, validate } };
}
