import { assertEquals } from "@std/assert";
import { test } from "node:test";
import {
  endPause,
  isPauseRequested,
  pause,
  requestPause,
} from "../../../src/threads/memory/handshake.ts";

test("requestPause(): one series is asked to pause, and no other, until the pause ends", () => {
  const integers = new Int32Array(new SharedArrayBuffer(64));
  const requested = () => [0, 1, 2, 3, 4].filter((offset) => isPauseRequested(integers, offset));
  assertEquals(requested(), []);
  requestPause(integers, 2);
  assertEquals(requested(), [2]);
  // The other half of the cell is the sequence, which is the writer's.
  assertEquals(
    [...integers].map((value, index) => value && index),
    [0, 0, 0, 0, 0, 5].concat(
      new Array(10).fill(0),
    ),
  );
  requestPause(integers, 0);
  endPause(integers, 2);
  assertEquals(requested(), [0]);
});

test("pause(): a writer resumes on its own if the reader has died, and the request is gone", () => {
  const integers = new Int32Array(new SharedArrayBuffer(64));
  requestPause(integers, 1);
  pause(integers, 1);
  assertEquals([...integers], new Array(16).fill(0));
});

test("pause(): a writer waits as long as the reader asks for, and looks each time", () => {
  const integers = new Int32Array(new SharedArrayBuffer(64));
  const { load } = Atomics;
  let looks = 0;
  requestPause(integers, 1);
  try {
    // Another thread would end the pause between two looks.
    Atomics.load = ((...where: [Int32Array, number]) => {
      if (++looks === 7) endPause(integers, 1);
      return load(...where);
    }) as typeof load;
    pause(integers, 1);
  } finally {
    Atomics.load = load;
  }
  assertEquals(looks, 7);
});
