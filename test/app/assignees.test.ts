import { afterEach, expect, test } from "vitest";
import { atRest, holdsOf, openStage, policyOf, type Stage, until } from "./stage.ts";

/** Whom an incident is assigned to, by the policy or by who owns what changed. */
let stage: Stage;
afterEach(() => stage.close());

const OWNERS = `
*            @reader
/pay/        @acme/payments @dev
/pay/api/    @dev @admin @stranger
/docs/       docs@example.com @lead
`;

async function commit(files: Readonly<Record<string, string>>): Promise<string> {
  return stage.github.commitFiles(stage.repo, "main", files, "Change the shop", "dev");
}

async function goodWith(codeowners: string): Promise<void> {
  const sha = await commit({ ".github/CODEOWNERS": codeowners });
  stage.deploy(sha, "success");
  await atRest(stage);
}

const incident = () => stage.github.state.issues(stage.repo).find(({ labels }) => labels.includes("sentinel:incident"));
const at = (method: string, path: RegExp) =>
  stage.calls.findIndex((call) => call.method === method && path.test(call.path));

test("who owns most of what changed is assigned, by the last good CODEOWNERS and not by the bad one", async () => {
  stage = await openStage();
  stage.github.addUser({ login: "stranger", id: 710 });
  await goodWith(OWNERS);
  const bad = await commit({
    "pay/api/charge.js": "x",
    "pay/api/refund.js": "x",
    "pay/readme.md": "x",
    ".github/CODEOWNERS": "* @lead",
  });
  stage.deploy(bad, "failure");
  await atRest(stage);
  // dev owns three files, admin two, reader the one that fell to everybody; stranger cannot be assigned and a team never.
  expect(incident()?.assignees).toEqual(["dev", "admin", "reader"]);
  expect(incident()?.body).toContain("Assigned to dev, admin, reader, who own most of what changed.");
});

test("the branch is held and the incident open before anybody asks who owns what", async () => {
  stage = await openStage();
  await goodWith(OWNERS);
  stage.deploy(await commit({ "pay/a.js": "x" }), "failure");
  await atRest(stage);
  const asked = at("GET", /\/contents\/(?:\.github\/|docs\/)?CODEOWNERS/);
  expect(asked).toBeGreaterThan(at("POST", /\/rulesets$/));
  expect(asked).toBeGreaterThan(at("POST", /\/issues$/));
  expect(incident()?.assignees).toEqual(["dev"]);
});

test("whom the policy names is assigned instead, and a name that nobody has keeps no incident from being opened", async () => {
  stage = await openStage({ policy: policyOf({ assignees: ["Admin", "nobody-has-this-name"] }) });
  await goodWith(OWNERS);
  stage.deploy(await commit({ "pay/a.js": "x" }), "failure");
  await atRest(stage);
  expect(holdsOf(stage)).toHaveLength(1);
  expect(incident()?.assignees).toEqual(["admin"]);
  expect(at("GET", /CODEOWNERS/)).toBe(-1);
});

test("where nobody owns what changed nobody is assigned, and nobody is asked for again", async () => {
  stage = await openStage();
  const bad = await stage.commit("Break the shop");
  stage.deploy(bad, "failure");
  await atRest(stage);
  expect(incident()?.assignees).toEqual([]);
  expect(at("POST", /\/assignees$/)).toBe(-1);
  const reads = () => stage.calls.filter(({ path }) => /CODEOWNERS/.test(path)).length;
  const before = reads();
  expect(before).toBeGreaterThan(0);
  stage.deploy(bad, "failure");
  await atRest(stage);
  expect(reads()).toBe(before);
});

test("an owner whom GitHub does not take now is assigned by a later look", async () => {
  stage = await openStage();
  await goodWith(OWNERS);
  stage.github.faults.of("POST /repos/{owner}/{repo}/issues/{issue_number}/assignees").failBefore = 1;
  stage.deploy(await commit({ "pay/a.js": "x" }), "failure");
  await until(() => incident()?.assignees.length === 1, "a later look assigns", 15_000);
  expect(holdsOf(stage)).toHaveLength(1);
  expect(stage.github.faults.unused()).toEqual([]);
});
