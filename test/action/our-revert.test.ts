import { describe, expect, test } from "vitest";
import { findOurRevert } from "../../src/action/respond/our-revert.ts";
import type { GitHubRequest } from "../../src/adapters/github-request.ts";
import { commitMessage } from "../../src/rollback/commit-message.ts";
import { type Plan, planDigest } from "../../src/rollback/plan.ts";
import { LEAD, PLAN } from "../approval/plan.ts";
import { memory } from "../incident/given.ts";

const [HEAD, BAD, GOOD] = ["f".repeat(40), PLAN.expectedHead, PLAN.lastGood];
const [GOOD_TREE, OTHER_TREE] = ["9".repeat(40), "8".repeat(40)];
const REVERT: Plan = { ...PLAN, kind: "revert-suspects" };
const OURS = commitMessage(REVERT, [LEAD], null);

type Commit = { readonly message?: string; readonly tree?: string; readonly parents?: readonly string[] };

/** Whether a head of this kind is taken for the rollback of incident #3, when `planned` is what would be planned on its parent. */
async function found(commit: Commit, planned: Plan | null = REVERT, head = HEAD): Promise<string | null> {
  const { message = OURS, tree = REVERT.resultingTree, parents = [BAD] } = commit;
  const request: GitHubRequest = async (_route, { commit_sha: sha } = {}) => {
    const data = sha === GOOD ? { message: "good", tree: GOOD_TREE, parents: [] } : { message, tree, parents };
    const shape = { ...data, tree: { sha: data.tree }, parents: data.parents.map((one) => ({ sha: one })) };
    return { status: 200, data: shape, link: null };
  };
  const wish = {
    memory: memory({ incident: 3, badHead: BAD, lastGood: GOOD }),
    kind: "revert-suspects",
    suspects: [],
    head,
    lastGood: GOOD,
  } as const;
  return findOurRevert(request, { owner: "acme", name: "shop" }, wish, async (on) => (on === BAD ? planned : null));
}

describe("a head counts as this incident's rollback", () => {
  test("when it is what its trailers say, made again from its parent", async () => {
    expect(await found({})).toBe(HEAD);
  });

  test("when it says so and has the last good tree", async () => {
    expect(await found({ tree: GOOD_TREE }, null)).toBe(HEAD);
  });
});

describe("a head that only says it is the rollback does not count", () => {
  test.each<readonly [string, Commit, Plan | null]>([
    ["with another tree than planned", { tree: OTHER_TREE }, REVERT],
    ["with a plan of another digest", {}, { ...REVERT, policyDigest: "0" }],
    ["with a plan that cannot be made", {}, null],
    ["on another parent", { parents: ["7".repeat(40)] }, REVERT],
    ["without a parent", { parents: [] }, REVERT],
    ["for another incident", { message: OURS.replace("Incident: #3", "Incident: #33") }, REVERT],
    ["for another incident, with the last good tree", { message: "x\n", tree: GOOD_TREE }, REVERT],
    ["without the plan's digest", { message: OURS.replace(planDigest(REVERT), "") }, REVERT],
  ])("%s", async (_, commit, planned) => {
    expect(await found(commit, planned)).toBeNull();
  });

  test("when it is the bad head itself", async () => {
    expect(await found({}, REVERT, BAD)).toBeNull();
  });
});
