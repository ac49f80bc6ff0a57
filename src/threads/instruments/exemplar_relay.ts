import type { Exemplar, RecordOptions } from "../../model/exemplar.ts";
import type { Refusals } from "../../model/refusals.ts";
import { type ExemplarDefinition, FamilyExemplars } from "../../metrics/family_exemplars.ts";

/** Publishes an exemplar of a series' bucket to all threads. */
export type PublishExemplar<Child> = (child: Child, bucket: number, exemplar: Exemplar) => void;

/** The exemplars of a shared family: published to all threads instead of stored. */
export class ExemplarRelay<Child extends object> extends FamilyExemplars<Child> {
  /** Called with each exemplar. */
  readonly publish: PublishExemplar<Child>;

  /** @param publish Called with each exemplar. */
  constructor(
    refusals: Refusals,
    definition: ExemplarDefinition,
    publish: PublishExemplar<Child>,
  ) {
    super(refusals, definition);
    this.publish = publish;
  }

  /** Publishes the exemplar of a recording, if it has one. */
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
