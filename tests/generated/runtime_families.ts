import type { FamilyOutline } from "../../src/operations.ts";

type Outline = readonly [
  name: string,
  type: FamilyOutline["type"],
  unit: string | undefined,
  labelNames: readonly string[],
  help: string,
];

const notOnBun: readonly Outline[] = [
  [
    "heap_size_limit_bytes",
    "gauge",
    "bytes",
    [],
    "Bytes that the heap may have; beyond them the process ends.",
  ],
  [
    "heap_space_size_total_bytes",
    "gauge",
    "bytes",
    ["space"],
    "Bytes reserved for each part of the heap.",
  ],
  [
    "heap_space_size_used_bytes",
    "gauge",
    "bytes",
    ["space"],
    "Bytes in use in each part of the heap.",
  ],
  [
    "heap_space_size_available_bytes",
    "gauge",
    "bytes",
    ["space"],
    "Bytes reserved and not in use in each part of the heap.",
  ],
  [
    "active_resources",
    "gauge",
    undefined,
    ["type"],
    "Number of resources that keep the event loop alive, by type.",
  ],
];

const onlyOnNode: readonly Outline[] = [
  [
    "eventloop_time_seconds_total",
    "counter",
    "seconds",
    ["state"],
    "Seconds that the event loop has been active, running code, and idle, waiting.",
  ],
];

/**
 * The families of `registerRuntimeMetrics()`, those of all runtimes together, without what only
 * dashboards for prom-client need. A test compares them with what each runtime shows.
 */
export const runtimeFamilies: readonly FamilyOutline[] = [
  ...outlines("process", [
    [
      "cpu_seconds_total",
      "counter",
      "seconds",
      [],
      "Total user and system CPU time spent in seconds.",
    ],
    ["resident_memory_bytes", "gauge", "bytes", [], "Resident memory size in bytes."],
    ["heap_bytes", "gauge", "bytes", [], "Process heap size in bytes."],
    ["virtual_memory_bytes", "gauge", "bytes", [], "Virtual memory size in bytes."],
    [
      "virtual_memory_max_bytes",
      "gauge",
      "bytes",
      [],
      "Maximum amount of virtual memory available in bytes.",
    ],
    ["open_fds", "gauge", undefined, [], "Number of open file descriptors."],
    ["max_fds", "gauge", undefined, [], "Maximum number of open file descriptors."],
    ["threads", "gauge", undefined, [], "Number of OS threads in the process."],
    [
      "start_time_seconds",
      "gauge",
      "seconds",
      [],
      "Start time of the process since unix epoch in seconds.",
    ],
  ]),
  ...["nodejs", "deno", "bun"].flatMap((prefix) =>
    outlines(prefix, [
      [
        "version_info",
        "info",
        undefined,
        ["version", "major", "minor", "patch"],
        "The version of the runtime.",
      ],
      [
        "eventloop_delay_seconds",
        "histogram",
        "seconds",
        [],
        "How late the event loop comes to a timer that is due.",
      ],
      [
        "gc_duration_seconds",
        "histogram",
        "seconds",
        ["kind"],
        "Time of garbage collections, by kind.",
      ],
      [
        "heap_size_total_bytes",
        "gauge",
        "bytes",
        [],
        "Bytes that the engine has reserved for the heap.",
      ],
      ["heap_size_used_bytes", "gauge", "bytes", [], "Bytes of the heap that are in use."],
      [
        "external_memory_bytes",
        "gauge",
        "bytes",
        [],
        "Bytes outside of the heap that objects in it hold.",
      ],
      ...prefix === "bun" ? [] : notOnBun,
      ...prefix === "nodejs" ? onlyOnNode : [],
    ])
  ),
];

function outlines(prefix: string, families: readonly Outline[]): readonly FamilyOutline[] {
  return families.map(([name, type, unit, labelNames, help]) => ({
    name: `${prefix}_${name}`,
    type,
    unit,
    labelNames,
    help,
  }));
}
