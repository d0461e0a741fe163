import { afterEach, expect, test } from "vitest";
import { stringify } from "yaml";
import { z } from "zod";
import { asApp, deliverAgain } from "./as-app.ts";
import { atRest, holdsOf, openStage, policyOf, type Stage, startAppProcess, until } from "./stage.ts";

let stage: Stage;
afterEach(() => stage?.close());

const Ids = z.array(z.looseObject({ id: z.int() }));
const Numbered = z.looseObject({ number: z.int() });
const issues = () => stage.github.state.issues(stage.repo);

test("in shadow mode nothing is held, and one issue says what would have been", async () => {
  stage = await openStage({ policy: policyOf({ mode: "shadow" }) });
  const first = await stage.commit("Break the shop");
  stage.deploy(first, "failure", "no page answers");
  await atRest(stage);
  stage.deploy(first, "error", "still none");
  await atRest(stage);
  expect(holdsOf(stage)).toEqual([]);
  expect(issues()).toHaveLength(1);
  expect(issues()[0]).toMatchObject({ labels: ["sentinel:shadow"], title: "What Sentinel would have done" });
  expect(issues()[0]?.body.match(/would have held/g)).toHaveLength(1);
});

test("an old success that arrives late is not taken for the last word before the next failure", async () => {
  stage = await openStage({ policy: policyOf({ mode: "shadow" }) });
  stage.deploy(await stage.commit("Break the shop"), "failure");
  await atRest(stage);
  await stage.restart();
  await deliverAgain(stage, "deployment_status", (newestFirst) => newestFirst.slice(-1));
  await atRest(stage);
  stage.deploy(await stage.commit("Break it more"), "failure");
  await atRest(stage);
  expect(issues()[0]?.body).toContain("failed on the revision before as well");
});

test("what would have been done goes on in another issue when one is full", async () => {
  stage = await openStage({ policy: policyOf({ mode: "shadow" }) });
  stage.deploy(await stage.commit("Break the shop"), "failure");
  await atRest(stage);
  const { apiUrl } = stage.github;
  const response = await fetch(`${apiUrl}/repos/${stage.repo.owner}/${stage.repo.name}/issues/1`, {
    method: "PATCH",
    headers: {
      authorization: `Bearer ${stage.github.userToken("admin", "console")}`,
      accept: "application/vnd.github+json",
      "content-type": "application/json",
    },
    body: JSON.stringify({ body: `Nothing here was held.\n\n${"- full\n".repeat(9000)}` }),
  });
  expect(response.status).toBe(200);
  stage.deploy(await stage.commit("Break it more"), "failure");
  await atRest(stage);
  stage.deploy(await stage.commit("Break all of it"), "failure");
  await atRest(stage);
  expect(issues().map(({ body }) => body.match(/did not hold/g)?.length ?? 0)).toEqual([0, 2]);
});

test("a branch whose name is Markdown names itself in that issue, and does nothing there", async () => {
  const name = "release/`<img/src=x>@acme/owners";
  const policy = policyOf({ mode: "shadow", branches: ["main", "release/**"] });
  stage = await openStage({ policy });
  const files = { "shop.js": "broken", ".github/sentinel.yml": stringify(policy) };
  const bad = await stage.github.commitFiles(stage.repo, name, files, "Break it", "dev");
  const { id } = stage.github.ci.deployment({
    repo: stage.repo,
    sha: bad,
    ref: name,
    environment: "production",
    creator: "github-actions[bot]",
  });
  stage.github.ci.deploymentStatus({ repo: stage.repo, deployment: id, state: "failure", description: "no" });
  await atRest(stage);
  expect(issues()[0]?.body).toContain("did not hold `release/ˋ‹img/src=x›@ acme/owners` at");
});

test("the organisation's off stops what the repository's act would do", async () => {
  stage = await openStage({ organisationPolicy: policyOf({ mode: "off" }) });
  stage.deploy(await stage.commit("Break the shop"), "failure");
  await atRest(stage);
  expect(holdsOf(stage)).toEqual([]);
  expect(issues()).toEqual([]);
});

test("where issues are off nothing is held, since nobody could be told of it", async () => {
  stage = await openStage({ hasIssues: false });
  stage.deploy(await stage.commit("Break the shop"), "failure");
  await atRest(stage);
  expect(holdsOf(stage)).toEqual([]);
  await stage.restart();
  await atRest(stage);
  expect(holdsOf(stage)).toEqual([]);
  expect(stage.app.output.join("\n")).toContain("issues are off in its settings, so nothing is held there");
});

test("SENTINEL_MODE=off asks GitHub nothing at all", async () => {
  stage = await openStage({ env: { SENTINEL_MODE: "off" } });
  stage.deploy(await stage.commit("Break the shop"), "failure");
  await atRest(stage);
  expect(stage.calls.filter(({ actor }) => actor.includes("sentinel"))).toEqual([]);
});

test("a repository that was never green is not held, and its people are told", async () => {
  stage = await openStage({ deployed: false });
  stage.deploy(await stage.commit("Break the shop"), "failure");
  await atRest(stage);
  expect(holdsOf(stage)).toEqual([]);
  expect(issues()[0]?.body).toContain("No green result of this source is known");
});

test("a branch that was red before is reported, not held", async () => {
  stage = await openStage();
  stage.deploy(await stage.commit("Break the shop"), "failure");
  await atRest(stage);
  stage.github.person.comment(stage.repo, 1, "lead", "/sentinel release we know");
  await atRest(stage);
  stage.deploy(await stage.commit("Break it more"), "failure");
  await atRest(stage);
  expect(holdsOf(stage)).toEqual([]);
  expect(issues().find(({ labels }) => labels.includes("sentinel:shadow"))?.body).toContain(
    "failed on the revision before as well",
  );
});

test("a repository that was held too often in a day is only watched", async () => {
  stage = await openStage({ policy: policyOf({ limits: { holdsPerDay: 2 } }) });
  for (const round of [1, 2, 3]) {
    stage.deploy(await stage.commit(`Break the shop ${round}`), "failure");
    await atRest(stage);
    expect(holdsOf(stage)).toHaveLength(round <= 2 ? 1 : 0);
    stage.deploy(await stage.commit("Repair the shop"), "success");
    await atRest(stage);
  }
  expect(issues().find(({ labels }) => labels.includes("sentinel:shadow"))?.body).toMatch(
    /did not hold .* held too often/,
  );
});

test("a day's holds are counted up to the most that a policy may allow", async () => {
  stage = await openStage({ policy: policyOf({ limits: { holdsPerDay: 40 } }) });
  const github = asApp(stage);
  const powers = github.powers((await github.asApp("GET", "/app/installations", Ids))[0]?.id ?? 0, stage.repo.id);
  const path = `/repos/${stage.repo.owner}/${stage.repo.name}/issues`;
  for (let count = 0; count < 40; count++) {
    const body = { title: "An incident of today", labels: ["sentinel:incident"] };
    const { number } = await powers.write({ permission: "issues", method: "POST", path, body }, Numbered);
    const closing = {
      permission: "issues",
      method: "PATCH",
      path: `${path}/${number}`,
      body: { state: "closed" },
    } as const;
    await powers.write(closing, Numbered);
  }
  await powers.end();
  github.close();
  stage.deploy(await stage.commit("Break the shop"), "failure");
  await atRest(stage);
  expect(holdsOf(stage)).toEqual([]);
  expect(issues().at(-1)?.body).toMatch(/did not hold .* held too often/);
});

test("a bad revision that is deployed again after its incident was closed reopens it and calls people", async () => {
  stage = await openStage();
  const bad = await stage.commit("Break the shop");
  stage.deploy(bad, "failure");
  await atRest(stage);
  const better = await stage.commit("Repair the shop");
  stage.deploy(better, "success");
  await atRest(stage);
  expect(issues()[0]?.state).toBe("closed");
  stage.deploy(bad, "success");
  await atRest(stage);
  expect(issues()[0]?.state).toBe("open");
  expect(
    issues()[0]
      ?.comments.map(({ body }) => body)
      .join(),
  ).toContain("@lead");
  expect(holdsOf(stage)).toEqual([]);
  const page = issues()[0]?.body;
  expect(page).toContain("a person must look");
  expect(page).not.toContain("shadow");
  await stage.restart();
  await atRest(stage);
  expect(issues()[0]?.body, "another look finds no responder of before").toBe(page);
  stage.deploy(better, "success");
  await atRest(stage);
  expect(issues()[0]?.state).toBe("closed");
});

test("people are called once though GitHub's answer to the call was lost", async () => {
  stage = await openStage({ isProtected: false });
  stage.github.faults.of("POST /repos/{owner}/{repo}/issues/{issue_number}/comments").failAfter = 1;
  const bad = await stage.commit("Break the shop");
  stage.deploy(bad, "failure");
  await atRest(stage);
  stage.deploy(bad, "failure", "still no page");
  const isRemembered = () =>
    stage.github.state
      .checkRuns(stage.repo, bad)
      .some(({ output }) => (output as { text: string }).text.includes("People were called"));
  await until(isRemembered, "the call is remembered", 20_000);
  expect(issues()[0]?.comments.filter(({ body }) => body.includes("@lead"))).toHaveLength(1);
});

test("a broken policy is reported with every problem, and the organisation's stays in force", async () => {
  stage = await openStage({
    policy: { version: 1, signals: [], people: [], colour: "red" } as never,
    organisationPolicy: policyOf(),
  });
  stage.deploy(await stage.commit("Break the shop"), "failure");
  await atRest(stage);
  expect(holdsOf(stage)).toHaveLength(1);
});

test("the App names every setting that keeps it from starting", async () => {
  const started = startAppProcess({ PORT: "http", WEBHOOK_SECRET: "development", AUTH0_DOMAIN: "tenant.example" });
  const words = await started.then(
    () => "",
    (error: Error) => error.message,
  );
  for (const name of ["APP_ID", "PRIVATE_KEY", "WEBHOOK_SECRET", "PORT", "SLACK_AUTH0_USER"])
    expect(words).toContain(name);
});

test("SIGTERM waits for what is under way", async () => {
  stage = await openStage();
  stage.deploy(await stage.commit("Break the shop"), "failure");
  await stage.github.idle();
  expect(await stage.app.stop()).toBe(0);
  expect(issues()).toHaveLength(1);
  expect(stage.github.state.runs(stage.repo)).toHaveLength(1);
});

test("/healthz, /readyz and /metrics answer, and anything else is not found", async () => {
  stage = await openStage();
  stage.deploy(await stage.commit("Break the shop"), "failure");
  await atRest(stage);
  const get = async (path: string) => (await fetch(`${stage.app.url}${path}`)).text();
  expect(await get("/healthz")).toBe("ok");
  expect(await get("/readyz")).toBe("ready");
  const metrics = await get("/metrics");
  expect(metrics).toMatch(/sentinel_commands_total\{command="hold-branch",result="done"\} 1/);
  expect(metrics).toContain('sentinel_deliveries_total{event="deployment_status",result="taken"} 1');
  expect((await fetch(`${stage.app.url}/api/github`)).status).toBe(404);
  expect((await fetch(`${stage.app.url}/api/github/webhooks`)).status).toBe(405);
});

test("a body larger than GitHub sends is refused unread", async () => {
  stage = await openStage();
  const body = Buffer.alloc(26 * 1024 * 1024, 0x20);
  const answer = await fetch(`${stage.app.url}/api/github/webhooks`, { method: "POST", body }).then(
    ({ status }) => status,
    () => 413,
  );
  expect(answer).toBe(413);
  expect(await (await fetch(`${stage.app.url}/healthz`)).text()).toBe("ok");
});

test("a failure whose webhook was lost is found by the sweep", async () => {
  stage = await openStage({ env: { SENTINEL_SWEEP_SECONDS: "1" } });
  stage.github.faults.webhooks.drop = 100;
  stage.deploy(await stage.commit("Break the shop"), "failure");
  await until(() => stage.github.state.runs(stage.repo).length === 1, "the sweep finds it", 15_000);
  expect(holdsOf(stage)).toHaveLength(1);
  stage.github.faults.webhooks.drop = 0;
});
