/**
 * Starts one of the apps, makes the same requests as with any other client, and prints the answer to
 * the last, as JSON.
 *
 *     node ask.mjs ./express_prom_bundle.mjs 9464
 */
import process from "node:process";

const [app, port] = process.argv.slice(2);
const { start } = await import(app);
await start(Number(port));

const ask = async (path, method) => {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { method });
  const body = await response.text();
  return { status: response.status, type: response.headers.get("content-type"), body };
};

for (let tries = 0; tries < 50; tries++) {
  const isThere = await ask("/metrics").then(() => true, () => false);
  if (isThere) break;
  await new Promise((resolve) => setTimeout(resolve, 20));
}
for (const path of ["/users/1", "/users/2", "/users/2?page=1", "/nowhere", "/metrics"]) {
  await ask(path);
}
await ask("/users/1", "POST");
console.log(JSON.stringify(await ask("/metrics")));
process.exit(0);
