import { assertEquals } from "@std/assert";
import { Lasting } from "../../../src/aggregate/log/lasting.ts";
import { testsOf } from "../../support/tests_of.ts";

{
  const it = testsOf("Lasting");
  it("says once that something begins, until it was over for ten minutes", () => {
    const lasting = new Lasting();
    const times = [0, 1, 600, 1200, 1801, 1802];
    assertEquals(times.filter((now) => lasting.begins("a", now)), [0, 1801]);
    assertEquals(lasting.begins("b", 1803), true);
  });

  it("remembers a hundred names, and takes long ones for the same", () => {
    const lasting = new Lasting();
    assertEquals(lasting.begins("x".repeat(201), 0), true);
    assertEquals(lasting.begins("y".repeat(300), 0), false);
    const names = Array.from({ length: 150 }, (_, at) => `a${at}`);
    assertEquals(names.filter((name) => lasting.begins(name, 1)).length, 99);
    assertEquals(names.filter((name) => lasting.begins(name, 500)).length, 0);
    assertEquals(lasting.begins("another", 600), false);
    assertEquals(lasting.begins("another", 1101), true);
  });
}
