import { encodeCooperatively } from "../../exposition/encoding/encode_cooperatively.ts";
import type { Encoder } from "../../exposition/encoding/encoder.ts";
import { canCompress, gzip } from "../../exposition/encoding/gzip.ts";
import { prometheusProtobuf } from "../../exposition/protobuf/prometheus_protobuf.ts";
import { prometheusText } from "../../exposition/text/prometheus_text.ts";
import { milliseconds } from "../../model/platform/clock.ts";
import type { Gatherer } from "../../model/collector.ts";
import type { MetricsError } from "../../model/errors.ts";
import { consoleLogger, failsafe, type Logger } from "../../model/logger.ts";
import { aGatherer, checkOptions, required } from "../../model/options.ts";
import { deliver } from "../delivery/delivery.ts";
import { Endpoint } from "../delivery/endpoint.ts";
import { answerError, unansweredError } from "../delivery/failure.ts";
import type { Message } from "../delivery/message.ts";
import { PushError } from "../delivery/push_error.ts";
import { gatherToPush } from "../gather.ts";
import { groupLabels, groupPath } from "./grouping.ts";
import { pushableFamilies } from "./pushable_families.ts";
import { type PushOptions, pushRules } from "../push_options.ts";
import { checkPushgatewayOptions, type PushgatewayOptions } from "./pushgateway_options.ts";

/**
 * What a push brought to the gateway.
 *
 * @category Push
 */
export interface PushedGroup {
  /** Number of families that were sent. */
  readonly families: number;
  /** Why others were not: collectors that failed, and families that a gateway does not take. */
  readonly errors: readonly MetricsError[];
}

/** The body of a request, with the headers that describe it. */
type Body = Pick<Message, "body" | "headers">;

const owner = "a Pushgateway";

/** Smaller bodies fit into one packet as they are. */
const fewBytes = 1000;

const notFound = "check url: it is the address of a Pushgateway, without /metrics";

/**
 * A group of metrics in a Pushgateway, for jobs that end before anyone scrapes them.
 *
 * A gateway keeps what it got until it is deleted, and adds nothing up: a group belongs to one
 * process at a time. Scrape it with `honor_labels: true`.
 *
 * What a gateway would change or refuse is left out and reported: a family with a label of the
 * group, or with timestamps. Names that are not legacy-valid are escaped by underscores.
 *
 * @example
 * ```ts
 * import { Pushgateway } from "@edgeprom/edgeprom/push";
 * import { MetricsRegistry } from "@edgeprom/edgeprom/core";
 * import { assertEquals } from "@std/assert";
 *
 * const registry = new MetricsRegistry();
 * registry.gauge({ name: "backup_last_success_seconds", help: "End of the backup." })
 *   .setToCurrentTime();
 *
 * const urls: string[] = [];
 * const gateway = new Pushgateway("http://pushgateway:9091", {
 *   job: "backup",
 *   grouping: { instance: "db1" },
 *   // Left out in a program: here nothing listens.
 *   fetch: (url) => Promise.resolve((urls.push(url), new Response())),
 * });
 * const { families, errors } = await gateway.push(registry);
 *
 * assertEquals(urls, ["http://pushgateway:9091/metrics/job/backup/instance/db1"]);
 * assertEquals([families, errors], [1, []]);
 * ```
 *
 * @category Push
 */
export class Pushgateway {
  readonly #endpoint: Endpoint;
  readonly #groupLabels: readonly string[];
  readonly #encoder: Encoder;
  readonly #compress: boolean;
  readonly #seconds: number;
  readonly #attemptSeconds: number;
  readonly #maxAttempts: number;
  readonly #logger: Logger;

  /**
   * Sends nothing yet.
   *
   * @param url The address of the gateway, such as `http://pushgateway:9091`.
   * @throws {PushError} If the URL or an option is not valid.
   */
  constructor(url: string, options: PushgatewayOptions) {
    checkPushgatewayOptions(owner, options);
    const labels = groupLabels(owner, options.job, options.grouping ?? {});
    this.#endpoint = new Endpoint(owner, url, options, groupPath(labels));
    this.#groupLabels = labels.map(([name]) => name);
    this.#encoder = options.format === "text" ? prometheusText : prometheusProtobuf;
    this.#compress = options.compress ?? true;
    this.#seconds = options.timeoutSeconds ?? 30;
    this.#attemptSeconds = options.attemptTimeoutSeconds ?? 10;
    this.#maxAttempts = options.maxAttempts ?? 5;
    this.#logger = failsafe(options.logger ?? consoleLogger);
  }

  /**
   * Replaces all metrics of the group.
   *
   * @param gatherer A registry, or whatever else can be scraped.
   * @throws {PushError} If an argument is wrong, or the gateway did not take the metrics. Its status
   * and its words are in the error.
   */
  push(gatherer: Gatherer, options: PushOptions = {}): Promise<PushedGroup> {
    return this.#send("PUT", "push", gatherer, options);
  }

  /**
   * Replaces those metrics of the group that have the names of the new ones.
   *
   * @param gatherer A registry, or whatever else can be scraped.
   * @throws {PushError} If an argument is wrong, or the gateway did not take the metrics. Its status
   * and its words are in the error.
   */
  add(gatherer: Gatherer, options: PushOptions = {}): Promise<PushedGroup> {
    return this.#send("POST", "add", gatherer, options);
  }

  /**
   * Deletes the group; nothing happens if there is none.
   *
   * @throws {PushError} If an option is wrong, or the gateway did not take the request.
   */
  async delete(options: PushOptions = {}): Promise<void> {
    checkOptions("Pushgateway.delete()", options, pushRules, PushError);
    await this.#deliver("DELETE", { headers: {} }, options, this.#seconds);
  }

  async #send(
    method: Message["method"],
    name: string,
    gatherer: Gatherer,
    options: PushOptions,
  ): Promise<PushedGroup> {
    checkOptions(
      `Pushgateway.${name}()`,
      { gatherer },
      { gatherer: required(aGatherer) },
      PushError,
    );
    checkOptions(`Pushgateway.${name}()`, options, pushRules, PushError);
    const start = milliseconds();
    const { target } = this.#endpoint;
    const limits = { target, seconds: this.#seconds, signal: options.signal };
    const gathering = await gatherToPush(gatherer, limits);
    const errors: MetricsError[] = [...gathering.errors];
    const onError = (error: MetricsError) => void errors.push(error);
    const families = pushableFamilies(gathering.families, this.#groupLabels, onError);
    // The names are escaped already, so that they could be compared with those of the group.
    const encoding = { escaping: "allow-utf-8", onError } as const;
    if (families.length === 0 && errors.length > 0) {
      // An empty group would replace what the last push brought.
      const problem = `nothing could be gathered, and so nothing is sent: ${errors[0].message}`;
      throw unansweredError(target, problem, errors[0]);
    }
    const body = await this.#bodyOf(await encodeCooperatively(this.#encoder, families, encoding));
    const secondsLeft = this.#seconds - (milliseconds() - start) / 1000;
    await this.#deliver(method, body, options, secondsLeft);
    for (const { message } of errors) this.#logger.warn(`Pushgateway: ${message}`);
    return { families: families.length, errors };
  }

  async #bodyOf(page: Uint8Array<ArrayBuffer>): Promise<Body> {
    const headers = { "content-type": this.#encoder.contentType };
    if (!this.#compress || page.length <= fewBytes || !canCompress()) {
      return { body: page, headers };
    }
    return { body: await gzip(page), headers: { ...headers, "content-encoding": "gzip" } };
  }

  async #deliver(
    method: Message["method"],
    body: Body,
    { signal }: PushOptions,
    seconds: number,
  ): Promise<void> {
    const { target, url } = this.#endpoint;
    const delivery = await deliver(this.#endpoint, { method, url, ...body }, {
      maxAttempts: this.#maxAttempts,
      attemptSeconds: this.#attemptSeconds,
      seconds,
      signal,
    });
    if ("failure" in delivery) throw delivery.failure;
    const { answer } = delivery;
    if (answer.status === 200 || answer.status === 202) return;
    throw answerError(target, answer, { notFound });
  }
}
