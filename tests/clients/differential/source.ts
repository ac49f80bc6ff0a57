import { Callback, type End, type Program, Ref, type Step } from "./program.ts";

/** A program as JavaScript that can be pasted behind `const client = require("prom-client")`. */
export function sourceOf(program: Program): string {
  return program.map((step) => `${lineOf(step)};`).join("\n");
}

/** A step as one line of JavaScript. */
export function lineOf(step: Step): string {
  switch (step.does) {
    case "new":
      return `${kept(step.as)}new ${step.on}.${step.name}(${list(step.args)})`;
    case "call":
      return `${kept(step.as)}await ${step.on}.${step.name}(${list(step.args)})`;
    case "call detached":
      return `${kept(step.as)}(0, ${step.on}.${step.name})(${list(step.args)})`;
    case "apply":
      return `${kept(step.as)}${step.on}(${list(step.args)})`;
    case "get":
      return `${step.on}.${step.name}`;
    case "set":
      return `${step.on}.${step.name} = ${literal(step.value)}`;
    case "is":
      return `${step.on} instanceof client.${step.name}`;
    case "wait":
      return `clock.pass(${step.milliseconds})`;
  }
}

/** A value as JavaScript writes it. */
export function literal(value: unknown): string {
  if (value instanceof Ref) return value.name;
  if (value instanceof Callback) return functionOf(value);
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "bigint") return `${value}n`;
  if (Object.is(value, -0)) return "-0";
  if (Array.isArray(value)) return `[${list(value)}]`;
  if (typeof value !== "object" || value === null) return String(value);
  const entries = Object.entries(value).map(([name, member]) =>
    `${/^[a-z_]\w*$/i.test(name) ? name : JSON.stringify(name)}: ${literal(member)}`
  );
  return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`;
}

function functionOf({ steps, end }: Callback): string {
  const lines = steps.map((step) => `${lineOf(step)}; `);
  if (end.later) lines.unshift("await null; ");
  return `${end.later ? "async " : ""}function () { ${lines.join("")}${endOf(end)} }`;
}

function endOf({ returns, throws }: End): string {
  return throws === undefined
    ? `return ${literal(returns)};`
    : `throw new Error(${literal(throws)});`;
}

function list(values: readonly unknown[]): string {
  return values.map(literal).join(", ");
}

function kept(name?: string): string {
  return name === undefined ? "" : `const ${name} = `;
}
