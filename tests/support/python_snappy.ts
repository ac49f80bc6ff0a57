import { Buffer } from "node:buffer";
import { execFileSync } from "node:child_process";

/**
 * One block a line, in base64; the data of one a line back. It reads all before it writes: Deno
 * reads nothing until all is written to it.
 */
const script = `
import base64, snappy, sys
for line in sys.stdin.readlines():
    print(base64.b64encode(snappy.uncompress(base64.b64decode(line))).decode())
`;

/**
 * Reads blocks with python-snappy, which calls Google's own library.
 *
 * @throws {Error} If one of them is not valid.
 */
export function uncompressInPython(blocks: readonly Uint8Array[]): Uint8Array[] {
  const input = blocks.map((block) => `${Buffer.from(block).toString("base64")}\n`).join("");
  const options = { input, stdio: "pipe", maxBuffer: 2 ** 28 } as const;
  const output = execFileSync("/usr/bin/python3", ["-c", script], options);
  return output.toString().split("\n").slice(0, -1).map((line) =>
    Uint8Array.from(Buffer.from(line, "base64"))
  );
}
