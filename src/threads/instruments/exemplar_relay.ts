import type { Exemplar, ExemplarSource, RecordOptions } from "../../model/exemplar.ts";
import { FamilyExemplars } from "../../metrics/family_exemplars.ts";

/** Takes an exemplar of a series' bucket. */
export type PublishExemplar<Child> = (child: Child, bucket: number, exemplar: Exemplar) => void;

/** A book that hands its exemplars on instead of keeping them. */
export class ExemplarRelay<Child extends object> extends FamilyExemplars<Child> {
  /** Takes an exemplar. */
  readonly publish: PublishExemplar<Child>;

  /** Hands on to `keep`. */
  constructor(family: string, source: ExemplarSource | undefined, publish: PublishExemplar<Child>) {
    super(family, source);
    this.publish = publish;
  }

  /** Hands on the exemplar of a recording, if it has one. */
  override record(
    child: Child,
    value: number,
    options: RecordOptions | undefined,
    bucket = 0,
  ): void {
    const exemplar = this.make(value, options);
    if (exemplar !== undefined) this.publish(child, bucket, exemplar);
  }
}
