import { afterEach, beforeEach, expect, test } from "vitest";
import { analyse } from "../../src/agent/analysis.ts";
import { createMask } from "../../src/agent/mask.ts";
import type { Eyes, History } from "../../src/agent/ports.ts";
import { rankSuspects } from "../../src/agent/suspects/rank.ts";
import { Diagnosis } from "../../src/incident/diagnosis.ts";
import { systemClock } from "../../src/kernel/clock.ts";
import { NO_SIGNALS, POLICY } from "./looked-fixture.ts";
import { createRepository, type TestRepository } from "./repository.ts";

let repo: TestRepository;
beforeEach(() => {
  repo = createRepository();
});
afterEach(() => repo.close());

const SECRET = "AKIAABCDEFGHIJKLMNOP";

async function analysed(good: string, bad: string, change: Partial<Eyes["signals"]> = {}, history?: History) {
  const said: string[] = [];
  const { diagnosis, recording } = await analyse(
    { good, bad, branch: "main", source: "deployment:production", policy: POLICY },
    {
      eyes: { history: history ?? (await repo.open(good, bad)), signals: { ...NO_SIGNALS, ...change } },
      rank: rankSuspects,
      reasoner: null,
      mask: createMask([]),
      clock: systemClock,
      signal: new AbortController().signal,
      say: (line) => said.push(line),
      phase: (name) => said.push(`# ${name}`),
    },
  );
  return { diagnosis, recording, said };
}

test("everything hostile at once still gives one valid diagnosis", async () => {
  const good = repo.commit({ "pay/charge.js": "1\n" });
  const nasty = "\u202e\u001b[2J::error::@everyone <img src=x> ".repeat(60);
  repo.commit({ [`${"d/".repeat(60)}x.js`]: "1\n" }, { message: `${nasty}\n\n${nasty}`, author: nasty.slice(0, 80) });
  const bad = repo.commit({ "pay/charge.js": `${nasty}\n`, "::set-output": "1\n" }, { message: nasty });
  const log = `${nasty}\nError: ${nasty}\n    at ${"x".repeat(400)} (pay/charge.js:1:1)\n✖ ${nasty}`;
  const job = { name: nasty, workflow: nasty, url: nasty, log, annotations: [] };
  const { diagnosis, said } = await analysed(good, bad, { failingJobs: async () => [job] });
  expect(Diagnosis.parse(diagnosis)).toEqual(diagnosis);
  expect(said.every((line) => !/[\p{Cc}\u202e]/u.test(line))).toBe(true);
});

test("a secret that a log let slip is in nothing that is shown or kept", async () => {
  const good = repo.commit({ "pay/charge.js": "1\n" });
  const bad = repo.commit({ "pay/charge.js": `connect("${SECRET}")\n` }, { message: "Connect" });
  const log = `Error: cannot connect with ${SECRET}\n✖ connects with ${SECRET}`;
  const job = { name: "deploy", workflow: "Deploy", url: null, log, annotations: [] };
  const { diagnosis, recording, said } = await analysed(good, bad, { failingJobs: async () => [job] });
  expect(JSON.stringify([diagnosis, recording, said])).not.toContain(SECRET);
});

test("whatever cannot be read is named, and the rest goes on", async () => {
  const good = repo.commit({ "pay/charge.js": "1\n" });
  const bad = repo.commit({ "pay/charge.js": "2\n" }, { message: "Break charge" });
  const no = async () => {
    throw new Error("no");
  };
  const history = await repo.open(good, bad);
  const blind: History = { range: history.range, diffs: no, filesAt: no, paths: no, blame: no, search: no };
  const signals = {
    failingJobs: no,
    deployment: no,
    environments: no,
    earlierRuns: no,
    earlierIncidents: no,
    members: no,
  };
  const { diagnosis } = await analysed(good, bad, signals, blind);
  expect(diagnosis).toMatchObject({ verdict: "rollback", option: "restore-last-good", suspects: [{ sha: bad }] });
  expect(diagnosis.notLookedAt).toEqual([
    "failing jobs and their logs",
    "the failed deployment",
    "what runs in which environment",
    "whether the same job failed on other revisions",
    "earlier incidents",
    "who merged the likeliest commits",
    "the diffs of 1 commit whose content could not be fetched or is too large",
  ]);
});

test("an empty range proposes nothing", async () => {
  const good = repo.commit({ "a.js": "1\n" });
  const { diagnosis } = await analysed(good, good);
  expect(diagnosis).toMatchObject({ verdict: "hold", option: "hold", culprit: null, suspects: [] });
});
