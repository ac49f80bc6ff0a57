import { test } from "node:test";

/**
 * Tests of a subject, whose name they begin with. They are tests of their own, so that each runtime
 * counts them, unlike those of a suite.
 */
export function testsOf(
  subject: string,
  { skip = false }: { readonly skip?: boolean } = {},
): (name: string, run: () => void | Promise<void>) => void {
  return (name, run) => void test(`${subject} ${name}`, { skip }, () => run());
}
