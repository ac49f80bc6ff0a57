/** What a Worker is without a library: it answers, and that is all. */
export default { fetch: (): Response => new Response("requests_total 1\n") };
