import {
  encodeEach,
  encodeEscaped,
  type EncodeOptions,
  type EncodingChunks,
  type FamilyParts,
  rethrow,
} from "../encoding/encoder.ts";
import type { EncodingErrorHandler } from "../encoding/encoding_error.ts";
import type { EscapingScheme } from "../encoding/escaping.ts";
import type { PageCache } from "../encoding/page_cache.ts";
import type { MetricFamily } from "../../model/snapshot.ts";
import { ByteWriter } from "./byte_writer.ts";
import { type FamilyTemplate, isSource, type TemplateEntry } from "./family_template.ts";
import { estimateSize, growth } from "./size_estimate.ts";

/** Writes the families of one page. */
export interface TextPage<Template extends FamilyTemplate> {
  /** The template of a family. */
  entryOf(family: MetricFamily): TemplateEntry<Template>;
  /** The template of a family, if it is cached. */
  known(family: MetricFamily): Template | undefined;
  /** Writes a family; returns the parts, if there are several. */
  write(
    writer: ByteWriter,
    family: MetricFamily,
    template: Template,
    onError: EncodingErrorHandler,
  ): FamilyParts | void;
  /** Writes a family as {@linkcode write} does, if no earlier one has its names. */
  writeNew?: TextPage<Template>["write"];
  /** What comes after the last family. */
  readonly end?: Uint8Array;
}

/** The last page of some families. */
interface LastPage<Template> {
  readonly escaping: EscapingScheme;
  readonly entries: readonly TemplateEntry<Template>[];
  /** Number of its rows, of all families together. */
  rows: number;
  /** Number of its bytes. */
  size: number;
}

/**
 * The last pages of a format, by the label names of their first family. A page of the same families
 * has its templates at hand, and nothing to escape: 37 families take 3 µs to begin otherwise.
 */
export type LastPages<Template> = PageCache<readonly string[], LastPage<Template>>;

/**
 * Writes a page in chunks.
 *
 * @param pages Where the last pages are kept; `undefined` if a template does not follow from what a
 * {@linkcode TemplateEntry} compares alone.
 */
export function* writePage<Template extends FamilyTemplate>(
  pages: LastPages<Template> | undefined,
  page: TextPage<Template>,
  families: readonly MetricFamily[],
  options: EncodeOptions = {},
): EncodingChunks {
  const { escaping = "underscores", onError = rethrow, buffer } = options;
  const last = lastPage(pages, families, escaping);
  const rows = rowsOf(families);
  const writer = new ByteWriter(
    last?.rows === rows ? roomFor(last.size, buffer) : estimateSize(families, page.known),
  );
  if (last === undefined) yield* writeNewPage(pages, page, writer, families, options);
  else {
    const { entries } = last;
    yield* encodeEscaped(writer, families, onError, (family, at) => {
      const { template } = entries[at];
      if (template.lines.copy(writer, family)) return;
      return page.write(writer, family, template, onError);
    });
    last.rows = rows;
    last.size = writer.length;
  }
  if (page.end !== undefined) writer.bytes(page.end);
  return writer.finish();
}

/** Writes a page of families that were not all on the last one, and keeps what they have in common. */
function* writeNewPage<Template extends FamilyTemplate>(
  pages: LastPages<Template> | undefined,
  page: TextPage<Template>,
  writer: ByteWriter,
  families: readonly MetricFamily[],
  { escaping = "underscores", onError = rethrow }: EncodeOptions,
): Generator<void> {
  const entries: TemplateEntry<Template>[] = [];
  // A page from which something is missing is written anew each time. So is one on which a name is
  // escaped, as no family has what its template follows from.
  let isPlain = true;
  const report: EncodingErrorHandler = (error) => {
    isPlain = false;
    onError(error);
  };
  const write = page.writeNew ?? page.write;
  yield* encodeEach(writer, families, { escaping, onError: report }, (family) => {
    const entry = page.entryOf(family);
    entries.push(entry);
    return write(writer, family, entry.template, report);
  });
  if (!isPlain || entries.length === 0 || pages === undefined) return;
  const [{ labels: { names } }] = families;
  pages.set(names, { escaping, entries, rows: rowsOf(families), size: writer.length });
}

/** The last page, if it had the same families. They come as they are, and may be malformed. */
function lastPage<Template extends FamilyTemplate>(
  pages: LastPages<Template> | undefined,
  families: readonly MetricFamily[],
  escaping: EscapingScheme,
): LastPage<Template> | undefined {
  const names = families[0]?.labels?.names;
  const last = names && pages?.get(names);
  if (last === undefined || last.escaping !== escaping) return undefined;
  const { entries } = last;
  if (entries.length !== families.length) return undefined;
  for (let at = 0; at < entries.length; at++) {
    const { source, template } = entries[at];
    const family = families[at];
    if (!template.lines.isOf(family) && !isSource(source, family)) return undefined;
  }
  return last;
}

function rowsOf(families: readonly MetricFamily[]): number {
  let rows = 0;
  for (let at = 0; at < families.length; at++) rows += families[at]?.labels?.rows;
  return rows;
}

/** Bytes by which any page may grow. */
const spareBytes = 256;

/** Room for a page of so many bytes, should it grow a little: a given buffer, or the size of one. */
function roomFor(
  bytes: number,
  given: Uint8Array<ArrayBuffer> | undefined,
): Uint8Array<ArrayBuffer> | number {
  return given !== undefined && given.length >= bytes + spareBytes
    ? given
    : Math.ceil(bytes * (1 + growth)) + 2 * spareBytes;
}
