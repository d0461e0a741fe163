import { spawnSync } from "node:child_process";
import { afterEach, expect, test } from "vitest";
import { anomalies } from "../../src/agent/symptom/anomalies.ts";
import { atRest, holdsOf, openStage, policyOf, type Stage, startAppProcess, until } from "./stage.ts";

const TOKEN = "an-anomaly-token-of-the-tests";
let stage: Stage;
afterEach(() => stage?.close());

const open = () =>
  openStage({
    policy: policyOf({ signals: [{ anomaly: "HighLatency", environment: "production", severity: "sev2" }] }),
    env: { SENTINEL_ANOMALY_TOKEN: TOKEN },
  });

function alert(status: "firing" | "resolved", labels: Readonly<Record<string, string>> = {}) {
  return {
    version: "4",
    groupKey: "g",
    status,
    receiver: "sentinel",
    groupLabels: {},
    commonLabels: {},
    commonAnnotations: {},
    externalURL: "http://alertmanager.example",
    alerts: [
      {
        status,
        labels: { alertname: "HighLatency", repository: "acme/shop", environment: "production", ...labels },
        annotations: {
          summary: "p99 is 2.1 s",
          metric: "http_p99",
          baseline: "0.3 s",
          observed: "2.1 s",
          window: "5m",
        },
        startsAt: "2026-11-23T08:00:00Z",
        endsAt: "0001-01-01T00:00:00Z",
        generatorURL: "http://prometheus.example/graph",
        fingerprint: "f00d",
      },
    ],
  };
}

async function post(body: unknown, token = TOKEN, url = stage.app.url): Promise<Response> {
  return fetch(`${url}/api/anomaly`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}

test("an alert holds the branch whose head is deployed there, once, and its end on a new head releases", async () => {
  stage = await open();
  const bad = await stage.commit("Slow the shop down");
  stage.deploy(bad, "success");
  await atRest(stage);
  for (const _ of [1, 2, 3]) expect(await (await post(alert("firing"))).json()).toEqual({ alerts: ["noted"] });
  await atRest(stage);
  expect(holdsOf(stage)).toEqual([`sentinel hold main @${bad.slice(0, 12)} #1`]);
  expect(stage.github.state.issues(stage.repo)).toHaveLength(1);
  expect(stage.github.state.issues(stage.repo)[0]?.body).toContain("p99 is 2.1 s");
  const noted = stage.github.state
    .checkRuns(stage.repo, bad)
    .filter(({ name }) => name === "Sentinel anomaly HighLatency");
  expect(noted).toHaveLength(1);
  // As the analysis reads a measurement.
  const { output } = noted[0] as { readonly output?: { readonly summary?: string } };
  const summary = output?.summary?.replaceAll("\\", "").split("\n") ?? [];
  expect(anomalies(summary)).toEqual([{ metric: "http_p99", baseline: "0.3 s", observed: "2.1 s" }]);

  const better = await stage.commit("Make it quick again");
  stage.deploy(better, "success");
  await atRest(stage);
  expect(holdsOf(stage)).toHaveLength(1);
  await post(alert("resolved"));
  await atRest(stage);
  expect(holdsOf(stage)).toEqual([]);
});

/** One message about several alerts of the same name. */
function message(...states: readonly ("firing" | "resolved")[]) {
  const [told] = alert("firing").alerts;
  const alerts = states.map((status, at) => ({ ...told, status, startsAt: `2026-11-23T08:${10 + (at % 50)}:00Z` }));
  return { ...alert("firing"), alerts };
}

function noted(sha: string) {
  return stage.github.state.checkRuns(stage.repo, sha).filter(({ name }) => name === "Sentinel anomaly HighLatency");
}

test("a name fires as long as one of its alerts does, however many of them are over", async () => {
  stage = await open();
  const bad = await stage.commit("Slow the shop down");
  stage.deploy(bad, "success");
  await atRest(stage);
  await post(message("resolved", "firing", "resolved"));
  await atRest(stage);
  expect(holdsOf(stage)).toHaveLength(1);
  expect(noted(bad).map(({ conclusion }) => conclusion)).toEqual(["failure"]);
});

test("a storm of alerts is one note and one hold", async () => {
  stage = await open();
  const bad = await stage.commit("Slow the shop down");
  stage.deploy(bad, "success");
  await atRest(stage);
  const storm = message(...Array.from({ length: 2000 }, () => "firing" as const));
  expect((await post(storm)).status).toBe(200);
  await atRest(stage);
  expect(holdsOf(stage)).toHaveLength(1);
  expect(noted(bad)).toHaveLength(1);
});

test("a group of alerts that is over releases nothing while another of the same name fires", async () => {
  stage = await open();
  stage.deploy(await stage.commit("Slow the shop down"), "success");
  await atRest(stage);
  await post(alert("firing"));
  await post({ ...alert("firing"), groupKey: "another" });
  const better = await stage.commit("Make it a little quicker");
  stage.deploy(better, "success");
  await atRest(stage);
  await post({ ...alert("firing"), groupKey: "another" });
  await post(alert("resolved"));
  await post({ ...alert("firing"), groupKey: "another" });
  await atRest(stage);
  expect(holdsOf(stage)).toHaveLength(1);
  expect(noted(better)).toHaveLength(2);
  await post({ ...alert("resolved"), groupKey: "another" });
  await atRest(stage);
  expect(holdsOf(stage)).toEqual([]);
});

test("the endpoint refuses what is not authorised, and says what it does not know", async () => {
  stage = await open();
  expect((await post(alert("firing"), "a guess that is wrong")).status).toBe(401);
  expect((await post({ version: "3" })).status).toBe(400);
  expect(await (await post(alert("firing", { repository: "acme/other" }))).json()).toEqual({
    alerts: ["repository-unknown"],
  });
  expect(await (await post(alert("firing", { alertname: "DiskFull" }))).json()).toEqual({ alerts: ["not-watched"] });
  expect(holdsOf(stage)).toEqual([]);
});

test("an alert that comes before the first sweep is to be sent again, since no repository is known yet", async () => {
  stage = await open();
  await stage.app.stop();
  const listing = stage.github.faults.of("GET /app/installations");
  listing.refuse = true;
  const early = await startAppProcess(stage.env);
  try {
    expect((await post(alert("firing"), TOKEN, early.url)).status).toBe(503);
    listing.refuse = false;
    await until(async () => (await fetch(`${early.url}/readyz`)).ok, "the first sweep is over", 30_000);
    expect(await (await post(alert("firing"), TOKEN, early.url)).json()).toEqual({ alerts: ["noted"] });
  } finally {
    await early.stop();
  }
});

test("without a token there is no endpoint", async () => {
  stage = await openStage();
  expect((await post(alert("firing"))).status).toBe(404);
});

const hasAlertmanager = spawnSync("prometheus-alertmanager", ["--version"]).status === 0;
test.skipIf(!hasAlertmanager)(
  "the real Alertmanager is understood (needs the Debian package prometheus-alertmanager)",
  async () => {
    const { withAlertmanager } = await import("./alertmanager.ts");
    stage = await open();
    stage.deploy(await stage.commit("Slow the shop down"), "success");
    await atRest(stage);
    await withAlertmanager(`${stage.app.url}/api/anomaly`, TOKEN, async (fire) => {
      await fire({ alertname: "HighLatency", repository: "acme/shop", environment: "production" });
      await until(() => holdsOf(stage).length === 1, "the alert holds the branch", 15_000);
    });
  },
);
