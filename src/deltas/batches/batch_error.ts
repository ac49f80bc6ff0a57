import { MetricsError } from "../../model/errors.ts";

/** A batch that cannot be read: not one, cut off, changed on its way, or of a version not known here. */
export class BatchError extends MetricsError {
  /** The name of the class, also in minified code. */
  override readonly name: string = "BatchError";

  /** The status of the answer to it. */
  readonly status: 400 | 415;

  constructor(message: string, status: 400 | 415 = 400) {
    super(message);
    this.status = status;
  }
}
