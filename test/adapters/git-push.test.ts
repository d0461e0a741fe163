import { afterEach, beforeEach, expect, test } from "vitest";
import { type Git, GitError } from "../../src/adapters/git.ts";
import { pushedFrom } from "../../src/adapters/git-push.ts";
import type { Push } from "../../src/adapters/github-user.ts";
import { Secret } from "../../src/kernel/secret.ts";
import { LostAnswer } from "../../src/rollback/perform.ts";
import { LEAD } from "../approval/plan.ts";
import { createWorkbench, type Workbench } from "../rollback/workbench.ts";

let bench: Workbench;
let push: Push;
let head: string;
let commit: string;
beforeEach(async () => {
  bench = createWorkbench();
  bench.write("a.txt", "1\n");
  head = bench.commit("good");
  bench.git("checkout", "--quiet", "--detach");
  const git = await bench.scratch();
  await git.run(["fetch", "--quiet", "origin", "main"]);
  push = pushedFrom(git, new Secret("token"), LEAD);
  commit = await push.createCommit({ message: "Back", tree: bench.tree(head), parent: head });
});
afterEach(() => bench.remove_all());

const main = () => bench.git("for-each-ref", "--format=%(objectname)", "refs/heads/main");

test("a push moves the branch from where it was expected, in the approver's name", async () => {
  await push.moveBranch("main", commit, head);
  expect(main()).toBe(commit);
  expect(bench.git("log", "-1", "--format=%an <%ae> %cn", "main")).toBe("lead <7+lead@users.noreply.github.com> lead");
});

test("a branch that moved forward stays where it is", async () => {
  const tip = bench.git("commit-tree", bench.tree(head), "-p", head, "-m", "by hand");
  bench.git("update-ref", "refs/heads/main", tip);
  const refusal = await push.moveBranch("main", commit, head).catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(GitError);
  expect(main()).toBe(tip);
});

test.each([
  ["refused where the server lets nobody in", 403, GitError],
  ["lost where the server failed", 502, LostAnswer],
] as const)("a push is %s, though the wire ends alike", async (_, code, kind) => {
  const stderr = `error: RPC failed; HTTP ${code} curl 22 The requested URL returned error: ${code}\nfatal: the remote end hung up unexpectedly`;
  const git: Git = { dir: "", run: async (args) => Promise.reject(new GitError(args, 1, stderr)) };
  const pushing = pushedFrom(git, new Secret("token"), LEAD).moveBranch("main", commit, head);
  expect(await pushing.catch((error: unknown) => error)).toBeInstanceOf(kind);
});

test("a branch that was set back stays there, though the push would be a fast forward", async () => {
  const next = await push.createCommit({ message: "Further", tree: bench.tree(head), parent: commit });
  await expect(push.moveBranch("main", next, commit)).rejects.toThrow();
  expect(main()).toBe(head);
});

test("a branch that was deleted is not made again", async () => {
  bench.git("update-ref", "-d", "refs/heads/main");
  await expect(push.moveBranch("main", commit, head)).rejects.toThrow();
  expect(main()).toBe("");
});

test("a temporary branch is made only where there is none", async () => {
  await push.moveBranch("temporary", commit, null);
  const other = await push.createCommit({ message: "Other", tree: bench.tree(head), parent: commit });
  await expect(push.moveBranch("temporary", other, null)).rejects.toThrow();
  expect(bench.git("rev-parse", "refs/heads/temporary")).toBe(commit);
});
