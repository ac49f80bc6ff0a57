import type { Exemplar, ExemplarSource, RecordOptions } from "../../model/exemplar.ts";
import { ExemplarBook } from "../../metrics/family_exemplars.ts";

/** Takes an exemplar of a series' bucket. */
export type KeepExemplar<Child> = (child: Child, bucket: number, exemplar: Exemplar) => void;

/** A book that hands its exemplars on instead of keeping them. */
export class PostedExemplars<Child extends object> extends ExemplarBook<Child> {
  /** Takes an exemplar. */
  readonly keep: KeepExemplar<Child>;

  /** Hands on to `keep`. */
  constructor(family: string, source: ExemplarSource | undefined, keep: KeepExemplar<Child>) {
    super(family, source);
    this.keep = keep;
  }

  /** Hands on the exemplar of a recording, if it has one. */
  override record(
    child: Child,
    value: number,
    options: RecordOptions | undefined,
    bucket = 0,
  ): void {
    const exemplar = this.make(value, options);
    if (exemplar !== undefined) this.keep(child, bucket, exemplar);
  }
}
