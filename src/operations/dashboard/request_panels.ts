import type { KnownFamily } from "../queries/known_family.ts";
import { labelName } from "../queries/promql.ts";
import { type Caption, type Draft, lines } from "./drafts.ts";
import { heatmapPanel, quantileLines } from "./family_panels.ts";
import { operand, type Queries } from "./queries.ts";
import { titleOf, wordsOf } from "./titles.ts";

/** The two families that tell rate, errors and duration of requests; one of them may be missing. */
export interface RequestFamilies {
  /** What the names of all families about these requests begin with. */
  readonly prefix: string;
  /** The title of their row. */
  readonly title: string;
  readonly isClient: boolean;
  readonly requests?: KnownFamily;
  readonly duration?: KnownFamily;
}

const requestName = /^(.*?)(http_client_|http_)(requests_total|request_duration_seconds)$/s;

/** Labels that hold the status of a response, whoever made the metric. */
const statusLabels: readonly string[] = ["status", "code", "status_code"];
/** Labels that tell one kind of request from another, the best first. */
const kindLabels: readonly string[] = ["route", "host", "handler", "path", "method"];

/** The requests that families are about: incoming and outgoing ones, of each prefix. */
export function findRequests(families: readonly KnownFamily[]): readonly RequestFamilies[] {
  const found = new Map<string, RequestFamilies>();
  for (const family of families) {
    const match = family.name.match(requestName);
    if (match === null) continue;
    const [, owner, direction, what] = match;
    const type = what === "requests_total" ? "counter" : "histogram";
    if (family.type !== type) continue;
    const prefix = owner + direction;
    const isClient = direction === "http_client_";
    const title = isClient ? "Outgoing requests" : "Requests";
    found.set(prefix, {
      prefix,
      title: owner === "" ? title : `${title}, ${titleOf(wordsOf(owner))}`,
      isClient,
      ...found.get(prefix),
      [type === "counter" ? "requests" : "duration"]: family,
    });
  }
  return [...found.values()].sort((one, other) => Number(one.isClient) - Number(other.isClient));
}

/** Whether a family belongs to requests: their number, duration and sizes, and those in flight. */
export function isAbout({ prefix }: RequestFamilies, { name }: KnownFamily): boolean {
  return name.startsWith(`${prefix}request`) || name.startsWith(`${prefix}response`);
}

/** Rate, errors and duration: of all requests in a line, and of each kind in another. */
export function requestPanels(
  about: RequestFamilies,
  queries: Queries,
): readonly (readonly Draft[])[] {
  const { requests, duration } = about;
  const counted = (requests ?? duration)!;
  const kinds = queries.labelsOf(counted);
  const kind = kindLabels.find((label) => kinds.includes(label));
  const status = statusLabels.find((label) => kinds.includes(label));
  const timed = duration && panelsOfDuration(about, duration, queries);
  const isTimedByKind = kind !== undefined && duration?.labels.includes(kind);
  return [
    [
      ratePanel(about, counted, status, queries),
      ...status === undefined ? [] : [errorPanel(about, counted, status, undefined, queries)],
      ...timed === undefined ? [] : [timed.all],
    ],
    kind === undefined ? [] : [
      ratePanel(about, counted, kind, queries),
      ...status === undefined ? [] : [errorPanel(about, counted, status, kind, queries)],
      ...timed === undefined || !isTimedByKind ? [] : [timed.by(kind)],
    ],
    timed === undefined ? [] : [timed.map],
  ];
}

function ratePanel(
  { title, prefix }: RequestFamilies,
  counted: KnownFamily,
  label: string | undefined,
  queries: Queries,
): Draft {
  const by = label === undefined ? "" : ` by ${label}`;
  const caption = {
    key: `${prefix} rate${by}`,
    title: `${title}${by}`,
    description: `${counted.help} Shown per second${by === "" ? "" : `,${by}`}.`,
    unit: "reqps",
  };
  const labels = label === undefined ? [] : [label];
  const legend = label === undefined ? title : `{{${label}}}`;
  return lines(caption, [{ query: queries.countRate(counted, labels), legend }], 0);
}

function errorPanel(
  { title, prefix, isClient }: RequestFamilies,
  counted: KnownFamily,
  status: string,
  kind: string | undefined,
  queries: Queries,
): Draft {
  const by = kind === undefined ? "" : ` by ${kind}`;
  const labels = kind === undefined ? [] : [kind];
  // A request that got no response has the status "error".
  const matcher = `${labelName(status)}=~"${isClient ? "5..|error" : "5.."}"`;
  const failed = queries.countRate(counted, labels, matcher);
  const all = operand(queries.countRate(counted, labels));
  const caption: Caption = {
    key: `${prefix} errors${by}`,
    title: `Errors of ${title[0].toLowerCase()}${title.slice(1)}${by}`,
    description: `Share of requests that ${
      isClient
        ? "got no response, or one with a status of 5xx"
        : "were answered with a status of 5xx"
    }${by === "" ? "" : `,${by}`}.`,
    unit: "percentunit",
  };
  // If nothing has failed yet, there are no such series, and the share is 0.
  const query = `(${failed} or ${all} * 0) / ${all}`;
  return lines(caption, [{ query, legend: kind === undefined ? "errors" : `{{${kind}}}` }], 0);
}

function panelsOfDuration(
  { title, prefix }: RequestFamilies,
  duration: KnownFamily,
  queries: Queries,
) {
  const caption = {
    key: `${prefix} duration`,
    title: `Duration of ${title[0].toLowerCase()}${title.slice(1)}`,
    description: duration.help,
    unit: "s",
  };
  return {
    all: lines(caption, quantileLines(duration, queries), 0),
    map: heatmapPanel(caption, duration, queries),
    by: (kind: string) =>
      lines(
        {
          ...caption,
          key: `${prefix} duration by ${kind}`,
          title: `${caption.title} by ${kind}, p90`,
        },
        [{ query: queries.quantile(duration, 0.9, [kind]), legend: `{{${kind}}}` }],
        0,
      ),
  };
}
