import { afterEach, expect, test } from "vitest";
import { stringify } from "yaml";
import {
  type AppProcess,
  atRest,
  holdsOf,
  openStage,
  policyOf,
  type Stage,
  type StageOptions,
  startAppProcess,
  until,
} from "./stage.ts";

/** The issue about a policy that cannot be read, from the first word to the last. */
let stage: Stage;
const others: AppProcess[] = [];
afterEach(async () => {
  for (const other of others.splice(0)) await other.stop();
  await stage.close();
});

const BROKEN = { version: 1, signals: [], people: [], colour: "red" } as never;

const issues = () => stage.github.state.issues(stage.repo).filter(({ labels }) => labels.includes("sentinel:policy"));
const writes = () =>
  stage.calls.filter(({ method, path }) => method !== "GET" && /\/issues(?:\/\d+)?(?:\/comments)?$/.test(path)).length;

async function pushPolicy(policy: unknown): Promise<string> {
  const files = { ".github/sentinel.yml": stringify(policy) };
  return stage.github.commitFiles(stage.repo, "main", files, "Change the policy", "admin");
}

async function open(options: StageOptions): Promise<void> {
  stage = await openStage({ env: { SENTINEL_SWEEP_SECONDS: "1" }, ...options });
}

test("a newcomer whose first policy is broken is told every problem, and is seen when it is mended", async () => {
  await open({ policy: BROKEN });
  await until(() => issues().length === 1, "the sweep tells");
  for (const word of ["signals", "people", "colour"]) expect(issues()[0]?.body).toContain(word);
  const good = await pushPolicy(policyOf());
  await until(() => issues()[0]?.state === "closed", "the next sweep closes it");
  expect(issues()[0]?.body).toContain(`is valid again, as of \`${good.slice(0, 12)}\``);
  // It is in force at once: not only after an hour in which the repository was left alone.
  stage.deploy(good, "success");
  stage.deploy(await stage.commit("Break the shop"), "failure");
  await until(() => holdsOf(stage).length === 1, "the branch is held");
});

test("it is closed once, and opened again when the policy breaks again", async () => {
  await open({ policy: BROKEN, organisationPolicy: policyOf(), env: {} });
  await atRest(stage);
  expect(issues()).toMatchObject([{ state: "open" }]);
  const mended = await pushPolicy(policyOf());
  stage.deploy(mended, "success");
  await atRest(stage);
  expect(issues()).toMatchObject([{ state: "closed" }]);
  const said = writes();
  stage.deploy(await stage.commit("Go on"), "success");
  await stage.restart();
  await atRest(stage);
  expect(writes()).toBe(said);

  stage.deploy(await pushPolicy(BROKEN), "success");
  await atRest(stage);
  expect(issues()).toMatchObject([{ state: "open", comments: [] }]);
  expect(issues()[0]?.body).toContain("cannot be used as it is");
});

test("other problems are written into the same issue", async () => {
  await open({ policy: BROKEN });
  await until(() => issues().length === 1, "the sweep tells");
  await stage.github.commitFiles(stage.repo, "main", { ".github/sentinel.yml": "" }, "Empty it", "admin");
  await until(() => issues()[0]?.body.includes("colour") === false, "the page follows the file");
  expect(issues()).toMatchObject([{ state: "open" }]);
});

test("replicas that find it in the same moment leave one issue", async () => {
  await open({ policy: BROKEN, start: false });
  const replicas = await Promise.all(
    [1, 2, 3].map(async () => startAppProcess({ ...stage.env, PORT: "0", SENTINEL_SWEEP_SECONDS: "1" })),
  );
  others.push(...replicas);
  for (const { url } of replicas)
    await until(async () => (await fetch(`${url}/readyz`)).ok, "a replica has swept", 15_000);
  await until(() => issues().filter(({ state }) => state === "open").length === 1, "one is left", 10_000);
  await pushPolicy(policyOf());
  await until(() => issues().every(({ state }) => state === "closed"), "it is closed", 10_000);
  expect(issues()[0]?.body).toContain("is valid again");
});

test("where Sentinel is switched off nothing is said", async () => {
  await open({ policy: BROKEN, organisationPolicy: policyOf({ mode: "off" }), env: {} });
  await atRest(stage);
  expect(issues()).toEqual([]);
});

test("a failing deployment under a broken policy is held by the organisation's, before anybody is told of the policy", async () => {
  await open({ policy: policyOf(), organisationPolicy: policyOf(), env: {} });
  const good = await pushPolicy(BROKEN);
  stage.deploy(good, "success");
  await atRest(stage);
  expect(issues()).toMatchObject([{ state: "open" }]);
  const calls = stage.calls.length;
  stage.deploy(await stage.commit("Break the shop"), "failure");
  await atRest(stage);
  expect(holdsOf(stage)).toHaveLength(1);
  expect(stage.calls.slice(calls).filter(({ path }) => path.includes("sentinel%3Apolicy"))).toEqual([]);
});
