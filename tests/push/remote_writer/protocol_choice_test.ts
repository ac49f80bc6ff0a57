import { assertEquals } from "@std/assert";
import { test } from "node:test";
import {
  isSuccess,
  ProtocolChoice,
  writtenIn,
} from "../../../src/push/remote_writer/protocol_choice.ts";
import { checkRemoteWriterOptions } from "../../../src/push/remote_writer/remote_writer_options.ts";
import type { RemoteWriterOptions } from "../../../src/push/remote_writer/remote_writer_options.ts";

function choiceOf(options: Partial<RemoteWriterOptions> = {}): ProtocolChoice {
  const gatherer = { gather: () => Promise.resolve({ families: [], errors: [] }) };
  return new ProtocolChoice(
    checkRemoteWriterOptions("a writer", { url: "http://a.test", gatherer, ...options }),
  );
}

function answer(status: number, written?: { samples?: string; histograms?: string }) {
  const headers = new Headers();
  for (const [what, count] of Object.entries(written ?? {})) {
    headers.set(`x-prometheus-remote-write-${what}-written`, count);
  }
  return { status, headers, text: "" };
}

/** Whether these answers, one after the other, lead to 1.0; with the versions in between. */
function versionsAfter(choice: ProtocolChoice, ...answers: ReturnType<typeof answer>[]): string[] {
  return answers.map((each) => {
    const fallsBack = choice.fallsBack(each);
    return `${choice.protocol.version}${fallsBack ? " again" : ""}`;
  });
}

test("writtenIn: samples and histograms, if there is a number of any", () => {
  assertEquals(writtenIn(answer(204)), undefined);
  assertEquals(writtenIn(answer(204, { samples: "5" })), 5);
  assertEquals(writtenIn(answer(400, { samples: "5", histograms: "2" })), 7);
  assertEquals(writtenIn(answer(204, { histograms: "0" })), 0);
  for (const samples of ["many", "-5", "1.5", "1e9", "Infinity", "5, 5", ""]) {
    assertEquals(writtenIn(answer(204, { samples, histograms: "1" })), 1, samples);
  }
});

test("isSuccess: 2xx", () => {
  assertEquals([199, 200, 204, 299, 300, 400].map((status) => isSuccess(answer(status))), [
    false,
    true,
    true,
    true,
    false,
    false,
  ]);
});

test("ProtocolChoice: 2.0 first, and 1.0 for good after a server has shown that it does not know 2.0", () => {
  for (const unknown of [answer(415), answer(204), answer(400)]) {
    const choice = choiceOf();
    assertEquals([choice.protocol.version, choice.hasFallenBack], ["2.0", false]);
    assertEquals(versionsAfter(choice, unknown, answer(204), answer(415)), [
      "1.0 again",
      "1.0",
      "1.0",
    ]);
    assertEquals(choice.hasFallenBack, true);
  }
});

test("ProtocolChoice: other answers say nothing of the version", () => {
  const others = [401, 404, 413, 429, 500, 503].map((status) => answer(status));
  assertEquals(versionsAfter(choiceOf(), ...others), others.map(() => "2.0"));
});

test("ProtocolChoice: a server that has counted what was written knows 2.0", () => {
  const choice = choiceOf();
  const answers = [answer(204, { samples: "1" }), answer(400), answer(400, { samples: "0" })];
  assertEquals(versionsAfter(choice, ...answers), ["2.0", "2.0", "2.0"]);
  assertEquals(versionsAfter(choice, answer(415)), ["1.0 again"]);
});

test("ProtocolChoice: a 400 is a guess, which can be taken back", () => {
  const choice = choiceOf();
  const before = choice.protocol;
  versionsAfter(choice, answer(400));
  assertEquals([choice.isGuess, choice.hasFallenBack], [true, true]);
  choice.restore(before);
  assertEquals([choice.protocol, choice.hasFallenBack], [before, false]);
  versionsAfter(choice, answer(415));
  assertEquals(choice.isGuess, false);
});

test("ProtocolChoice: what a success counts is not asked for if it shall not be", () => {
  assertEquals(versionsAfter(choiceOf({ checkWritten: false }), answer(204)), ["2.0"]);
});

test("ProtocolChoice: a version that is given stays", () => {
  for (const protocol of ["1.0", "2.0"] as const) {
    const choice = choiceOf({ protocol });
    assertEquals(versionsAfter(choice, answer(415), answer(400), answer(204)), [
      protocol,
      protocol,
      protocol,
    ]);
    assertEquals(choice.hasFallenBack, false);
  }
});
