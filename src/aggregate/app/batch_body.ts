import { batchType } from "../../deltas/reply.ts";
import { raceDeadline } from "../../model/platform/deadline.ts";

/** Why a body was not read. */
export class BodyFailure {
  /** The status of the answer. */
  readonly status: 400 | 408 | 413 | 415;
  /** Why, and what to do. */
  readonly reason: string;

  constructor(status: BodyFailure["status"], reason: string) {
    this.status = status;
    this.reason = reason;
  }
}

/** How much of a body is read, and how long that may take. */
export interface BodyLimits {
  /** The longest body in bytes, before and after it is decompressed. */
  readonly longestBytes: number;
  /** The longest time in seconds. */
  readonly seconds: number;
}

type Chunks = ReadableStream<Uint8Array<ArrayBuffer>>;

/**
 * The body of a batch, decompressed. Not more is read and held than the limit, whatever the headers
 * say: a kilobyte of gzip may be a gigabyte.
 */
export async function batchBody(
  request: Request,
  { longestBytes, seconds }: BodyLimits,
): Promise<Uint8Array<ArrayBuffer> | BodyFailure> {
  const tooLong = new BodyFailure(
    413,
    `the batch is longer than ${longestBytes} bytes; lower longestBytes of the DeltaPusher, or ` +
      "raise that of createAggregatorApp()",
  );
  if (Number(request.headers.get("content-length")) > longestBytes) return tooLong;
  const type = request.headers.get("content-type")?.split(";", 1)[0].trim().toLowerCase() ?? "none";
  if (type !== batchType) {
    return new BodyFailure(415, `content-type ${type.slice(0, 80)} is not ${batchType}`);
  }
  const encoding = request.headers.get("content-encoding")?.trim().toLowerCase() ?? "identity";
  if (encoding !== "identity" && encoding !== "gzip") {
    return new BodyFailure(415, `content-encoding ${encoding} is not known; send gzip or none`);
  }
  let body = request.body as Chunks | null;
  if (body === null) return new Uint8Array(0);
  if (encoding === "gzip") {
    body = bounded(body, longestBytes).pipeThrough(new DecompressionStream("gzip"));
  }
  const reader = body.getReader();
  const stop = () => void reader.cancel().catch(() => {});
  try {
    return await raceDeadline(
      readAtMost(reader, longestBytes).then((bytes) => bytes ?? (stop(), tooLong)),
      { seconds },
      () => {
        stop();
        return new BodyFailure(408, `the batch did not arrive within ${seconds} s; send it again`);
      },
    );
  } catch (error) {
    if (error === tooMuch) return tooLong;
    return new BodyFailure(400, "the body broke off, or is no gzip; send it again");
  }
}

const tooMuch = /* @__PURE__ */ new Error("more bytes than the limit");

/** The same chunks up to a number of bytes; more is an error. */
function bounded(body: Chunks, longestBytes: number): Chunks {
  let bytes = 0;
  return body.pipeThrough(
    new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
      transform(chunk, controller) {
        bytes += chunk.length;
        if (bytes > longestBytes) controller.error(tooMuch);
        else controller.enqueue(chunk);
      },
    }),
  );
}

async function readAtMost(
  reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>,
  longestBytes: number,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > longestBytes) return undefined;
    chunks.push(value);
  }
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}
