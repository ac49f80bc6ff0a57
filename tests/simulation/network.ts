import type { BatchReply, BatchResult } from "../../src/deltas/reply.ts";
import { aggregatorHeader } from "../../src/deltas/reply.ts";
import { bearer, type Host } from "./host.ts";
import type { Frame, Ledger } from "./ledger.ts";
import type { Random } from "./random.ts";

/** How often what goes wrong. */
export interface Faults {
  /** Of all requests, those that never arrive. */
  readonly lostRequests: number;
  /** Those that arrive much later, when the client has long given them up. */
  readonly delayedRequests: number;
  /** Those of which another copy arrives later. */
  readonly duplicates: number;
  /** Of all answers, those that never arrive. */
  readonly lostReplies: number;
}

export const faults: Faults = {
  lostRequests: 0.05,
  delayedRequests: 0.05,
  duplicates: 0.1,
  lostReplies: 0.3,
};

/** What went over the network. */
export interface Traffic {
  requests: number;
  lostRequests: number;
  delayed: number;
  duplicates: number;
  lostReplies: number;
  crashed: number;
}

/** A copy of a frame that is still under way. */
interface Copy {
  readonly frame: Frame;
  readonly due: number;
}

/** A network between clients and their aggregator, which loses, repeats and delays as a seed decides. */
export class Network {
  readonly traffic: Traffic = {
    requests: 0,
    lostRequests: 0,
    delayed: 0,
    duplicates: 0,
    lostReplies: 0,
    crashed: 0,
  };
  readonly #host: Host;
  readonly #ledger: Ledger;
  readonly #faults: Faults;
  readonly #onTick: () => Promise<void> | void;
  #underWay: Copy[] = [];

  constructor(host: Host, ledger: Ledger, onTick: () => Promise<void> | void, faulty = faults) {
    this.#host = host;
    this.#ledger = ledger;
    this.#onTick = onTick;
    this.#faults = faulty;
  }

  /** What a client sends by. */
  connection(client: number, random: Random): {
    fetch(input: string | URL | Request, init?: RequestInit): Promise<Response>;
  } {
    return {
      fetch: async (input, init) => {
        const request = new Request(input, init);
        const bytes = await bodyOf(request);
        const frame = this.#ledger.frameOf(client, bytes);
        return await this.#send(frame, request, random);
      },
    };
  }

  async #send(frame: Frame, request: Request, random: Random): Promise<Response> {
    const { traffic } = this;
    const faults = this.#faults;
    traffic.requests++;
    const fate = random.next();
    const isDoubled = random.chance(faults.duplicates);
    const isReplyLost = random.chance(faults.lostReplies);
    const manner = random.below(4);
    const delay = random.chance(0.5) ? random.between(1, 60) : random.between(100, 3000);
    await this.#tick();
    if (isDoubled) {
      traffic.duplicates++;
      this.#underWay.push({ frame, due: traffic.requests + delay });
    }
    if (fate < faults.lostRequests) {
      traffic.lostRequests++;
      throw new TypeError("connection refused");
    }
    if (fate < faults.lostRequests + faults.delayedRequests) {
      traffic.delayed++;
      this.#underWay.push({ frame, due: traffic.requests + delay });
      throw new TypeError("connection timed out");
    }
    const response = await this.#deliver(frame, request);
    if (!isReplyLost) return response;
    traffic.lostReplies++;
    return somethingElse(manner);
  }

  /** Delivers what is under way, all of it or only what is due. */
  async arrive(all = false): Promise<void> {
    const { requests } = this.traffic;
    const due = this.#underWay.filter((copy) => all || copy.due <= requests);
    this.#underWay = this.#underWay.filter((copy) => !due.includes(copy));
    for (const { frame } of due) await this.repeat(frame);
  }

  /** Delivers another copy of a frame. */
  async repeat(frame: Frame): Promise<void> {
    const request = new Request("https://aggregator.test/deltas", {
      method: "POST",
      headers: { ...this.#headers, authorization: `Bearer ${bearer}` },
      body: frame.bytes,
    });
    await this.#deliver(frame, request).catch(() => {});
  }

  #headers: Record<string, string> = {};

  /** Brings a request to the aggregator, and notes what it answers. */
  async #deliver(frame: Frame, request: Request): Promise<Response> {
    const { method, url } = request;
    const headers = Object.fromEntries(request.headers);
    delete headers["content-encoding"];
    delete headers["content-length"];
    this.#headers = headers;
    await this.#host.ready();
    const answer = this.#host.request(new URL(url).pathname, { method, headers, body: frame.bytes })
      .then(async (response) => ({ response, text: await response.text() }))
      .catch((error) => {
        this.traffic.crashed++;
        throw error;
      });
    const { response, text } = await answer;
    this.#ledger.answered(frame, resultOf(response, text));
    return new Response(text, { status: response.status, headers: response.headers });
  }

  async #tick(): Promise<void> {
    this.#host.tick();
    await Promise.all([this.#onTick(), this.arrive()]);
  }
}

function resultOf(response: Response, text: string): BatchResult {
  if (response.headers.get(aggregatorHeader) === null) {
    throw new Error(`an answer without ${aggregatorHeader}: ${response.status} ${text}`);
  }
  const { result } = JSON.parse(text) as BatchReply;
  if (result === "refused") throw new Error(`a good batch was refused: ${text}`);
  return result;
}

/** What a client gets in place of a lost answer: nothing, or the words of something in between. */
function somethingElse(manner: number): Response {
  switch (manner) {
    case 0:
      return new Response("<html>Bad Gateway</html>", { status: 502 });
    case 1:
      // A portal that wants to be paid.
      return new Response("<html>Welcome</html>", { headers: { "content-type": "text/html" } });
    case 2:
      return new Response('{"result":"unknown"}', { status: 409 });
    default:
      throw new TypeError("connection reset by peer");
  }
}

async function bodyOf(request: Request): Promise<Uint8Array<ArrayBuffer>> {
  const isZipped = request.headers.get("content-encoding") === "gzip";
  const body = isZipped ? request.body!.pipeThrough(new DecompressionStream("gzip")) : request.body;
  return new Uint8Array(await new Response(body).arrayBuffer());
}
