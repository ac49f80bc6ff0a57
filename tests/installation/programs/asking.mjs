// What the programs that serve with other frameworks have in common.

/** Asks for a page. The connection is not kept, or the server would not end. */
export async function ask(url) {
  const response = await fetch(url, { headers: { connection: "close" } });
  return { status: response.status, body: await response.text() };
}

/** Asks for paths, and throws if one has another status than it should. */
export async function expect(url, statuses) {
  for (const [path, expected] of statuses) {
    const { status, body } = await ask(url + path);
    if (status !== expected) throw new Error(`${path}: ${status} ${body}`);
  }
}
