import { expect, test } from "vitest";
import { GitHubError, type GitHubRequest } from "../../src/adapters/github-request.ts";
import { createRollbackWriter, redeploy } from "../../src/adapters/github-user.ts";
import { LostAnswer } from "../../src/rollback/perform.ts";

const [HEAD, COMMIT] = ["a".repeat(40), "c".repeat(40)];
const REPO = { owner: "acme", name: "shop" };

function github(answer: (route: string) => unknown = () => ({})) {
  const asked: (readonly [string, unknown])[] = [];
  const request: GitHubRequest = async (route, parameters) => {
    asked.push([route, parameters]);
    return { status: 200, data: answer(route), link: null };
  };
  return { asked, request, writer: createRollbackWriter(request, REPO, null) };
}

test("a branch is moved forward only, never by force", async () => {
  const { asked, writer } = github();
  await writer.moveBranch("a/b#c", COMMIT, HEAD);
  const at = { owner: "acme", repo: "shop", ref: "heads/a/b#c", sha: COMMIT, force: false };
  expect(asked).toEqual([["PATCH /repos/{owner}/{repo}/git/refs/{ref}", at]]);
});

test("the commit stands on the expected head alone, with the planned tree", async () => {
  const { asked, writer } = github(() => ({ sha: COMMIT, tree: { sha: HEAD }, parents: [] }));
  await writer.createCommit({ message: "m", tree: HEAD, parent: HEAD });
  expect(asked[0]?.[1]).toEqual({ owner: "acme", repo: "shop", message: "m", tree: HEAD, parents: [HEAD] });
});

test.each([
  ["is made again after one server error", [502], 2, true],
  ["is given up after two", [502, 503], 2, false],
  ["is not made again where GitHub refuses", [422], 1, false],
  ["is not made again where no answer came", [null], 1, false],
] as const)("a write %s", async (_, failures, requests, isMade) => {
  const left: (number | null)[] = [...failures];
  const { asked, writer } = github(() => {
    const status = left.shift();
    if (status !== undefined) throw new GitHubError(status === 422 ? "refused" : "unavailable", status, "words");
    return { sha: COMMIT, tree: { sha: HEAD }, parents: [] };
  });
  const made = writer.createCommit({ message: "m", tree: HEAD, parent: HEAD });
  expect(await made.catch(() => null)).toBe(isMade ? COMMIT : null);
  expect(asked).toHaveLength(requests);
});

test("a move that GitHub refused is told apart from one whose answer was lost", async () => {
  const move = (code: "refused" | "unavailable", status: number | null) =>
    github(() => {
      throw new GitHubError(code, status, "words");
    }).writer.moveBranch("main", COMMIT, HEAD);
  await expect(move("unavailable", null)).rejects.toBeInstanceOf(LostAnswer);
  await expect(move("unavailable", 502)).rejects.toBeInstanceOf(LostAnswer);
  await expect(move("refused", 422)).rejects.not.toBeInstanceOf(LostAnswer);
});

test("a hold that says nothing about this person does not let them through", async () => {
  expect(await github(() => ({})).writer.bypass(5)).toBe("never");
  expect(await github(() => ({ current_user_can_bypass: "always" })).writer.bypass(5)).toBe("always");
});

test("a hold that this person may not see does not let them through, and that is said", async () => {
  const hidden = github(() => {
    throw new GitHubError("not-found", 404, "Not Found");
  });
  expect(await hidden.writer.bypass(5)).toContain("not installed");
});

test("a branch that is gone has no head, but one that cannot be read is an error", async () => {
  const failing = (code: "not-found" | "unavailable") =>
    github(() => {
      throw new GitHubError(code, code === "not-found" ? 404 : 502, "words");
    }).writer.head("main");
  expect(await failing("not-found")).toBeNull();
  await expect(failing("unavailable")).rejects.toThrow("words");
});

test("a deployment is asked for of exactly the rollback, with nothing merged into it", async () => {
  const { asked, request } = github();
  await redeploy(request, REPO, COMMIT, "production");
  expect(asked[0]?.[1]).toMatchObject({
    ref: COMMIT,
    environment: "production",
    auto_merge: false,
    required_contexts: [],
  });
});
