/** The examples that send metrics, where a server does not take them. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import process from "node:process";
import { test } from "node:test";
import { commandsOf } from "../installation/example_commands.ts";
import { order } from "../installation/push_examples.ts";
import { freePort } from "../support/network.ts";
import { start } from "../support/process.ts";
import { answering, RemoteWriteReceiver } from "../support/remote_write_receiver.ts";

/** Starts an example by its command for Deno, with a server that refuses to know it. */
async function startRefused(file: string) {
  const receiver = new RemoteWriteReceiver({ usually: answering(401) });
  const { url, close } = await receiver.listen();
  const port = await freePort();
  const [{ args }] = commandsOf(`examples/${file}`).filter(({ program }) => program === "deno");
  const path = args.map((arg) => arg === file ? `examples/${file}` : arg);
  const env = { REMOTE_WRITE_URL: url, PORT: String(port) };
  const running = start(process.execPath, path, { env });
  const end = async () => {
    await running.stop("SIGKILL");
    await close();
  };
  return { running, end, url: `http://127.0.0.1:${port}` };
}

const reason = "401, answer 401; check authorization";

test("push_job.ts says why its push failed, and ends as its work does", async () => {
  const { running, end } = await startRefused("push_job.ts");
  try {
    assertEquals(await running.exit, { code: 0, signal: null }, running.output());
    assertStringIncludes(running.output(), reason);
  } finally {
    await end();
  }
});

test("push_service.ts serves, says once why its pushes fail, and ends on SIGTERM", async () => {
  const { running, end, url } = await startRefused("push_service.ts");
  try {
    await order(url);
    assertEquals(await running.stop("SIGTERM"), { code: 0, signal: null }, running.output());
    assertEquals(running.output().split(reason).length - 1, 1, running.output());
  } finally {
    await end();
  }
});
