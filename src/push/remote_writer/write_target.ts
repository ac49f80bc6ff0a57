import { escapeFamilies } from "../../exposition/encoding/escape_families.ts";
import type { Gathering } from "../../model/collector.ts";
import { EncodingError, type MetricsError, reasonOf } from "../../model/errors.ts";
import { milliseconds } from "../../model/platform/clock.ts";
import type { MetricFamily } from "../../model/snapshot.ts";
import { clashingLabel } from "../clash.ts";
import type { Endpoint } from "../delivery/endpoint.ts";
import { PushError } from "../delivery/push_error.ts";
import { gatherToPush } from "../gather.ts";
import type { PushReport } from "../push_report.ts";
import type { PushSignals } from "../regular_pushes.ts";
import { goesNative, type HistogramMode, partsOf, wayOf } from "../remote_write/parts.ts";
import type { Protocol } from "../remote_write/protocol.ts";
import type { TargetLabels } from "../remote_write/series_labels.ts";
import { WriteSession } from "../remote_write/write_session.ts";
import type { Moment } from "../remote_write/written_series.ts";
import { Moments } from "./moments.ts";
import { withOwnSeries } from "./own_series.ts";
import { ProtocolChoice } from "./protocol_choice.ts";
import { PushMetrics } from "./push_metrics.ts";
import { type PushContext, PushRun } from "./push_run.ts";
import type { RemoteWriterSettings } from "./remote_writer_options.ts";

/** A server that is sent snapshots, and what is known of it. */
export class WriteTarget {
  readonly metrics: PushMetrics;
  readonly #endpoint: Endpoint;
  readonly #labels: TargetLabels;
  readonly #settings: RemoteWriterSettings;
  readonly #choice: ProtocolChoice;
  readonly #moments = new Moments();
  readonly #natives = { areTaken: false, areRefused: false };
  #session: { readonly protocol: Protocol; readonly session: WriteSession } | undefined;
  /** When the last snapshot was begun that the server has answered to. */
  #lastPush = 0;
  #retryAt = 0;

  constructor(endpoint: Endpoint, labels: TargetLabels, settings: RemoteWriterSettings) {
    this.#endpoint = endpoint;
    this.#labels = labels;
    this.#settings = settings;
    this.#choice = new ProtocolChoice(settings);
    this.metrics = new PushMetrics(endpoint.target);
  }

  /** The version of the protocol that it is sent. */
  get protocol(): Protocol["version"] {
    return this.#choice.protocol.version;
  }

  /** Whether the server has asked to wait for longer. */
  get mustWait(): boolean {
    return milliseconds() < this.#retryAt;
  }

  /**
   * Gathers and sends a snapshot.
   *
   * @param isLast Whether all series end with it.
   */
  async push(signals: PushSignals, isLast: boolean): Promise<PushReport> {
    const start = milliseconds();
    const context: PushContext = {
      endpoint: this.#endpoint,
      choice: this.#choice,
      settings: this.#settings,
      metrics: this.metrics,
      natives: this.#natives,
      ...signals,
    };
    const run = new PushRun(context);
    const began = Date.now();
    const gathering = await this.#gather(signals.signal).catch((error) => run.fail(error));
    if (gathering !== undefined) {
      try {
        await this.#write(run, gathering, began, isLast);
      } catch (cause) {
        // What is known of the series may be wrong now: a zero could follow a value.
        this.#session = undefined;
        this.#lastPush = this.#moments.last + 1;
        const { target } = this.#endpoint;
        run.fail(new PushError(`edgeprom push to ${target}: ${reasonOf(cause)}`, { cause }));
      }
    }
    if (run.retryAfter !== undefined) this.#retryAt = milliseconds() + run.retryAfter * 1000;
    this.metrics.pushed(run.counts, run.hasFailed, (milliseconds() - start) / 1000);
    const { counts, requests, errors, retryAfter: retryAfterSeconds } = run;
    const { protocol } = this;
    return { ...counts, requests, protocol, errors, ...retryAfterSeconds && { retryAfterSeconds } };
  }

  #gather(signal: AbortSignal): Promise<Gathering> {
    const { target } = this.#endpoint;
    const { gatherer, timeoutSeconds } = this.#settings;
    return gatherToPush(gatherer, { target, seconds: timeoutSeconds, signal });
  }

  async #write(
    run: PushRun,
    gathering: Gathering,
    began: number,
    isLast: boolean,
  ): Promise<void> {
    run.errors.push(...gathering.errors);
    const moment = {
      lastTime: this.#moments.last,
      time: this.#moments.next(),
      lastPush: this.#lastPush,
      // An object that was evicted has a new writer, which does not know what was sent before.
      zerosSince: gathering.startsAtZero ? Infinity : this.#lastPush,
    };
    const own = this.metrics.collect();
    const families = withOwnSeries(gathering.families, own, this.#endpoint.target);
    const before = this.#choice.protocol;
    if (await this.#send(run, families, moment)) {
      run.restart();
      await this.#send(run, families, moment);
      // It may have refused the samples, not the version.
      if (this.#choice.isGuess && run.counts.written === 0) this.#choice.restore(before);
    }
    if (!run.hasFailed) this.#lastPush = began;
    if (isLast && !run.hasFailed && this.#settings.staleMarkers) {
      await run.send(this.#sessionFor(this.#choice.protocol).ends(this.#moments.next()));
    }
  }

  /** Sends families. Returns whether they have to be sent again in another version. */
  async #send(run: PushRun, all: readonly MetricFamily[], moment: Moment): Promise<boolean> {
    const { protocol } = this.#choice;
    const session = this.#sessionFor(protocol);
    const mode = this.#histogramMode;
    const families = this.#sendable(all, protocol, (error) => run.report(error));
    if (await run.send(session.requests(partsOf(families, mode, moment.time), moment))) return true;
    if (!this.#natives.areRefused || mode === "classic") return false;
    if (mode !== "both") {
      const parts = families.filter((family) => goesNative(family, mode))
        .map((family) => ({ family, way: wayOf(family, moment.time) }));
      await run.send(session.further(parts, moment));
    }
    return false;
  }

  /** How histograms are sent to this server. */
  get #histogramMode(): HistogramMode {
    const { histograms } = this.#settings;
    return this.#natives.areRefused || this.#choice.hasFallenBack ? "classic" : histograms;
  }

  /** What the server knows in this version; nothing if it was sent another. */
  #sessionFor(protocol: Protocol): WriteSession {
    if (this.#session?.protocol !== protocol) {
      const { staleMarkers } = this.#settings;
      const session = new WriteSession(protocol, this.#labels, staleMarkers);
      this.#session = { protocol, session };
    }
    return this.#session.session;
  }

  /** The families with escaped names, without those that have a label of the target. */
  #sendable(
    families: readonly MetricFamily[],
    { escaping }: Protocol,
    report: (error: MetricsError) => void,
  ): readonly MetricFamily[] {
    const labels = Object.keys(this.#labels);
    return escapeFamilies(families, escaping, report).filter((family) => {
      const clash = clashingLabel(family, labels);
      if (clash !== undefined) {
        report(
          new EncodingError(
            `${family.name}: left out of the push: its label "${clash}" is also one of the ` +
              `writer's labels; rename one of them`,
          ),
        );
      }
      return clash === undefined;
    });
  }
}
