import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import type { Powers } from "../../src/adapters/github-app.ts";
import { createRuleset, deleteRuleset, readBackRuleset } from "../../src/adapters/github-app-acts.ts";
import { branchHead } from "../../src/adapters/github-app-code.ts";
import { pathOf } from "../../src/adapters/github-app-path.ts";
import type { Sha } from "../../src/kernel/sha.ts";
import { holdBody, isIntact } from "../../src/quarantine/hold.ts";
import { type GitHubTarget, hasGitHub, openGitHub } from "./targets/github.ts";

/** What the hold and the rollback rely on of GitHub's rulesets, refs and check runs. */
describe.skipIf(!hasGitHub)("the hold of a branch", () => {
  let github: GitHubTarget;
  let head: Sha;
  let held: number[];
  beforeEach(async () => {
    github = await openGitHub();
    held = [];
    head = (await branchHead(github.reader, github.repo, github.branch)) ?? "";
  });
  afterEach(async () => {
    for (const id of held) await deleteRuleset(github.powers, github.repo, id).catch(() => {});
    await github.close();
  });

  const hold = async (powers: Powers = github.powers): Promise<number> => {
    const body = holdBody(github.branch, head, null, [github.approver.id]);
    const { id } = await createRuleset(powers, github.repo, body);
    held.push(id);
    return id;
  };
  const commitOnTop = async (): Promise<Sha> => {
    const { tree } = await github.approver.writer.readCommit(head);
    return github.approver.writer.createCommit({ message: "Put the tree back", tree, parent: head });
  };

  test("reads back as it was asked for, and tells each person whether it lets them through", async () => {
    const id = await hold();
    const seen = await readBackRuleset(github.powers, github.repo, id);
    expect(isIntact(seen, github.branch, [github.approver.id])).toBe(true);
    expect(await github.approver.writer.bypass(id)).toBe("always");
    expect(await github.other.writer.bypass(id)).toBe("never");
  });

  test("refuses everybody who is not listed, and the branch stays where it is", async () => {
    const commit = await commitOnTop();
    await hold();
    await expect(github.other.writer.moveBranch(github.branch, commit, head)).rejects.toThrow(
      /rule violations|protected/i,
    );
    expect(await github.other.writer.head(github.branch)).toBe(head);
  });

  test("lets the listed person through, and what stands there is what was written", async () => {
    await hold();
    const commit = await commitOnTop();
    await github.approver.writer.moveBranch(github.branch, commit, head);
    expect(await github.approver.writer.head(github.branch)).toBe(commit);
    expect((await github.approver.writer.readCommit(commit)).parents).toEqual([head]);
  });

  test("a head that is not a fast forward is refused even to the listed person", async () => {
    const { tree } = await github.approver.writer.readCommit(head);
    const first = await github.approver.writer.createCommit({ message: "One", tree, parent: head });
    const second = await github.approver.writer.createCommit({ message: "Another", tree, parent: head });
    await github.approver.writer.moveBranch(github.branch, first, head);
    await expect(github.approver.writer.moveBranch(github.branch, second, head)).rejects.toThrow();
    expect(await github.approver.writer.head(github.branch)).toBe(first);
  });

  test("is gone when it is released, and nothing else is", async () => {
    const others = async () => (await rulesets(github)).filter(({ id }) => !held.includes(id));
    const before = await others();
    const id = await hold();
    await deleteRuleset(github.powers, github.repo, id);
    expect((await rulesets(github)).map((ruleset) => ruleset.id)).not.toContain(id);
    expect(await others()).toEqual(before);
    await github.other.writer.moveBranch(github.branch, await commitOnTop(), head);
  });

  test("a twin is refused, or comes later with a higher id", async () => {
    const first = await hold();
    const second = await hold(github.morePowers()).catch((error: unknown) => String(error));
    if (typeof second === "string") expect(second).toMatch(/unique|already/i);
    else expect(second).toBeGreaterThan(first);
  });

  test("sixty thousand characters of memory come back from a check run as they were", async () => {
    const text = `{"memory":"${"ä😀 \\u0000".repeat(5000)}"}`;
    const checks = `${pathOf(github.repo)}/check-runs`;
    const body = {
      name: "Sentinel contract",
      head_sha: head,
      status: "completed",
      conclusion: "neutral",
      output: { title: "Contract", summary: "Kept for a test.", text },
    };
    const shape = z.looseObject({ id: z.int() });
    const { id } = await github.powers.write({ permission: "checks", method: "POST", path: checks, body }, shape);
    const read = await github.reader.get(
      `${checks}/${id}`,
      z.looseObject({ output: z.looseObject({ text: z.string() }) }),
    );
    expect(read.output.text).toBe(text);
  });
});

async function rulesets({ reader, repo }: GitHubTarget): Promise<readonly { readonly id: number }[]> {
  return reader.get(`${pathOf(repo)}/rulesets?per_page=100`, z.array(z.looseObject({ id: z.int() })));
}
