import { expect, test } from "vitest";
import { decodeMemory } from "../../src/incident/memory.ts";
import { type Death, startGated } from "./in-process.ts";
import { openStage, type Stage, until } from "./stage.ts";

/**
 * The App dies before and after each of its calls in turn, and another one starts in its place. Whatever the call was, the
 * world must end as if nothing had happened. The calls are counted, not listed by hand.
 */
type Step = (stage: Stage) => Promise<void>;
const SCENES: Readonly<Record<string, readonly Step[]>> = {
  "while it holds a branch and lets it go": [
    async (stage) => {
      stage.deploy(await stage.commit("Break the shop"), "failure", "no page answers");
    },
    async (stage) => {
      stage.deploy(await stage.commit("Repair the shop"), "success");
    },
  ],
};

/** All calls take many minutes; without the wish for them, the first of each kind that writes does. */
const isThorough = process.env.SENTINEL_CRASH_EVERY_CALL === "1";

type Ended = { readonly world: unknown; readonly calls: readonly string[] };

async function play(steps: readonly Step[], death: Death): Promise<Ended> {
  const stage = await openStage({ start: false });
  const apps = [await startGated(stage.env, death)];
  const now = () => {
    const app = apps.at(-1);
    if (!app) throw new Error("invariant: an App runs");
    return app;
  };
  /** Until the App that runs has nothing left to do; a dead one is followed by another. */
  const settle = async () => {
    const { gate, app } = now();
    await until(() => gate.isDead || isReady(app.port), "the App is ready or dead");
    seen = -1;
    await until(() => gate.isDead || isQuiet(stage, app.port), "the App is at rest or dead", 20_000);
    if (!gate.isDead) return;
    await now().close();
    apps.push(await startGated(stage.env));
    await settle();
  };
  try {
    await settle();
    for (const step of steps) {
      await step(stage);
      await settle();
    }
    const shas = stage.github.state
      .issues(stage.repo)
      .map(({ body }) => /[0-9a-f]{40}/.exec(body.slice(body.indexOf("<!-- sentinel")))?.[0] ?? "");
    return { world: worldOf(stage, shas), calls: [...(apps[0]?.gate.calls ?? [])] };
  } finally {
    await now().close();
    await stage.close();
  }
}

async function isReady(port: number): Promise<boolean> {
  // The connection may be one that the dead App left behind.
  return fetch(`http://127.0.0.1:${port}/readyz`).then(
    ({ ok }) => ok,
    () => false,
  );
}

let seen = -1;
let since = 0;
/** No look is under way, no webhook either, and nothing was asked for a while. */
async function isQuiet(stage: Stage, port: number): Promise<boolean> {
  if (stage.calls.length !== seen) {
    seen = stage.calls.length;
    since = Date.now();
  }
  await stage.github.idle();
  const metrics = await fetch(`http://127.0.0.1:${port}/metrics`).then(
    (answer) => answer.text(),
    () => "",
  );
  const isIdle = /^sentinel_looks_under_way 0$/m.test(metrics);
  return isIdle && stage.calls.length === seen && Date.now() - since > 200;
}

/** Everything of ours on GitHub, without times and ids. */
function worldOf(stage: Stage, shas: readonly string[]): unknown {
  const { github, repo } = stage;
  const plain = (value: unknown) =>
    JSON.parse(
      JSON.stringify(value)
        .replaceAll(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:Z| UTC)/g, "TIME")
        .replaceAll(/\d\d:\d\d:\d\d UTC/g, "TIME")
        .replaceAll(/\((?:\d+ (?:s|min|h|d) ?)+\)/g, "(SPAN)")
        .replaceAll(/[0-9a-f]{40}|[0-9a-f]{12}/g, "SHA")
        .replaceAll(/"id":\d+/g, '"id":0')
        .replaceAll(/\/(runs|rules|rulesets)\/\d+/g, "/$1/0")
        .replaceAll(/"node_id":"[^"]*"/g, '"node_id":""')
        .replaceAll(/sentinel \d+ main/g, "sentinel 0 main")
        .replaceAll(/(\\*"(?:repoId|repo)\\*":)\d+/g, (_, key: string) => `${key}0`)
        .replaceAll(/127\.0\.0\.1:\d+/g, "HOST")
        .replaceAll(/"run":\{[^}]*\}/g, '"run":0'),
    );
  return plain({
    rulesets: github.state.rulesets(repo).map(({ name, source }) => ({ name, source })),
    issues: github.state.issues(repo).map(({ number, state, title, labels, body, comments }) => ({
      number,
      state,
      title,
      labels,
      body,
      comments: comments.map((one) => one.body),
    })),
    runs: github.state.runs(repo).map(({ path, attempt, conclusion }) => ({ path, attempt, conclusion })),
    memories: shas.map((sha) =>
      github.state.checkRuns(repo, sha).map((run) => decodeMemory((run.output as { text: string }).text)),
    ),
  });
}

for (const [name, scene] of Object.entries(SCENES)) {
  test(`a death ${name}, before or after any call, changes nothing in the end`, async () => {
    const whole = await play(scene, null);
    expect(whole.calls.length).toBeGreaterThan(20);
    const kinds = whole.calls.map((call) => call.replaceAll(/\d+/g, "0"));
    for (const [at, call] of whole.calls.entries()) {
      const isFirstWrite = /^(POST|PUT|PATCH|DELETE) \/repos/.test(call) && kinds.indexOf(kinds[at] ?? "") === at;
      if (!isThorough && !isFirstWrite) continue;
      for (const when of ["before", "after"] as const) {
        const { world } = await play(scene, { call: at + 1, when });
        expect(world, `${when} call ${at + 1}, ${call}`).toEqual(whole.world);
      }
    }
  }, 3_600_000);
}
