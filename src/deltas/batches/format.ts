/**
 * The bytes of a batch, version 1.
 *
 * ```text
 * batch    = magic version client start time sequence {family} checksum
 * magic    = 9E 65 70 64                 a byte that no text begins with, then "epd"
 * version  = 01
 * client   = 16 bytes
 * start    = 8 bytes                     a double, the lowest byte first, as is time
 * time     = 8 bytes
 * sequence = number
 * checksum = 4 bytes                     CRC-32 of all bytes before it, the lowest byte first
 *
 * family   = type name help unit table count {part} gone
 * type     = 1 byte                      see typeCodes
 * name, help, unit = text                an empty unit is none
 * table    = count {text} count {text}   label names; rows, and their values, row after row
 * part     = code content                see partCodes; shapes before the columns that need them
 * gone     = 00 | 01 table
 * count    = number
 * ```
 *
 * Magic, version and checksum are where they are in every version, so that a reader can tell a batch
 * of another version from one that was changed on its way. Nothing in the families refers to what is
 * before them: they can be put behind another header. No number of families is written; they end
 * where the checksum begins.
 *
 * **Content of a part.** A shape is a count and its numbers or texts; `merge` is one text. A column of
 * numbers, and `created`, is one number a cell. Exemplars are a count, then for each the number of
 * cells that are passed over since the last, and the exemplar: a count, then names and values of
 * labels, the value, the time. Native buckets are, for each row, schema, zero threshold, zero count,
 * two lists of buckets (positive, negative), a count and exemplars. A list of buckets is a count, then
 * for each the difference of its index from the one before it, and its count.
 *
 * **Text.** A number: 0 is the empty text, and 1 a new one, of which the number of its bytes and its
 * UTF-8 follow. Every other number `n` is the new text `n - 2` of these families, counted from 0: so
 * each text is written once.
 *
 * **Number.** The first byte tells what follows:
 *
 * | first byte | number                                                                            |
 * | ---------- | --------------------------------------------------------------------------------- |
 * | 00 to BF   | itself                                                                            |
 * | C0 to DF   | 192 + 256 times what is above C0 + one more byte                                  |
 * | E0 to E5   | an integer of 2 to 7 bytes, the lowest first                                      |
 * | E6 to EC   | a negative integer, whose size has 1 to 7 bytes                                   |
 * | ED to EF   | an integer, of which 1 to 3 digits are behind the point: 0.25 is EE 19            |
 * | F0         | a double                                                                          |
 * | F1         | the last number that was not an integer again: most series were created at once   |
 * | F2         | a number, then a count and as many numbers, which are its rest; only in columns   |
 */

/** The first bytes of a batch. */
export const magic: readonly number[] = [0x9e, 0x65, 0x70, 0x64];

/** The version of the format, which follows the magic. */
export const formatVersion = 1;

/** Where the client's id begins. */
export const clientAt: number = magic.length + 1;

/** Bytes of a client's id. */
export const clientBytes = 16;

/** How many of them stay when a client begins anew, so that its gauges are not counted twice. */
export const lastingBytes: number = 12;

/** Bytes of the checksum. */
export const checksumBytes = 4;

/** The most bytes of a batch besides its families: 8 of them are the longest sequence number. */
export const frameBytes: number = clientAt + clientBytes + 8 + 8 + 8 + checksumBytes;

/**
 * The longest texts of a batch, if each was written as often as it is used, in UTF-16 units: labels
 * of 100,000 series are about 5 million. A reader has no other bound on what a megabyte may become,
 * as a long text that is used again takes one byte.
 */
export const longestTexts: number = 2 ** 24;

/** The types of metric on the wire. Numbers are only added, never changed. */
export const typeCodes = {
  counter: 1,
  gauge: 2,
  histogram: 3,
  gaugehistogram: 4,
  summary: 5,
  info: 6,
  stateset: 7,
  unknown: 8,
} as const;

/** The parts of families on the wire. Numbers are only added, never changed. */
export const partCodes = {
  values: 1,
  counts: 2,
  sums: 3,
  buckets: 4,
  bounds: 5,
  quantiles: 6,
  states: 7,
  merge: 8,
  times: 9,
  created: 10,
  timestamps: 11,
  exemplars: 12,
  native: 13,
} as const;

/** The first byte of a number that is not itself. */
export const numberCodes = {
  /** Two bytes. */
  short: 0xc0,
  /** With the number of bytes added: an integer of 2 to 7 bytes. */
  positive: 0xde,
  /** With the number of bytes added: a negative integer of 1 to 7 bytes. */
  negative: 0xe5,
  /** With the number of digits behind the point added, which are 1 to 3. */
  decimal: 0xec,
  /** Eight bytes. */
  double: 0xf0,
  /** The last number that was not an integer. */
  again: 0xf1,
  /** A number with a rest. */
  exact: 0xf2,
} as const;

/** The first integer that two bytes cannot write. */
export const shortEnd: number = numberCodes.short + 32 * 256;

/** The numbers that stand for a text which is not written before. */
export const textCodes = { empty: 0, fresh: 1, known: 2 } as const;
