import { expect, test } from "vitest";
import { mergeAsPullRequest } from "../../src/adapters/github-pull.ts";
import { GitHubError, type GitHubRequest } from "../../src/adapters/github-request.ts";

const BASE = "a".repeat(40);
const PULL = {
  branch: "main",
  base: BASE,
  temporary: "sentinel-rollback-3-x",
  commit: "c".repeat(40),
  title: "Restore main",
  message: "Restore main\n\nWhy.\n",
};

type Answers = Readonly<Record<string, (parameters: Readonly<Record<string, unknown>>) => unknown>>;

/** GitHub that answers by route, and what it was asked. */
async function merging(answers: Answers, head: () => string | null = () => BASE) {
  const asked: string[] = [];
  const request: GitHubRequest = async (route, parameters = {}) => {
    const [method = "", path = ""] = route.split(" ");
    const name = `${method} ${path.split("/").at(-1)}`;
    asked.push(parameters.merge_method === undefined ? name : `${name} ${String(parameters.merge_method)}`);
    const data = answers[name]?.(parameters) ?? (name === "POST pulls" ? { number: 5 } : {});
    return { status: 200, data, link: null };
  };
  const at = { owner: "acme", repo: "shop" };
  const merged = await mergeAsPullRequest({ request, at, head: async () => head(), push: null }, PULL);
  return { merged, asked };
}

function refusal(status: number | null, words: string): never {
  throw new GitHubError(status === null ? "unavailable" : "refused", status, words);
}

test("a pull request is squashed, and its branch goes again", async () => {
  const sent: unknown[] = [];
  const { merged, asked } = await merging({ "PUT merge": (parameters) => sent.push(parameters) });
  // GitHub refuses when somebody pushed to the temporary branch meanwhile.
  expect(sent).toEqual([expect.objectContaining({ pull_number: 5, sha: PULL.commit, commit_message: "Why.\n" })]);
  expect(merged).toEqual({ isTaken: true, said: "" });
  expect(asked).toEqual(["POST refs", "POST pulls", "PUT merge squash", "DELETE {ref}"]);
});

test.each([
  [["squash"], "rebase"],
  [["squash", "rebase"], "merge"],
])("where %j is not allowed it goes by %s", async (forbidden, expected) => {
  const { merged, asked } = await merging({
    "PUT merge": ({ merge_method: method }) =>
      forbidden.includes(String(method)) ? refusal(405, `${method} merges are not allowed on this repository.`) : {},
  });
  expect(merged.isTaken).toBe(true);
  expect(asked.filter((line) => line.startsWith("PUT")).at(-1)).toBe(`PUT merge ${expected}`);
});

test("a pull request that is too new to be merged is merged a moment later", async () => {
  let tries = 0;
  const { merged, asked } = await merging({
    "PUT merge": () => (tries++ === 0 ? refusal(405, "Pull Request is not mergeable") : {}),
  });
  expect(merged.isTaken).toBe(true);
  expect(asked.filter((line) => line.startsWith("PUT"))).toEqual(["PUT merge squash", "PUT merge squash"]);
});

test("any other refusal ends it, in GitHub's words", async () => {
  const { merged, asked } = await merging({ "PUT merge": () => refusal(405, "A required check is missing") });
  expect(merged).toEqual({ isTaken: false, said: "A required check is missing" });
  expect(asked.at(-1)).toBe("DELETE {ref}");
});

test("a lost answer is not taken for a refusal, and not asked for again", async () => {
  const { merged, asked } = await merging({ "PUT merge": () => refusal(null, "socket hang up") });
  expect(merged.isTaken).toBeNull();
  expect(asked.filter((line) => line.startsWith("PUT"))).toHaveLength(1);
});

test("nothing is merged when the branch moved after the pull request was opened", async () => {
  const { merged, asked } = await merging({}, () => "9".repeat(40));
  expect(merged.isTaken).toBe(false);
  expect(asked).toEqual(["POST refs", "POST pulls", "DELETE {ref}"]);
});
