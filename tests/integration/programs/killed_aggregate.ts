// An aggregate in a file that is sent batches of one client, until it kills itself without a warning:
// before or after the last of them is appended, and in any case before its answer.
//
// Arguments: the file, the first and the last batch, and "before" or "after".
import process from "node:process";
import { sqliteStore } from "../../../src/aggregate/stores/sqlite_store.ts";
import { countOf, Host } from "../../support/truths.ts";

const [path, first, last, when] = process.argv.slice(2);
const store = sqliteStore(path);
let isLast = false;
const die = (now: string) => isLast && now === when && process.kill(process.pid, "SIGKILL");
const host = new Host();
const truth = host.truth({
  longestBytes: store.longestBytes,
  load: () => store.load(),
  async append(entries) {
    die("before");
    await store.append(entries);
    die("after");
  },
  replace: (parts) => store.replace(parts),
});
for (let sequence = Number(first); sequence <= Number(last); sequence++) {
  isLast = sequence === Number(last);
  const { result } = await truth.receive(countOf({ sequence, count: sequence }));
  console.log(`${sequence} ${result}`);
}
