/** The class of the runtime, as a test may put the other one in its place. */
const RuntimeResponse = Response;

/** Reads the bytes of its body when they are asked for, as the `Response` of some servers does. */
export class LateResponse extends RuntimeResponse {
  readonly #body: BodyInit | null | undefined;

  constructor(body?: BodyInit | null, init?: ResponseInit) {
    super(null, init);
    this.#body = body;
  }

  override arrayBuffer(): Promise<ArrayBuffer> {
    return new RuntimeResponse(this.#body).arrayBuffer();
  }
}
