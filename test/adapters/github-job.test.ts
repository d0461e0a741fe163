import { describe, expect, test } from "vitest";
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

/** GitHub that gives `data` in pages of so many. */
function github(data: readonly unknown[] | object = ACTIVITY, size = 100) {
  const request: GitHubRequest = async (_route, { after = "0" } = {}) => {
    if (!Array.isArray(data)) return { status: 200, data, link: null };
    const next = Number(after) + size;
    const link = next < data.length ? `<https://github.example/x?after=${next}>; rel="next"` : null;
    return { status: 200, data: data.slice(Number(after), next), link };
  };
  return createJobGitHub(request, { owner: "a", name: "b" });
}

async function moversOf(undoes: readonly string[], { data = ACTIVITY, size = 100, undone = undoes } = {}) {
  const range = { branch: "main", lastGood: GOOD, line: LINE, undoes, undone };
  const people = await github(data, size).movers(range);
  return people?.map(({ names, role }) => `${names.join()} ${role}`) ?? null;
}

test("whoever moved the branch over the whole range had a part in it", async () => {
  expect(await moversOf(LINE)).toEqual(["cas pusher", "bob merger", "ann pusher"]);
});

test("a push counts for every commit it brought, not for its last alone", async () => {
  expect(await moversOf([A])).toEqual(["ann pusher"]);
  expect(await moversOf([D])).toEqual(["cas pusher"]);
  expect(await moversOf([C])).toEqual(["bob merger"]);
});

test("who pushed what a later merge put off the first-parent line had a part in it too", async () => {
  const off = "f".repeat(40);
  const data = [
    ...ACTIVITY.slice(0, 3),
    { before: GOOD, after: off, activity_type: "push", actor: { id: 4, login: "dee" } },
  ];
  expect(await moversOf(LINE, { data, undone: [...LINE, off] })).toContain("dee pusher");
});

describe("a long record of pushes", () => {
  const old = { before: "8".repeat(40), after: "9".repeat(40), activity_type: "push", actor: { id: 9, login: "old" } };

  test("is read as far as last good, where the branch only went forward", async () => {
    const data = [...ACTIVITY, ...Array.from({ length: 50 }, () => old)];
    expect(await moversOf(LINE, { data, size: 2 })).toEqual(["cas pusher", "bob merger", "ann pusher"]);
    const middle = data.map((move) => (move.before === GOOD ? { ...move, before: "7".repeat(40) } : move));
    expect(await moversOf(LINE, { data: middle.filter(({ after }) => after !== GOOD), size: 2 })).toHaveLength(3);
  });

  test("is read on where somebody set the branch back to last good and pushed it again", async () => {
    const back = { before: E, after: GOOD, activity_type: "force_push", actor: { id: 8, login: "eve" } };
    const again = { before: GOOD, after: E, activity_type: "push", actor: { id: 8, login: "eve" } };
    const data = [again, back, ...ACTIVITY];
    for (const size of [1, 2, 3])
      expect(await moversOf(LINE, { data, size })).toEqual(["eve pusher", "cas pusher", "bob merger", "ann pusher"]);
  });

  test("that does not end clears nobody", async () => {
    const data = Array.from({ length: 500 }, () => ({ ...old, activity_type: "force_push" }));
    expect(await moversOf(LINE, { data, size: 2 })).toBeNull();
  });
});

test("a comparison that leaves commits out is no comparison", async () => {
  const listed = { status: "ahead", total_commits: 3, commits: [] };
  await expect(github(listed).compare(GOOD, E)).rejects.toMatchObject({ code: "unavailable" });
});
