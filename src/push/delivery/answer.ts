/** What a server answered. */
export interface Answer {
  /** The status. */
  readonly status: number;
  /** The headers. */
  readonly headers: Headers;
  /**
   * What the server said of a failure, at most 1,000 characters, and `""` of a success; or whatever
   * it said, if replies are read.
   */
  readonly text: string;
}

/** Characters of a failure's body that are kept. */
const mostCharacters = 1000;

/** A body that is not read keeps its connection busy, on some runtimes until it is collected. */
export function discard({ body }: Response): void {
  body?.cancel().catch(() => {});
}

/**
 * Reads an answer: of a failure its text up to a bound, of a success nothing, unless replies are read.
 *
 * It never rejects because of the body: the status is worth more than the rest of the words.
 *
 * @param signal Ends the reading; what was read until then is the text.
 * @param replyCharacters How many characters are kept of any answer, if replies are read.
 */
export async function readAnswer(
  response: Response,
  signal: AbortSignal,
  replyCharacters?: number,
): Promise<Answer> {
  const { status, headers } = response;
  const location = status >= 300 && status < 400 ? headers.get("location") : null;
  if (location !== null || response.ok && replyCharacters === undefined) {
    discard(response);
    return { status, headers, text: location === null ? "" : bounded(`moved to ${location}`) };
  }
  return { status, headers, text: await readText(response, signal, replyCharacters) };
}

async function readText(
  { body }: Response,
  signal: AbortSignal,
  characters: number = mostCharacters,
): Promise<string> {
  if (body === null) return "";
  const reader = body.getReader();
  const stop = () => void reader.cancel().catch(() => {});
  signal.addEventListener("abort", stop);
  const decoder = new TextDecoder();
  // A character has at most four bytes.
  const mostBytes = 4 * characters;
  let text = "";
  try {
    for (let bytes = 0; bytes < mostBytes && !signal.aborted;) {
      const { done, value } = await reader.read();
      if (done) break;
      bytes += value.byteLength;
      text += decoder.decode(value.subarray(0, mostBytes), { stream: true });
    }
  } catch {
    // The connection was closed in the middle.
  }
  signal.removeEventListener("abort", stop);
  stop();
  return bounded(text, characters);
}

/** A text without white space around it, and short; no character is cut in halves. */
function bounded(text: string, characters: number = mostCharacters): string {
  return text.trim().slice(0, characters).replace(/[\ud800-\udbff]$/, "");
}
