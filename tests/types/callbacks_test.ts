import { assertThrows } from "@std/assert";
import { test } from "node:test";
import { MetricsRegistry, RegistrationError } from "../../mod.ts";

const registry = new MetricsRegistry();

test("callback types: without labels a callback gives a number, at once or by a promise", () => {
  registry.gaugeWithCallback({ name: "a1", help: "", callback: () => 1 });
  registry.gaugeWithCallback({ name: "a2", help: "", callback: () => Promise.resolve(1) });
  registry.counterWithCallback({ name: "a3", help: "", callback: (signal) => signal ? 1 : 2 });
  // @ts-expect-error a text is no number
  registry.gaugeWithCallback({ name: "a4", help: "", callback: () => "1" });
  // @ts-expect-error nothing is no number
  registry.gaugeWithCallback({ name: "a5", help: "", callback: () => {} });
  // @ts-expect-error a series is no number
  registry.counterWithCallback({
    name: "a6",
    help: "",
    callback: () => [{ labels: {}, value: 1 }],
  });
  // @ts-expect-error there is no callback
  assertThrows(() => registry.gaugeWithCallback({ name: "a7", help: "" }), RegistrationError);
});

test("callback types: with labels it returns series with these labels", () => {
  registry.gaugeWithCallback({
    name: "b1",
    help: "",
    labels: ["queue"],
    callback: () => [{ labels: { queue: "a" }, value: 1 }],
  });
  registry.counterWithCallback({
    name: "b2",
    help: "",
    labels: { kind: ["x", "y"] },
    callback: async () => {
      const value = await Promise.resolve(1);
      return [{ labels: { kind: "x" }, value }];
    },
  });
  registry.gaugeWithCallback({
    name: "b3",
    help: "",
    labels: ["queue"],
    *callback() {
      yield { labels: { queue: 5 }, value: 1 };
    },
  });
  const labels = ["queue"] as const;
  registry.gaugeWithCallback({
    name: "b4",
    help: "",
    labels,
    // @ts-expect-error a label is misspelt
    callback: () => [{ labels: { queu: "a" }, value: 1 }],
  });
  registry.gaugeWithCallback({
    name: "b5",
    help: "",
    labels: { kind: ["x", "y"] },
    // @ts-expect-error a value is not on the list
    callback: () => [{ labels: { kind: "z" }, value: 1 }],
  });
  registry.gaugeWithCallback({
    name: "b6",
    help: "",
    labels,
    // @ts-expect-error a value is missing
    callback: () => [{ labels: { queue: "a" } }],
  });
  // @ts-expect-error a number says nothing of the series
  registry.gaugeWithCallback({ name: "b7", help: "", labels, callback: () => 5 });
});
