import type { Scene, Scenery, Step } from "./crash-scenes.ts";
import { worldOf } from "./crash-world.ts";
import { type Call, type Death, openGate } from "./gate.ts";
import { type AppProcess, isIdle, openStage, startAppProcess, until } from "./stage.ts";

/** Plays one scene with the real App as a process of its own, which may be killed once; then another starts in its place. */
export type Played = {
  /** The world after each step. */
  readonly worlds: readonly unknown[];
  readonly calls: readonly Call[];
  readonly hasDied: boolean;
};

export type PlayOptions = {
  readonly death?: Death;
  /** The worlds to wait for; without them a step has ended when nothing more is asked for a while. */
  readonly goals?: readonly unknown[];
  /** Wait until what GitHub could not deliver was asked for again. */
  readonly isPatient?: boolean;
  readonly env?: Readonly<Record<string, string>>;
};

export async function play(scene: Scene, options: PlayOptions = {}): Promise<Played> {
  const clock = { behindMs: 0 };
  const now = () => Date.now() - clock.behindMs;
  // Nothing of before may be asked for again by a play that takes longer than the others.
  const stage = await openStage({ ...scene.options, start: false, isUnheard: true, now });
  stage.github.faults.webhooks.drop = 0;
  const gate = openGate();
  let env: Readonly<Record<string, string>> = {
    ...stage.env,
    ...options.env,
    LOG_LEVEL: "warn",
    GITHUB_API_URL: await gate.door(stage.github.apiUrl),
  };
  let app: Promise<AppProcess> | null = null;
  const on: Scenery = {
    stage,
    gate,
    heads: [],
    clock,
    closers: [],
    start: async (change = {}) => {
      env = { ...env, ...change };
      app = startAppProcess(env);
      await app;
    },
    stop: async () => {
      const running = await app;
      app = null;
      await running?.stop();
    },
    url: async () => (await app)?.url ?? "",
    insist: async (act) => {
      const done = () => act().catch(() => false);
      await until(done, "it succeeded", PATIENCE_MS, 150);
    },
  };
  /** The next one looks around more often, as if time went by faster. */
  const kill = async () => {
    await (await app)?.stop("SIGKILL");
    app = startAppProcess({ ...env, SENTINEL_SWEEP_SECONDS: "4" });
    await app;
  };
  const worlds: unknown[] = [];
  try {
    for (const step of scene.before ?? []) await playStep(on, step);
    gate.arm(options.death ?? null, kill);
    for (const [at, step] of scene.steps.entries()) {
      const isOver = await playStep(on, step, options.goals?.[at]);
      worlds.push(worldOf(on));
      if (!isOver) return { worlds, calls: gate.calls, hasDied: gate.died !== null };
    }
    if (options.isPatient && gate.died !== null) await isCaughtUp(on, gate.died.at);
    await stage.github.idle();
    worlds[worlds.length - 1] = worldOf(on);
    return { worlds, calls: gate.calls, hasDied: gate.died !== null };
  } finally {
    await on.stop();
    await gate.close();
    for (const close of on.closers) await close();
    await stage.close();
  }
}

/** Every wait is for a state; this long only where it never comes. */
const PATIENCE_MS = 240_000;
const QUIET_MS = 1200;

/** False when it did not end as it should within any reasonable time; then its world shows why. */
async function playStep(on: Scenery, step: Step, goal?: unknown): Promise<boolean> {
  await step(on);
  const isOver = goal === undefined ? quiet(on) : async () => isReached(on, goal);
  return until(async () => (await isAtRest(on)) && (await isOver()), "the step is over", PATIENCE_MS, 150).then(
    () => true,
    () => false,
  );
}

/** One that was stopped is. */
async function isAtRest(on: Scenery): Promise<boolean> {
  const url = await on.url();
  return url === "" || isIdle(url);
}

/** Nothing was asked for a while. A job that goes on until somebody ends it keeps the stand-in busy. */
function quiet({ stage }: Scenery): () => Promise<boolean> {
  let seen = -1;
  let since = 0;
  return async () => {
    const isAtWork = stage.github.state.runs(stage.repo).some(({ status }) => status !== "completed");
    if (!isAtWork) await stage.github.idle();
    if (stage.calls.length !== seen) {
      seen = stage.calls.length;
      since = Date.now();
    }
    return Date.now() - since > QUIET_MS;
  };
}

function isReached(on: Scenery, goal: unknown): boolean {
  return JSON.stringify(worldOf(on)) === JSON.stringify(goal);
}

/** Deliveries are asked for again when they are old enough; after the second such question every answer was acted on. */
async function isCaughtUp({ gate }: Scenery, diedAt: number): Promise<void> {
  const asked = () =>
    gate.calls.filter(({ kind, at }) => kind === "GET /app/hook/deliveries" && at > diedAt + REDELIVERED_MS).length;
  await until(() => asked() >= 2, "the App asked for what it missed", PATIENCE_MS, 150);
}

const REDELIVERED_MS = 17_000;
