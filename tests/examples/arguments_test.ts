import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { test } from "node:test";
import { ArgumentError, parseArguments, USAGE } from "../../examples/stream_processor/arguments.ts";

test("arguments: without any, it replays 2000 events a second once", () => {
  assertEquals(parseArguments([]), { rate: 2_000, loop: false, help: false });
});

test("arguments: every option is read", () => {
  assertEquals(
    parseArguments(["--rate", "0.5", "--loop", "--port=0", "--host", "::1", "--help"]),
    { rate: 0.5, loop: true, port: 0, host: "::1", help: true },
  );
});

for (
  const [words, message] of [
    [["--rate", "0"], "--rate needs a number of events per second above 0"],
    [["--rate", "1000001"], "--rate needs"],
    [["--rate", "fast"], "--rate needs"],
    [["--rate", ""], "--rate needs"],
    [["--rate", "1e3"], "--rate needs"],
    [["--rate=-5"], "--rate needs"],
    [["--port", "65536"], "--port needs a whole number from 0 to 65535"],
    [["--port", "80.5"], "--port needs"],
    [["--port="], "--port needs"],
    [["--host="], "--host needs an address"],
    [["--fast"], "--fast"],
    [["--port"], "--port"],
    [["--loop=yes"], "--loop"],
    [["flights.csv"], "flights.csv"],
  ] as const
) {
  test(`arguments: ${words.join(" ")} is refused by name`, () => {
    assertThrows(() => parseArguments(words), ArgumentError, message);
  });
}

test("arguments: the bounds of the numbers are allowed", () => {
  assertEquals(parseArguments(["--rate", "1000000", "--port", "65535"]).port, 65_535);
});

test("arguments: the usage names every option", () => {
  for (const option of ["--rate", "--loop", "--port", "--host", "--help"]) {
    assertStringIncludes(USAGE, option);
  }
});
