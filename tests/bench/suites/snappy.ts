import { contenders } from "../contenders/contenders.ts";
import type { Measurement, Operation, Settings, Work } from "../measure/operation.ts";
import { timeAll } from "../measure/timing.ts";
import { counterPopulation } from "./population.ts";
import { accepts } from "./scraping.ts";

/** A compressor as both have it. */
interface Compressor {
  compress(data: Uint8Array): Uint8Array;
}

/** From `node_modules`, as every contender; what is named in the source would be bundled. */
const snappyjs = "snappyjs" as string;

/** No export of the package leads to its own compressor, so it is loaded as a file. */
const own = "./node_modules/@edgeprom/edgeprom/src/push/remote_write/snappy.js";

/** Compressing what a registry with so many series writes, as a push does. */
export async function snappy(settings: Settings): Promise<Measurement[]> {
  const operations = [
    operationOf("snappy, page of 10 k series", accepts.text),
    operationOf("snappy, protobuf page of 10 k series", accepts.protobuf),
  ];
  return await timeAll(operations.filter(({ name }) => settings.only.test(name)), settings);
}

function operationOf(name: string, accept: string): Operation {
  return {
    name,
    unit: "µs",
    contenders: {
      edgeprom: async () => compressing(await import(new URL(own, import.meta.url).href), accept),
      snappyjs: async () => compressing((await import(snappyjs)).default, accept),
    },
  };
}

async function compressing({ compress }: Compressor, accept: string): Promise<Work> {
  const library = await contenders.edgeprom();
  counterPopulation(library, 10_000);
  const { bytes } = await library.page(accept);
  return {
    run(times) {
      let total = 0;
      for (let i = 0; i < times; i++) total += compress(bytes).length;
      return total;
    },
  };
}
