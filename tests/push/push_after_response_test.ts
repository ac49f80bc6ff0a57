import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { Hono, type MiddlewareHandler } from "hono";
import { test } from "node:test";
import { PushError } from "../../src/push/delivery/push_error.ts";
import {
  pushAfterResponse,
  type PushAfterResponseOptions,
  type ResponseContext,
} from "../../src/push/push_after_response.ts";
import { withClock } from "../support/clock.ts";
import { deferred, never, pause, within } from "../support/deferred.ts";
import { withoutTimers } from "../support/fake_timers.ts";

/** A target of which each push ends as it is told, and the requests that wait for one. */
function setUp(end: () => Promise<unknown> = () => Promise.resolve()) {
  const begun: number[] = [];
  const waited: Promise<unknown>[] = [];
  const target = {
    flush() {
      begun.push(waited.length);
      return end();
    },
  };
  const executionCtx = {
    waitUntil: (push: Promise<unknown>) => void waited.push(push),
    passThroughOnException() {},
    props: {},
  };
  /** All pushes so far have ended. */
  const ended = () => within(5, Promise.all(waited));
  return { target, begun, waited, executionCtx, ended };
}

const done = () => Promise.resolve();

test("pushAfterResponse pushes after Hono's response, and the Worker waits for that", async () => {
  const push = deferred();
  const { target, begun, waited, executionCtx, ended } = setUp(() => push.promise);
  const app = new Hono<{ Bindings: { secret: string }; Variables: { user: string } }>();
  const middleware: MiddlewareHandler = pushAfterResponse(target);
  app.use(middleware);
  app.use("/orders/*", pushAfterResponse(target, { everySeconds: 1 }));
  app.get("/", (context) => context.text(`pushes: ${begun.length}`));

  const response = await app.request("/", {}, { secret: "s" }, executionCtx);
  assertEquals([response.status, await response.text()], [200, "pushes: 0"]);
  assertEquals(waited.length, 1);
  push.resolve();
  await ended();
  assertEquals(begun.length, 1);
});

test("pushAfterResponse lets the response go before anything is gathered", async () => {
  const { target, begun, executionCtx, ended } = setUp();
  const middleware = pushAfterResponse(target);
  await middleware({ executionCtx }, done);
  for (let turn = 0; turn < 100; turn++) await null;
  assertEquals(begun.length, 0);
  await ended();
  assertEquals(begun.length, 1);
});

test("pushAfterResponse pushes without an execution context, also where reading it throws", async () => {
  const contexts: readonly ResponseContext[] = [
    {},
    {
      get executionCtx(): never {
        throw new Error("This context has no ExecutionContext");
      },
    },
    { executionCtx: {} } as ResponseContext,
    {
      executionCtx: {
        waitUntil() {
          throw new TypeError("Illegal invocation");
        },
      },
    },
  ];
  for (const context of contexts) {
    const pushed = deferred();
    const flush = () => Promise.resolve(pushed.resolve());
    await pushAfterResponse({ flush })(context, done);
    await within(5, pushed.promise);
  }
  const pushed = deferred();
  const app = new Hono();
  app.use(pushAfterResponse({ flush: () => Promise.resolve(pushed.resolve()) }));
  app.get("/", (context) => context.text("ok"));
  assertEquals((await app.request("/")).status, 200);
  await within(5, pushed.promise);
});

test("pushAfterResponse calls waitUntil() and flush() as methods of their objects", async () => {
  class Target {
    pushes = 0;
    flush() {
      return Promise.resolve(++this.pushes);
    }
  }
  class ExecutionContext {
    readonly waited: Promise<unknown>[] = [];
    waitUntil(push: Promise<unknown>) {
      this.waited.push(push);
    }
  }
  const target = new Target();
  const executionCtx = new ExecutionContext();
  await pushAfterResponse(target)({ executionCtx }, done);
  await within(5, Promise.all(executionCtx.waited));
  assertEquals(target.pushes, 1);
});

test("pushAfterResponse pushes at most every so often, by the monotonic clock", async () => {
  for (const [options, seconds] of [[{}, 10], [{ everySeconds: 0.5 }, 0.5]] as const) {
    await withClock(async (clock) => {
      const { target, begun, waited, executionCtx, ended } = setUp();
      const middleware = pushAfterResponse(target, options);
      const pushes = async () => {
        await middleware({ executionCtx }, done);
        await ended();
        return begun.length;
      };
      assertEquals([await pushes(), await pushes()], [1, 1]);
      clock.advance(seconds - 0.01);
      assertEquals(await pushes(), 1);
      clock.advance(0.01);
      assertEquals([await pushes(), await pushes(), waited.length], [2, 2, 2]);
    });
  }
});

test("pushAfterResponse begins no push while one is running, and no request joins it", async () => {
  await withClock(async (clock) => {
    const push = deferred();
    const { target, begun, waited, executionCtx, ended } = setUp(() => push.promise);
    const middleware = pushAfterResponse(target);
    await middleware({ executionCtx }, done);
    clock.advance(30);
    await middleware({ executionCtx }, done);
    assertEquals(waited.length, 1);
    push.resolve();
    await ended();
    await middleware({ executionCtx }, done);
    await ended();
    assertEquals([begun.length, waited.length], [2, 2]);
  });
});

test("pushAfterResponse takes a push that never ends to be lost after a minute", async () => {
  await withClock(async (clock) => {
    const ends: (() => Promise<unknown>)[] = [never, () => Promise.resolve()];
    const { target, begun, waited, executionCtx } = setUp(() => ends.shift()!());
    const middleware = pushAfterResponse(target);
    await middleware({ executionCtx }, done);
    clock.advance(59);
    await middleware({ executionCtx }, done);
    assertEquals(waited.length, 1);
    clock.advance(1);
    await middleware({ executionCtx }, done);
    await within(5, waited[1]);
    assertEquals(begun.length, 2);
  });
});

for (
  const [what, flush] of Object.entries({
    rejects: () => Promise.reject(new Error("out of order")),
    throws: () => {
      throw new Error("out of order");
    },
    "returns no promise": (() => undefined) as unknown as () => Promise<unknown>,
  })
) {
  test(`pushAfterResponse: a flush that ${what} harms nobody, and others follow it`, async () => {
    await withClock(async (clock) => {
      const { target, begun, executionCtx, ended } = setUp(flush);
      const middleware = pushAfterResponse(target);
      await middleware({ executionCtx }, done);
      await ended();
      clock.advance(10);
      await middleware({ executionCtx }, done);
      await ended();
      assertEquals(begun.length, 2);
    });
  });
}

test("pushAfterResponse pushes after a handler that throws, and passes the error on", async () => {
  const { target, begun, executionCtx, ended } = setUp();
  const failing = () => Promise.reject(new Error("no such order"));
  const asking = pushAfterResponse(target)({ executionCtx }, failing);
  await assertRejects(() => asking, Error, "no such order");
  await ended();
  assertEquals(begun.length, 1);
});

test("pushAfterResponse pushes although timers are faked", async () => {
  const { target, begun, executionCtx, ended } = setUp();
  await withoutTimers(async () => {
    await pushAfterResponse(target)({ executionCtx }, done);
    await ended();
  });
  assertEquals(begun.length, 1);
});

test("pushAfterResponse waits as long as the server has asked for", async () => {
  const { executionCtx, ended } = setUp();
  let pushes = 0;
  const target = { flush: () => Promise.resolve({ retryAfterSeconds: ++pushes === 1 ? 0.3 : 0 }) };
  const middleware = pushAfterResponse(target, { everySeconds: 0.001 });
  const ask = async () => {
    await middleware({ executionCtx }, done);
    await ended();
    await pause(0.01);
  };
  await ask();
  await ask();
  assertEquals(pushes, 1);
  await pause(0.3);
  await ask();
  await ask();
  assertEquals(pushes, 3);
});

test("pushAfterResponse checks its arguments", () => {
  const refused = (target: unknown, options?: unknown) =>
    assertThrows(
      () => pushAfterResponse(target as never, options as PushAfterResponseOptions),
      PushError,
    ).message;
  assertEquals(
    refused(undefined),
    "pushAfterResponse(): target undefined must be a RemoteWriter, or another object with a " +
      "method flush()",
  );
  const target = { flush: () => Promise.resolve() };
  assertEquals(
    refused(target, { everySecond: 5 }),
    'pushAfterResponse(): unknown option "everySecond"; it is called "everySeconds" here',
  );
  assertEquals(
    refused(target, { everySeconds: 0 }),
    "pushAfterResponse(): everySeconds 0 must be a number above 0",
  );
});
