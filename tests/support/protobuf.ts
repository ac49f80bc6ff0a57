import { readFileSync } from "node:fs";
import { join } from "node:path";
import protobuf from "protobufjs";
import type { DecodedFamily } from "./decoded_family.ts";
import { root } from "./root.ts";

const schema = readFileSync(join(root, "tests/cases/metrics.proto"), "utf8");
const type = protobuf.parse(schema).root.lookupType("io.prometheus.client.MetricFamily");

/**
 * Reads a body of delimited families with protobufjs: plain objects with the fields that were
 * written, and no others. What does not fit the messages is an error.
 */
export function decodeFamilies(body: Uint8Array): readonly DecodedFamily[] {
  const reader = protobuf.Reader.create(body);
  const families: DecodedFamily[] = [];
  while (reader.pos < reader.len) {
    const message = type.decodeDelimited(reader);
    families.push(type.toObject(message, { longs: Number, enums: String }) as DecodedFamily);
  }
  return families;
}
