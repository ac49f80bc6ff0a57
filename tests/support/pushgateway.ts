import { pushgatewayPath } from "./components.ts";
import type { DecodedFamily } from "./decoded_family.ts";
import { answering, freePort } from "./network.ts";
import { start } from "./process.ts";
import { decodeFamilies } from "./protobuf.ts";

/** The labels of a group, and the values of its metrics by name: those of counters and gauges. */
export interface Group {
  readonly labels: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, readonly string[]>>;
}

/** A real Pushgateway with nothing in it. */
export interface RunningPushgateway {
  readonly url: string;
  /** The groups as its HTTP API tells them, without its own metrics. */
  groups(): Promise<readonly Group[]>;
  /** The families of its page in protobuf, as Prometheus scrapes them. */
  families(): Promise<readonly DecodedFamily[]>;
  stop(): Promise<void>;
}

/** @param prefix A path before those of the gateway, such as `/gateway`. */
export async function startPushgateway(prefix = ""): Promise<RunningPushgateway> {
  const address = `127.0.0.1:${await freePort()}`;
  const server = start(pushgatewayPath, [
    "--persistence.file=",
    `--web.listen-address=${address}`,
    `--web.route-prefix=${prefix}`,
    "--web.enable-admin-api",
    "--log.level=error",
  ]);
  const url = `http://${address}${prefix}`;
  const stop = async () => void await server.stop();
  const died = server.exit.then(() => {
    throw new Error(`the Pushgateway did not start:\n${server.output()}`);
  });
  const ready = await Promise.race([answering(`${url}/-/ready`), died]).catch(async (error) => {
    await stop();
    throw error;
  });
  await ready.body?.cancel();

  return {
    url,
    stop,
    groups: async () => {
      const { data } = await (await fetch(`${url}/api/v1/metrics`)).json();
      return data.map(groupOf);
    },
    families: async () => {
      const headers = {
        Accept: "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; " +
          "encoding=delimited",
      };
      const page = await (await fetch(`${url}/metrics`, { headers })).arrayBuffer();
      return decodeFamilies(new Uint8Array(page));
    },
  };
}

/** A family of the API of the gateway. */
interface ToldFamily {
  readonly metrics?: readonly { readonly value?: string }[];
}

function groupOf(
  { labels, ...told }: Readonly<Record<string, ToldFamily>> & { readonly labels: Group["labels"] },
): Group {
  const families = Object.entries<ToldFamily>(told)
    .filter(([name, { metrics }]) => metrics !== undefined && !/^push_.*time_seconds$/.test(name))
    .sort(([one], [other]) => one < other ? -1 : 1);
  const values = families.map(([name, { metrics }]) => {
    return [name, metrics!.map(({ value = "" }) => value).sort()] as const;
  });
  return { labels, values: Object.fromEntries(values) };
}
