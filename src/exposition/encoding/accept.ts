/**
 * One alternative of an `Accept` or `Accept-Encoding` header.
 *
 * @category Formats
 */
export interface AcceptClause {
  /** The media range or coding, in lower case. */
  readonly value: string;
  /** Parameters by lower-case name, without `q`; if one is repeated, its first value. */
  readonly parameters: ReadonlyMap<string, string>;
  /** The weight, from 0 (refused) to 1. */
  readonly quality: number;
}

// An unclosed quote extends to the end of the header: searching for its end again at each quote
// would take seconds for a header of 100 kB.
const clausePattern = /(?:"(?:[^"\\]|\\.)*(?:"|\\?$)|[^,"])+/g;
const parameterPattern = /;\s*([^\s=;"]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)(?:"|\\?$)|([^\s;"]*))/g;

/**
 * Parses an `Accept` or `Accept-Encoding` header. It never fails: malformed parts are skipped, and
 * a weight above 1, which Prometheus 2.49 sends, counts as 1.
 *
 * Source: RFC 9110, sections 12.4.2, 12.5.1 and 12.5.3.
 */
export function parseAccept(header: string): AcceptClause[] {
  const clauses = header.match(clausePattern) ?? [];
  return clauses.map(parseClause).filter(({ value }) => value !== "");
}

function parseClause(clause: string): AcceptClause {
  const semicolon = clause.indexOf(";");
  const value = (semicolon < 0 ? clause : clause.slice(0, semicolon)).trim().toLowerCase();
  const parameters = new Map<string, string>();
  let quality = 1;
  for (const [, name, quoted, plain] of clause.matchAll(parameterPattern)) {
    const key = name.toLowerCase();
    const text = quoted?.replace(/\\(.)/g, "$1") ?? plain;
    if (key === "q") quality = readQuality(text);
    else if (!parameters.has(key)) parameters.set(key, text);
  }
  return { value, parameters, quality };
}

function readQuality(text: string): number {
  const quality = Number(text);
  return text === "" || Number.isNaN(quality) ? 1 : Math.min(Math.max(quality, 0), 1);
}
