/** The example of an aggregator with SQLite, and jobs that send to it, from this repository. */
import process from "node:process";
import { test } from "node:test";
import { runAggregateExample } from "../installation/aggregate_example.ts";
import { commandsOf } from "../installation/example_commands.ts";
import { start } from "../support/process.ts";

test("aggregate_service.ts adds up what jobs sent, once, also after a kill", () =>
  runAggregateExample((file, env) => {
    const [{ args }] = commandsOf(`examples/${file}`).filter(({ program }) => program === "deno");
    const path = args.map((arg) => arg === file ? `examples/${file}` : arg);
    return start(process.execPath, path, { env });
  }));
