import { readFileSync } from "node:fs";

/** A client whose place one of our entries takes. */
export interface DropIn {
  /** The client's package. */
  readonly client: string;
  /** Our entry, a file. */
  readonly entry: string;
  /** What programs do with its types. */
  readonly uses: string;
}

const { exports } = JSON.parse(readFileSync("deno.json", "utf8"));

/** All of them. */
export const dropIns: readonly DropIn[] = [
  {
    client: "prom-client",
    entry: exports["./prom-client"],
    uses: "tests/types/clients/prom_client.ts",
  },
  {
    client: "@prometheus-io/client",
    entry: exports["./prometheus-client"],
    uses: "tests/types/clients/prometheus_client.ts",
  },
];
