import { expect, test } from "vitest";
import { decodeMemory } from "../../src/incident/memory.ts";
import { type Death, startGated } from "./in-process.ts";
import { atRest, openStage, type Stage, until } from "./stage.ts";

/**
 * The App dies before and after each of its calls in turn, and another one starts in its place. Whatever the call was, the
 * world must end as if nothing had happened. The calls are counted, not listed by hand.
 */
const SCENES = {
  "while it holds a branch": async (stage: Stage) => {
    const bad = await stage.commit("Break the shop");
    stage.deploy(bad, "failure", "no page answers");
    return [bad];
  },
  "while it lets a branch go": async (stage: Stage) => {
    const bad = await stage.commit("Break the shop");
    stage.deploy(bad, "failure", "no page answers");
    await atRest(stage, 100);
    stage.deploy(await stage.commit("Repair the shop"), "success");
    return [bad];
  },
} as const;

/** All calls take minutes; without the wish for them, those that write do. */
const isThorough = process.env.SENTINEL_CRASH_EVERY_CALL === "1";

type Ended = { readonly world: unknown; readonly calls: readonly string[] };

async function play(scene: (stage: Stage) => Promise<readonly string[]>, death: Death): Promise<Ended> {
  const stage = await openStage({ start: false });
  const first = await startGated(stage.env, death);
  try {
    await until(() => first.gate.isDead || isReady(first.app.port), "the App is ready or dead");
    const shas = await scene(stage);
    seen = -1;
    await until(() => first.gate.isDead || isQuiet(stage), "the App is at rest or dead", 15_000);
    const calls = [...first.gate.calls];
    await first.close();
    if (death) {
      const second = await startGated(stage.env);
      await until(() => isReady(second.app.port), "the next App is ready");
      await atRest(stage, 60);
      await second.close();
    }
    return { world: worldOf(stage, shas), calls };
  } finally {
    await first.close().catch(() => {});
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
async function isQuiet(stage: Stage): Promise<boolean> {
  if (stage.calls.length !== seen) {
    seen = stage.calls.length;
    since = Date.now();
  }
  await stage.github.idle();
  return stage.calls.length === seen && Date.now() - since > 150;
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
        .replaceAll(/\/(runs|rulesets)\/\d+/g, "/$1/0")
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
    const differing: string[] = [];
    for (const [at, call] of whole.calls.entries()) {
      if (!isThorough && !/^(POST|PUT|PATCH|DELETE) \/repos/.test(call)) continue;
      for (const when of ["before", "after"] as const) {
        const { world } = await play(scene, { call: at + 1, when });
        if (JSON.stringify(world) !== JSON.stringify(whole.world)) differing.push(`${when} call ${at + 1}, ${call}`);
      }
    }
    expect(differing).toEqual([]);
  }, 600_000);
}
