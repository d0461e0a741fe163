import { afterEach, expect, test } from "vitest";
import { stringify } from "yaml";
import { atRest, holdsOf, openStage, policyOf, type Stage, type StageOptions, until } from "./stage.ts";

/** The policy changes at the head, and sweeps come by before anything fails there. */
let stage: Stage;
afterEach(() => stage.close());

const POLICY = ".github/sentinel.yml";

/** Ready, so the first sweep has seen what is green. */
async function open(options: StageOptions = {}): Promise<void> {
  stage = await openStage({ env: { SENTINEL_SWEEP_SECONDS: "1" }, ...options });
}

/** Resolves after a sweep that began later than now. */
async function swept(): Promise<void> {
  const count = async () => {
    const text = await (await fetch(`${stage.app.url}/metrics`)).text();
    return Number(/^sentinel_sweeps_total\{result="ok"\} (\d+)$/m.exec(text)?.[1] ?? 0);
  };
  const before = await count();
  await until(async () => (await count()) >= before + 2, "a sweep has ended");
}

async function breakWith(policy: string): Promise<void> {
  const files = { "shop.js": "broken", [POLICY]: policy };
  const bad = await stage.github.commitFiles(stage.repo, "main", files, "Break the shop", "dev");
  await swept();
  stage.deploy(bad, "failure");
  await atRest(stage);
}

test.each([
  ["names other signals", stringify(policyOf({ signals: [{ check: "lint" }] }))],
  ["guards another branch", stringify(policyOf({ branches: ["elsewhere"] }))],
  ["breaks its policy", "version: 9"],
])("a bad revision that %s is held by the policy of the last good one", async (_what, policy) => {
  await open();
  await breakWith(policy);
  expect(holdsOf(stage)).toHaveLength(1);
});

test.each([
  ["names other signals", stringify(policyOf({ signals: [{ check: "lint" }] }))],
  ["breaks its policy", "version: 9"],
])("a bad revision that %s is held though the App is started only then", async (_what, policy) => {
  stage = await openStage();
  const files = { "shop.js": "broken", [POLICY]: policy };
  const bad = await stage.github.commitFiles(stage.repo, "main", files, "Break the shop", "dev");
  await stage.restart();
  stage.deploy(bad, "failure");
  await atRest(stage);
  expect(holdsOf(stage)).toHaveLength(1);
});

test("a policy that broke on a revision that was good leaves the one before in force", async () => {
  await open();
  const files = { [POLICY]: "version: 9" };
  stage.deploy(await stage.github.commitFiles(stage.repo, "main", files, "Break the policy", "dev"), "success");
  await atRest(stage);
  stage.deploy(await stage.commit("Break the shop"), "failure");
  await atRest(stage);
  expect(holdsOf(stage)).toHaveLength(1);
});

test("a signal that is not named any more is let go when it is green", async () => {
  await open();
  const files = { [POLICY]: stringify(policyOf({ signals: [{ check: "lint" }] })) };
  stage.deploy(await stage.github.commitFiles(stage.repo, "main", files, "Watch less", "dev"), "success");
  await atRest(stage);
  await swept();
  const before = stage.calls.filter(({ path }) => path.includes("/deployments")).length;
  stage.deploy(await stage.commit("Break the shop"), "failure");
  await atRest(stage);
  expect(holdsOf(stage)).toEqual([]);
  expect(stage.calls.filter(({ path }) => path.includes("/deployments"))).toHaveLength(before);
});

test.each([
  ["", swept],
  [", also for a process that starts anew", () => stage.restart()],
])("an organisation that is switched off stays off when its policy breaks%s", async (_what, next) => {
  await open({ organisationPolicy: policyOf({ mode: "off" }) });
  await changeShared("version: 9");
  await next();
  stage.deploy(await stage.commit("Break the shop"), "failure");
  await atRest(stage);
  expect(holdsOf(stage)).toEqual([]);
});

test("whoever gives a command after an organisation was switched off is told that nothing was done", async () => {
  await open({ organisationPolicy: policyOf() });
  stage.deploy(await stage.commit("Break the shop"), "failure");
  await atRest(stage);
  await changeShared(stringify(policyOf({ mode: "off" })));
  await swept();
  stage.github.person.comment(stage.repo, 1, "lead", "/sentinel release known and harmless");
  await atRest(stage);
  const [, answer] = stage.github.state.issues(stage.repo)[0]?.comments ?? [];
  expect(answer?.body).toContain("nothing was done, because Sentinel is switched off here");
  stage.github.person.comment(stage.repo, 1, "lead", "/sentinel status");
  stage.github.person.comment(stage.repo, 1, "lead", "/sentinel why");
  await atRest(stage);
  const [status, why] = (stage.github.state.issues(stage.repo)[0]?.comments ?? [])
    .filter(({ author }) => author === "sentinel[bot]")
    .slice(-2);
  for (const said of [status, why]) {
    expect(said?.body).toContain("Sentinel is switched off here");
    expect(said?.body).not.toMatch(/Ends by itself|People are called/);
  }
  expect(holdsOf(stage)).toHaveLength(1);
});

async function changeShared(policy: string): Promise<void> {
  const { apiUrl } = stage.github;
  const authorization = `Bearer ${stage.github.userToken("admin", "console")}`;
  const found = await fetch(`${apiUrl}/repos/${stage.repo.owner}/.github`, { headers: { authorization } });
  const { id } = (await found.json()) as { readonly id: number };
  const shared = { ...stage.repo, id, name: ".github" };
  await stage.github.commitFiles(shared, "main", { [POLICY]: policy }, "Change the rules", "admin");
}
