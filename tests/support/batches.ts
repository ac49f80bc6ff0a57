import fc from "fast-check";
import type { MetricFamily } from "../../mod.ts";
import { encodeFamilies, frameBatch } from "../../src/deltas/batches/batch_writer.ts";
import { crc32 } from "../../src/deltas/batches/checksum.ts";
import { checksumBytes } from "../../src/deltas/batches/format.ts";
import type { BatchHeader, FamilyDelta, Rests } from "../../src/deltas/delta.ts";
import { type AnyFamily, entriesEach, partsOf } from "../../src/model/metric_types.ts";
import { arbitraryFamily } from "./arbitrary_families.ts";
import { asItShouldBe } from "./wild_families.ts";

/** A header of a batch, by default of the first one of a client. */
export function headerOf(parts: Partial<BatchHeader> = {}): BatchHeader {
  const client = Uint8Array.from({ length: 16 }, (_, at) => at + 1);
  return { client, sequence: 1, start: 1_764_238_427.5, time: 1_764_238_430, ...parts };
}

/** The bytes of a batch, whatever its length. */
export function batchOf(...families: readonly FamilyDelta[]): Uint8Array<ArrayBuffer> {
  const [encoded] = encodeFamilies(families, Infinity);
  return frameBatch(headerOf(), encoded?.bytes ?? new Uint8Array());
}

/** A batch with the checksum of what it is now, for those that were changed. */
export function withChecksum(batch: Uint8Array): Uint8Array<ArrayBuffer> {
  const changed = new Uint8Array(batch);
  const end = changed.length - checksumBytes;
  new DataView(changed.buffer).setUint32(end, crc32(changed, end), true);
  return changed;
}

/** What changed in families of every type, with all that it can hold; some of it makes no sense. */
export const arbitraryDelta: fc.Arbitrary<FamilyDelta> = arbitraryFamily
  .map((family) => bare(asItShouldBe(family))).chain(deltaOf);

/** The family, with rests in any of its numbers, and with series that are gone. */
export function deltaOf(family: MetricFamily): fc.Arbitrary<FamilyDelta> {
  const gone = fc.integer({ min: 1, max: 3 }).map((rows) => ({
    names: ["gone"],
    values: Array.from({ length: rows }, (_, row) => `${row}`),
    rows,
  }));
  return fc.record({ gone: fc.option(gone, { nil: undefined }), rests: restsOf(family) }).map((
    { gone, rests },
  ) => ({ family, ...gone && { gone }, ...rests.size > 0 && { rests } }));
}

/** The family with nothing that its type does not have, and no part that is `undefined`. */
function bare(family: AnyFamily): MetricFamily {
  const { type, help, labels } = family;
  // A state set cannot have a label of its own name; no label of a random family is that long.
  const name = type === "stateset" ? `${family.name}_is_in_state` : family.name;
  const parts = partsOf(type).map(([part]) => [part, family[part]] as const)
    .filter(([, value]) => value !== undefined);
  return { type, name, help, labels, ...Object.fromEntries(parts) } as MetricFamily;
}

function restsOf(family: AnyFamily): fc.Arbitrary<Rests> {
  const rest = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), {
    minLength: 1,
    maxLength: 3,
  });
  const columns = partsOf(family.type).flatMap(([name, part]) =>
    part.kind === "numbers" && family[name] !== undefined
      ? [[name, family.labels.rows * entriesEach(family, part)] as const]
      : []
  );
  return fc.tuple(
    ...columns.map(([name, cells]) =>
      fc.array(fc.option(rest, { nil: undefined }), { minLength: cells, maxLength: cells })
        .map((all) =>
          [
            name,
            new Map([...all.entries()].flatMap(([at, rest]) => rest ? [[at, rest]] : [])),
          ] as const
        )
    ),
  ).map((all) => new Map(all.filter(([, rests]) => rests.size > 0)));
}
