import { memoryStore } from "../../../src/aggregate/stores/memory_store.ts";
import { storeCases } from "../../cases/stores.ts";
import { testsOf } from "../../support/tests_of.ts";

{
  const it = testsOf("memoryStore");
  const cases = storeCases(() => {
    const store = memoryStore();
    return { open: () => store };
  });
  for (const { name, run } of cases) it(name, run);
}
