import { assert, assertEquals } from "@std/assert";
import { ask } from "../runtimes/http_client.ts";
import { freePort } from "../support/network.ts";
import type { Running } from "../support/process.ts";
import { RemoteWriteReceiver } from "../support/remote_write_receiver.ts";
import { until } from "../support/until.ts";

/** An example that sends its metrics, and what a receiver has in the end. */
export interface PushExample {
  readonly file: string;
  /** @param url Where it serves, if it does. */
  check(running: Running, receiver: RemoteWriteReceiver, url: string): Promise<void>;
}

export const pushExamples: readonly PushExample[] = [
  {
    file: "push_job.ts",
    async check(running, receiver) {
      assertEquals(await running.exit, { code: 0, signal: null });
      const target = 'instance="orders",job="import"';
      const rows = (result: string) => `import_rows_total{${target},result="${result}"}`;
      assertEquals(receiver.samples(rows("imported")).map(({ value }) => value), [0, 2]);
      assertEquals(receiver.increase(rows("rejected")), 1);
      const success = `import_last_success_timestamp_seconds{${target}}`;
      assert(Math.abs((receiver.latest(success) ?? 0) - Date.now() / 1000) < 60);
      assertEquals(endedSeries(receiver), []);
    },
  },
  {
    file: "push_service.ts",
    async check(running, receiver, url) {
      await order(url);
      assertEquals(await running.stop("SIGTERM"), { code: 0, signal: null });
      const [key] = receiver.keys().filter((key) => key.startsWith("shop_orders_total"));
      assertEquals(receiver.increase(key), 1);
      assertEquals(endedSeries(receiver), receiver.keys());
    },
  },
];

/** Runs an example with a receiver of its own, and checks what that was sent. */
export async function runPushExample(
  { check }: PushExample,
  launch: (env: Readonly<Record<string, string>>) => Running,
): Promise<void> {
  const receiver = new RemoteWriteReceiver();
  const { url, close } = await receiver.listen();
  const port = await freePort();
  const running = launch({ REMOTE_WRITE_URL: url, PORT: String(port) });
  try {
    await check(running, receiver, `http://127.0.0.1:${port}`);
    assertEquals([receiver.violations, running.output()], [[], ""]);
  } catch (error) {
    throw new Error(running.output(), { cause: error });
  } finally {
    await running.stop("SIGKILL");
    await close();
  }
}

/** Orders once, as soon as somebody serves there. */
export async function order(url: string): Promise<void> {
  const post = () => ask(`${url}/orders/card`, { method: "POST" }).catch(() => undefined);
  const answer = await until(post);
  assertEquals(answer?.status, 200, answer?.body.toString());
}

/** The series of which the receiver knows the end. */
function endedSeries(receiver: RemoteWriteReceiver): readonly string[] {
  return receiver.keys().filter((key) => receiver.samples(key).at(-1)?.isStale);
}
