import { type Coordinates, type Publication, receive } from "./publication.ts";

/** All that a registry holds. */
export class Shelf {
  readonly #publications: Publication[] = [];
  readonly #folder: string;

  /** Keeps the files in a folder. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  async add(coordinates: Coordinates, archive: Uint8Array): Promise<void> {
    this.#publications.push(await receive(coordinates, archive, this.#folder));
  }

  /** Every version of a package, from the first to the last. */
  versions({ scope, name }: Partial<Coordinates>): readonly Publication[] {
    return this.#publications.filter((one) => one.scope === scope && one.name === name);
  }

  get(coordinates: Partial<Coordinates>): Publication | undefined {
    return this.versions(coordinates).find(({ version }) => version === coordinates.version);
  }
}
