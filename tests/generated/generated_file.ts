/** A file of the repository that is made by a function, and never changed by hand. */
export interface GeneratedFile {
  /** Relative to the root. */
  readonly path: string;
  text(): Promise<string>;
}
