import { Callback, type Program, type Step } from "./program.ts";

/** The shortest program that is found by leaving out steps and parts of values, and still fails. */
export async function shrink(
  program: Program,
  fails: (program: Program) => Promise<boolean>,
): Promise<Program> {
  let smallest = await withoutSteps(program, fails);
  for (let smaller = true; smaller;) {
    smaller = false;
    for (const candidate of simpler(smallest)) {
      if (!await fails(candidate)) continue;
      smallest = candidate;
      smaller = true;
      break;
    }
  }
  return await withoutSteps(smallest, fails);
}

async function withoutSteps(
  program: Program,
  fails: (program: Program) => Promise<boolean>,
): Promise<Program> {
  let smallest = program;
  for (let length = Math.ceil(program.length / 2); length >= 1; length = Math.floor(length / 2)) {
    for (let from = smallest.length - length; from > -length; from -= length) {
      const start = Math.max(from, 0);
      const candidate = smallest.toSpliced(start, length);
      if (candidate.length < smallest.length && await fails(candidate)) smallest = candidate;
    }
  }
  return smallest;
}

/** Programs with a part of one value left out. */
function* simpler(program: Program): Generator<Program> {
  for (const [index, step] of program.entries()) {
    if (!("args" in step)) continue;
    for (const [position, value] of step.args.entries()) {
      for (const less of simplerValues(value)) {
        const changed: Step = { ...step, args: step.args.with(position, less) };
        yield program.with(index, changed);
      }
    }
  }
}

function* simplerValues(value: unknown): Generator<unknown> {
  if (typeof value === "string" && value.length > 1) yield "x";
  if (value instanceof Callback) {
    for (const index of value.steps.keys()) {
      yield new Callback(value.steps.toSpliced(index, 1), value.end);
    }
  } else if (Array.isArray(value)) {
    for (const [index, member] of value.entries()) {
      yield value.toSpliced(index, 1);
      for (const less of simplerValues(member)) yield value.with(index, less);
    }
  } else if (typeof value === "object" && value !== null && value.constructor === Object) {
    for (const [name, member] of Object.entries(value)) {
      const { [name]: _, ...others } = value as Record<string, unknown>;
      yield others;
      if (name === "name" || name === "help") continue;
      for (const less of simplerValues(member)) yield { ...value, [name]: less };
    }
  }
}
