import { expect, test } from "vitest";
import { createJobGitHub } from "../../src/adapters/github-job.ts";
import type { GitHubRequest } from "../../src/adapters/github-request.ts";

/** One line of history, newest first: five commits above last good. */
const [E, D, C, B, A, GOOD] = ["e", "d", "c", "b", "a", "0"].map((digit) => digit.repeat(40)) as [
  string,
  string,
  string,
  string,
  string,
  string,
];
const LINE = [E, D, C, B, A];
const ACTIVITY = [
  { before: C, after: E, activity_type: "push", actor: { id: 3, login: "cas" } },
  { before: B, after: C, activity_type: "pr_merge", actor: { id: 2, login: "bob" } },
  { before: GOOD, after: B, activity_type: "push", actor: { id: 1, login: "ann" } },
  { before: "9".repeat(40), after: GOOD, activity_type: "push", actor: { id: 9, login: "old" } },
];

function github(data: unknown = ACTIVITY) {
  const request: GitHubRequest = async () => ({ status: 200, data, link: null });
  return createJobGitHub(request, { owner: "a", name: "b" });
}

async function moversOf(...undoes: string[]): Promise<readonly string[]> {
  const people = await github().movers({ branch: "main", lastGood: GOOD, line: LINE, undoes });
  return people.map(({ names, role }) => `${names.join()} ${role}`);
}

test("whoever moved the branch over the whole range had a part in it", async () => {
  expect(await moversOf(...LINE)).toEqual(["cas pusher", "bob merger", "ann pusher"]);
});

test("a push counts for every commit it brought, not for its last alone", async () => {
  expect(await moversOf(A)).toEqual(["ann pusher"]);
  expect(await moversOf(D)).toEqual(["cas pusher"]);
  expect(await moversOf(C)).toEqual(["bob merger"]);
});

test("a comparison that leaves commits out is no comparison", async () => {
  const listed = { status: "ahead", total_commits: 3, commits: [] };
  await expect(github(listed).compare(GOOD, E)).rejects.toMatchObject({ code: "unavailable" });
});
