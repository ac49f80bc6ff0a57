import { assertEquals, assertThrows } from "@std/assert";
import { join } from "node:path";
import { test } from "node:test";
import { loadFlights, parseFlights } from "../../examples/stream_processor/flight_file.ts";
import { estimateArrival, readFlight } from "../../examples/stream_processor/flights.ts";
import { FOLLOWED_AIRPORTS } from "../../examples/stream_processor/normalizer.ts";
import { root } from "../support/root.ts";

const path = join(root, "examples/data/flights_2001q1.csv");

test("parsing: a line becomes a flight", () => {
  assertEquals(readFlight("2001-01-01 00:47,66,1750,DTW,LAS"), {
    flight: {
      departure: Date.UTC(2001, 0, 1, 0, 47),
      delay: 66,
      distance: 1750,
      origin: "DTW",
      destination: "LAS",
    },
  });
});

test("parsing: a line with another number of columns is malformed", () => {
  assertEquals(readFlight("2001-01-01 00:47,66,1750,DTW"), { error: "malformed_line" });
  assertEquals(readFlight("2001-01-01 00:47,66,1750,DTW,LAS,"), { error: "malformed_line" });
  assertEquals(readFlight(""), { error: "malformed_line" });
});

for (
  const [reason, line] of [
    ["a time in another form", "2001/01/01 00:47,66,1750,DTW,LAS"],
    ["a time that does not exist", "2001-13-01 00:47,66,1750,DTW,LAS"],
    ["no delay", "2001-01-01 00:47,,1750,DTW,LAS"],
    ["a delay in parts of minutes", "2001-01-01 00:47,6.5,1750,DTW,LAS"],
    ["a delay above eight hours", "2001-01-01 00:47,481,1750,DTW,LAS"],
    ["an arrival more than an hour early", "2001-01-01 00:47,-61,1750,DTW,LAS"],
    ["no way to go", "2001-01-01 00:47,66,0,DTW,LAS"],
    ["a distance beyond the country", "2001-01-01 00:47,66,5101,DTW,LAS"],
    ["a code of four letters", "2001-01-01 00:47,66,1750,KDTW,LAS"],
    ["the same airport twice", "2001-01-01 00:47,66,1750,DTW,DTW"],
  ]
) {
  test(`a flight with ${reason} is invalid`, () => {
    assertEquals(readFlight(line), { error: "invalid_flight" });
  });
}

test("a flight may have the bounds of delay and distance", () => {
  assertEquals(readFlight("2001-01-01 00:47,480,5100,DTW,LAS").flight?.delay, 480);
  assertEquals(readFlight("2001-01-01 00:47,-60,1,DTW,LAS").flight?.distance, 1);
});

test("a report arrives after taxiing, the way and the delay", () => {
  // 30 minutes + 800 miles at 8 a minute + 5 minutes late.
  const line = "2001-01-01 10:00,5,800,DTW,LAS";
  assertEquals(estimateArrival(line), Date.UTC(2001, 0, 1, 12, 15));
  assertEquals(estimateArrival("nothing of the kind"), null);
});

test("reports are sorted by arrival, and those of one minute as in the file", () => {
  const { reports } = parseFlights(
    [
      "# a comment",
      "departure,delay,distance,origin,destination",
      "2001-01-01 10:00,0,2400,AAA,BBB",
      "2001-01-01 11:00,0,800,CCC,DDD",
      "2001-01-01 11:00,0,800,EEE,FFF",
      "",
    ].join("\n"),
  );
  assertEquals(reports.map(({ line }) => line.slice(-7)), ["CCC,DDD", "EEE,FFF", "AAA,BBB"]);
});

test("reports: a line that cannot be read keeps its place behind the one before it", () => {
  const { reports } = parseFlights(
    "columns\nrubbish\n2001-01-01 10:00,0,80,AAA,BBB\nmore\n2001-01-01 12:00,0,80,CCC,DDD",
  );
  assertEquals(reports.map(({ line }) => line.slice(0, 13)), [
    "rubbish",
    "2001-01-01 10",
    "more",
    "2001-01-01 12",
  ]);
});

test("the period of the data is the next whole number of weeks", () => {
  const day = 24 * 3_600_000;
  const period = (last: string) =>
    parseFlights(`columns\n2001-01-01 10:00,0,80,AAA,BBB\n${last},0,80,AAA,BBB`).period / day;
  assertEquals(period("2001-01-08 09:59"), 7);
  assertEquals(period("2001-01-08 10:00"), 14);
});

test("the data file is refused if it has no flights", () => {
  assertThrows(() => parseFlights("# nothing\ncolumns\n"), Error, "no flight");
});

test("the data file holds all 20,000 flights of three months", () => {
  const { reports, period } = loadFlights(path);
  assertEquals(reports.length, 20_000);
  assertEquals(period / (24 * 3_600_000), 91);
  const errors = reports.flatMap(({ line }) => readFlight(line).error ?? []);
  assertEquals(errors, ["invalid_flight", "invalid_flight", "invalid_flight"]);
});

test("the followed airports are the busiest", () => {
  const flights = new Map<string, number>();
  for (const { line } of loadFlights(path).reports) {
    const origin = line.split(",")[3];
    flights.set(origin, (flights.get(origin) ?? 0) + 1);
  }
  const busiest = [...flights].sort(([, one], [, other]) => other - one).map(([origin]) => origin);
  assertEquals(busiest.slice(0, FOLLOWED_AIRPORTS.length), [...FOLLOWED_AIRPORTS]);
});
