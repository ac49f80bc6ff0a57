const utf8 = new TextEncoder();

/** How many bytes a text takes as UTF-8. */
export function utf8Size(text: string): number {
  // deno-lint-ignore no-control-regex -- ASCII is all of them
  return /^[\x00-\x7f]*$/.test(text) ? text.length : utf8.encode(text).length;
}
