/**
 * What differs between the two clients whose programs this layer runs, as data. Sources:
 * https://github.com/siimon/prom-client, release 15.1.3, and
 * https://github.com/prometheus/client_js, release 0.16.1.
 */
export interface ClientProfile {
  /** The name of its package, which begins the types of its messages between processes. */
  readonly name: "prom-client" | "@prometheus-io/client";
  /** Whether a counter, a histogram and a summary check labels before they check the value. */
  readonly checksLabelsFirst: boolean;
  /** Whether messages about names that are not valid tell which. */
  readonly namesWhatIsInvalid: boolean;
  /** Whether an unknown label's message lists the label names sorted, each once. */
  readonly listsNamesSorted: boolean;
  /** Whether `null` stands for 1 in a gauge, as `undefined` does. */
  readonly countsNullAsOne: boolean;
  /** What the timers of gauges read; those of other metrics read `process.hrtime()`. */
  readonly gaugeClock: "process.hrtime" | "performance.now";
  /** Whether a counter's exemplar has the total as its value, and not the increment. */
  readonly showsTotalInExemplars: boolean;
  /** Whether default labels take the place of an own label that is 0, `false` or `""` in JSON. */
  readonly replacesFalsyLabels: boolean;
  /** Whether a registry keeps its metrics in a map, and gives those of one aggregator on request. */
  readonly keepsMetricsInMap: boolean;
  /**
   * Whether a push gives `http.request()` a URL and options, and not one object of both; the second
   * argument of a Pushgateway may then be the registry.
   */
  readonly pushesByUrl: boolean;
  /** Whether the samples of an aggregated metric stand by their name first, then by their labels. */
  readonly groupsByName: boolean;
  /** Whether a metric whose JSON names no aggregator is summed, and not refused. */
  readonly sumsByDefault: boolean;
}

/** prom-client 15. */
export const promClient: ClientProfile = {
  name: "prom-client",
  checksLabelsFirst: true,
  namesWhatIsInvalid: false,
  listsNamesSorted: false,
  countsNullAsOne: false,
  gaugeClock: "process.hrtime",
  showsTotalInExemplars: false,
  replacesFalsyLabels: true,
  keepsMetricsInMap: false,
  pushesByUrl: false,
  groupsByName: false,
  sumsByDefault: false,
};

/** The client of the Prometheus project, 0.16. */
export const prometheusClient: ClientProfile = {
  name: "@prometheus-io/client",
  checksLabelsFirst: false,
  namesWhatIsInvalid: true,
  listsNamesSorted: true,
  countsNullAsOne: true,
  gaugeClock: "performance.now",
  showsTotalInExemplars: true,
  replacesFalsyLabels: false,
  keepsMetricsInMap: true,
  pushesByUrl: true,
  groupsByName: true,
  sumsByDefault: true,
};
