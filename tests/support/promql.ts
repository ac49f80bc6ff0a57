import { parser } from "@prometheus-io/lezer-promql";

/** A window that no query has by itself, in place of Grafana's variable. */
const rateInterval = "9973s";

/** A query with Grafana's variables replaced by what they might be. */
export function withoutVariables(query: string, interval = rateInterval): string {
  return query.replaceAll("$__rate_interval", interval)
    .replaceAll('"$job"', '".+"').replaceAll('"$instance"', '".+"');
}

/** The places at which Prometheus' grammar does not understand a query; none if it is right. */
export function syntaxErrors(query: string): readonly string[] {
  const errors: string[] = [];
  parser.parse(query).iterate({
    enter: ({ type, from, to }) => {
      if (type.isError) errors.push(`at ${from}: ${query.slice(from, Math.max(to, from + 20))}`);
    },
  });
  return errors;
}

/** A selector of a query, and what is done with it. */
export interface Selection {
  /** The name of the samples that it selects; `""` if it matches them otherwise. */
  readonly name: string;
  /** The matchers as they are written. */
  readonly matchers: readonly string[];
  /** The window, with Grafana's variable as it is; `undefined` if there is none. */
  readonly window: string | undefined;
  /** The function around it. */
  readonly function: string | undefined;
}

/** The selectors of a query with Grafana's variables in it. */
export function selectionsIn(query: string): readonly Selection[] {
  const text = query.replaceAll("$__rate_interval", rateInterval);
  const selections: Selection[] = [];
  parser.parse(text).iterate({
    enter: ({ node, name, to }) => {
      if (name !== "VectorSelector") return;
      const textOf = (part: { from: number; to: number } | null | undefined) =>
        part ? text.slice(part.from, part.to) : undefined;
      const list = node.getChild("LabelMatchers");
      const matchers = [
        ...list?.getChildren("UnquotedLabelMatcher") ?? [],
        ...list?.getChildren("QuotedLabelMatcher") ?? [],
      ].map((matcher) => textOf(matcher)!);
      const named = matchers.find((matcher) => matcher.startsWith("__name__="));
      const matrix = node.parent?.name === "MatrixSelector" ? node.parent : undefined;
      const window = matrix && text.slice(to, matrix.to);
      const call = (matrix ?? node).parent?.parent;
      selections.push({
        name: textOf(node.getChild("Identifier")) ??
          (named === undefined ? "" : unquoted(named.slice("__name__=".length))),
        matchers,
        window: window?.replace(rateInterval, "$__rate_interval"),
        function: call?.name === "FunctionCall"
          ? textOf(call.getChild("FunctionIdentifier"))
          : undefined,
      });
    },
  });
  return selections;
}

/** What a text in quotes stands for; `\x24` is the only escape that JSON does not have. */
function unquoted(text: string): string {
  return JSON.parse(text.replaceAll("\\\\", "\\u005c").replaceAll(/\\x(..)/g, "\\u00$1"));
}
