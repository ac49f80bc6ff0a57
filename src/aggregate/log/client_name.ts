import { lastingBytes } from "../../deltas/batches/format.ts";

/** Bytes as hexadecimal digits. */
export function hexOf(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += (byte < 16 ? "0" : "") + byte.toString(16);
  return text;
}

/** A client's name that stays when it begins anew, and how often it has. */
export function lastingOf(client: Uint8Array): { client: string; generation: number } {
  const view = new DataView(client.buffer, client.byteOffset);
  return {
    client: hexOf(client.subarray(0, lastingBytes)),
    generation: view.getUint32(lastingBytes),
  };
}
