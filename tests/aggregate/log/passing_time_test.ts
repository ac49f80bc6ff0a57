import { assertEquals } from "@std/assert";
import { PassingTime } from "../../../src/aggregate/log/passing_time.ts";
import { testsOf } from "../../support/tests_of.ts";

{
  const it = testsOf("PassingTime");
  it("is what the clock says, but never goes back", () => {
    let [clock, elapsed] = [1000, 0];
    const time = new PassingTime(() => clock, () => elapsed * 1000);
    const after = (seconds: number, says: number) => {
      elapsed += seconds;
      clock = says;
      return time.now();
    };
    assertEquals(after(0, 1000), 1000);
    assertEquals(after(5, 1005), 1005);
    // Set back by 100 s: at half the speed, it is caught up after 200 s.
    assertEquals(after(10, 915), 1010);
    assertEquals(after(100, 1015), 1060);
    assertEquals(after(100, 1115), 1115);
    // Ahead for a moment.
    assertEquals(after(1, 1e9), 1e9);
    assertEquals(after(60, 1177), 1e9 + 30);
  });

  it("goes on from a time that has been", () => {
    const time = new PassingTime(() => 1000, () => 0);
    time.goOnFrom(2000);
    time.goOnFrom(1500);
    assertEquals(time.now(), 2000);
  });
}
