import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { test } from "node:test";
import type { MetricFamily } from "../../../mod.ts";
import { BatchError } from "../../../src/deltas/batches/batch_error.ts";
import { decodeFamilies, readBatch } from "../../../src/deltas/batches/batch_reader.ts";
import { encodeFamilies } from "../../../src/deltas/batches/batch_writer.ts";
import { type FamilyDelta, keepingOf, type Rests } from "../../../src/deltas/delta.ts";
import { type AnyFamily, partsOf, withParts } from "../../../src/model/metric_types.ts";
import { arbitraryDelta, batchOf, headerOf, withChecksum } from "../../support/batches.ts";
import { DroppedExemplars } from "../../../src/model/exemplar.ts";
import { checkedFamily } from "../../support/families.ts";
import { typedCases } from "../../cases/typed_families.ts";

/** As a client sends it. */
function asSent({ family, rests, gone }: FamilyDelta): FamilyDelta {
  const given: AnyFamily = family;
  const { created: _, timestamps: __, ...parts } = given;
  const summary = given.type === "summary" && { quantiles: [], values: new Float64Array() };
  const sent = { ...parts, ...summary } as MetricFamily;
  const keeping = keepingOf(sent);
  if (keeping === "living") return { family: sent, ...gone && { gone } };
  if (keeping === "latest" || rests === undefined) return { family: sent };
  const rounded = roundedRests(sent);
  return { family: sent, ...rounded.size > 0 && { rests: rounded } };
}

/** A rest of each number, which is not more than what it was rounded by. */
function roundedRests(family: AnyFamily): Rests {
  return new Map(
    partsOf(family.type).flatMap(([part, { kind }]) => {
      const numbers = family[part] as Float64Array;
      if (kind !== "numbers" || !(numbers?.length > 0)) return [];
      const cells = [...numbers].map((number) => Number.isFinite(number) ? number * 2 ** -60 : 1);
      const rests = cells.flatMap((rest, cell) => rest === 0 ? [] : [[cell, [rest]] as const]);
      return rests.length > 0 ? [[part, new Map(rests)] as const] : [];
    }),
  );
}

const sent = fc.uniqueArray(arbitraryDelta.map(asSent), {
  selector: ({ family }) => family.name,
  maxLength: 6,
});

class Forgotten extends DroppedExemplars {
  override add(): void {}
}

test("readBatch() gives what a client sent, of every type", () => {
  fc.assert(fc.property(sent, (deltas) => {
    const { families, refused, ...header } = readBatch(batchOf(...deltas));
    const expected = deltas.map((delta) => ({
      ...delta,
      family: checkedFamily(delta.family, new Forgotten()),
    }));
    assertEquals(families, expected);
    assertEquals([header, refused], [headerOf(), []]);
    // Signs of zeros, too, which the comparison above takes for equal.
    families.forEach(({ family }, at) => assert(isSame(family, expected[at].family)));
  }));
});

test("decodeFamilies() gives what was encoded, with times, rests and series that are gone", () => {
  fc.assert(fc.property(arbitraryDelta, (delta) => {
    const [{ bytes }] = encodeFamilies([delta], Infinity);
    const [{ family, ...others }] = decodeFamilies(bytes);
    const { family: given, ...expected } = delta;
    assertEquals(family, given);
    assert(isSame(family, given));
    assertEquals(others, expected);
  }));
});

function isSame(one: AnyFamily, other: AnyFamily): boolean {
  return partsOf(one.type).every(([part, { kind }]) =>
    kind !== "numbers" || one[part] === undefined ||
    (one[part] as Float64Array).every((number, at) =>
      Object.is(number, (other[part] as Float64Array)[at])
    )
  );
}

/** A family of each type that a batch may have. */
const seeds = typedCases.flatMap(({ families }) => families)
  .map((family, at) => asSent({ family: withParts(family, { name: `${family.name}_${at}` }) }));

/** Numbers from 0 to `below`, the same in each run. */
function seeded(seed: number): (below: number) => number {
  return (below) => {
    seed = Math.imul(seed ^ seed >>> 15, 0x2c1b_3c6d) + 0x9e37_79b9 | 0;
    const mixed = Math.imul(seed ^ seed >>> 13, 0x297a_2d39);
    return (mixed >>> 4) % below;
  };
}

test("readBatch() refuses or reads a batch whose bytes were changed on purpose", () => {
  const random = seeded(5);
  const batches = seeds.flatMap((seed, at) => [batchOf(seed), batchOf(...seeds.slice(at, at + 3))]);
  const telling = [0, 1, 2, 0xbf, 0xc0, 0xdf, 0xe4, 0xe5, 0xec, 0xed, 0xf0, 0xf1, 0xf2, 0xff];
  let [read, refused] = [0, 0];
  for (let round = 0; round < 20_000; round++) {
    const bytes = [...batches[random(batches.length)]];
    for (let changes = 1 + random(3); changes > 0; changes--) {
      // Behind the header, mostly, and before the checksum.
      const at = 37 + random(bytes.length - 41);
      const byte = random(2) ? telling[random(telling.length)] : random(256);
      const length = random(8);
      if (length < 5) bytes[at] = byte;
      else if (length === 5) bytes.splice(at, 0, byte);
      else if (length === 6) bytes.splice(at, 1 + random(Math.min(4, bytes.length - 4 - at)));
      else {bytes.splice(
          at,
          0,
          ...bytes.slice(37 + random(bytes.length - 41)).slice(0, 1 + random(9)),
        );}
    }
    try {
      readBatch(withChecksum(Uint8Array.from(bytes)));
      read++;
    } catch (error) {
      if (!(error instanceof BatchError && error.status === 400)) throw error;
      refused++;
    }
  }
  assert(read > 500 && refused > 5000, `${read} were read, ${refused} refused`);
});
