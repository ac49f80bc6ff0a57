import { reasonOf } from "../../model/errors.ts";
import type { Answer } from "./answer.ts";
import type { Endpoint } from "./endpoint.ts";
import { PushError } from "./push_error.ts";

/** What to do if the server is none that takes Remote Write. */
const writePaths = "check the path of url: /api/v1/write for Prometheus, which needs " +
  "--web.enable-remote-write-receiver; /api/v1/push for Mimir; /api/prom/push for Grafana Cloud";

/** What is said of an answer beside its status and text. */
interface Circumstances {
  /** What to do about 404, 405 and a success of another protocol. */
  readonly notFound?: string;
  /** What follows the server's words, such as how often it was asked. */
  readonly after?: string;
  /** What to do, if more is known than the status says. */
  readonly remedy?: string;
}

/** Characters of the server's words in a message; all of them are in the error's `answer`. */
const mostCharacters = 300;

/** The error for an answer, with the server's words and a remedy if one is known. */
export function answerError(
  target: string,
  { status, text }: Answer,
  { notFound = writePaths, after = "", remedy = remedyOf(status, notFound) }: Circumstances = {},
): PushError {
  const words = text.replace(/\s+/g, " ");
  const short = words.length > mostCharacters ? `${words.slice(0, mostCharacters)}...` : words;
  const said = short === "" ? "" : `, ${short}`;
  return new PushError(
    `edgeprom push to ${target}: ${status}${said}${after}${remedy === "" ? "" : `; ${remedy}`}`,
    { status, answer: text },
  );
}

/** The error if there was no answer. */
export function unansweredError(target: string, problem: string, cause?: unknown): PushError {
  return new PushError(`edgeprom push to ${target}: ${problem}`, { cause });
}

/**
 * The error if a request failed on its way. If the URL has a query, it is in no message, and there
 * is no cause, as it may hold a token.
 */
export function networkError(
  endpoint: Pick<Endpoint, "target" | "url" | "conceal">,
  thrown: unknown,
  after: string,
): PushError {
  const reason = endpoint.conceal(networkReason(thrown));
  const cause = new URL(endpoint.url).search === "" ? thrown : undefined;
  return unansweredError(endpoint.target, `${reason}${after}; is the server reachable?`, cause);
}

/** Why a request failed, in words; those of Node stand in the cause. */
function networkReason(thrown: unknown): string {
  const cause = thrown instanceof Error ? thrown.cause : undefined;
  const inner = cause === undefined ? "" : reasonOf(cause) || codeOf(cause);
  const outer = reasonOf(thrown);
  return inner === "" || outer.includes(inner) ? outer : `${outer}: ${inner}`;
}

/** The code of an error that has no message, as Node's if all addresses of a host failed. */
function codeOf(cause: unknown): string {
  return String((cause as { readonly code?: unknown }).code ?? "");
}

function remedyOf(status: number, notFound: string): string {
  if (status === 401 || status === 403) return "check authorization";
  if (status === 404 || status === 405 || status < 300) return notFound;
  return status >= 300 && status < 400 ? "set the URL to the address that it moved to" : "";
}
