import { afterEach, beforeEach, expect, test } from "vitest";
import { createWorkbench, planBetween, type Workbench } from "./workbench.ts";

let bench: Workbench;
beforeEach(() => {
  bench = createWorkbench();
});
afterEach(() => bench.remove_all());

test("restoring gives the last good tree on the head, undoing the range newest first", async () => {
  bench.write("a.txt", "1\n");
  const good = bench.commit("good");
  bench.write("a.txt", "2\n");
  const first = bench.commit("first");
  bench.write("b.txt", "new\n");
  const head = bench.commit("second");

  const computed = await planBetween(bench, good, head);

  expect(computed).toMatchObject({
    kind: "plan",
    plan: { expectedHead: head, undoes: [head, first], resultingTree: bench.tree(good), risks: [], severity: "sev2" },
  });
});

test("a merge is one step of the first-parent line, but everyone whose work it brought is known", async () => {
  bench.write("a.txt", "1\n");
  const good = bench.commit("good");
  bench.git("checkout", "-q", "-b", "topic");
  bench.write("t.txt", "topic\n");
  const topic = bench.commit("topic work", "Tess <tess@example.com>");
  bench.git("checkout", "-q", "main");
  bench.write("m.txt", "main\n");
  const main = bench.commit("main work");
  bench.git("merge", "--quiet", "--no-ff", "-m", "merge topic", "topic");
  const head = bench.git("rev-parse", "HEAD");

  const computed = await planBetween(bench, good, head);

  expect(computed).toMatchObject({ kind: "plan", plan: { undoes: [head, main], resultingTree: bench.tree(good) } });
  expect(computed.kind === "plan" && computed.undone.map(({ sha }) => sha)).toContain(topic);
});
