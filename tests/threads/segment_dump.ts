import { type Segment, SegmentHeader } from "../../src/threads/memory/segment.ts";
import { SegmentReader } from "../../src/threads/memory/segment_reader.ts";

/** A segment as text, for failure messages: its header, and a line for each record of its log. */
export function segmentDump(segment: Segment): string {
  const header = new SegmentHeader(segment);
  const { generation, ended, thread, clock, compactedInto } = header;
  const state = { generation, ended, thread, clock, compactedInto };
  const { records } = new SegmentReader(segment).read();
  return [
    `segment ${segment.id} ${JSON.stringify(segment.compaction ?? "of a thread")}`,
    `header ${JSON.stringify(state)}, words ${header.words.join(" ")}`,
    ...records.map((record) => JSON.stringify(record)),
  ].join("\n");
}
