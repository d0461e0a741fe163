import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Played, play } from "./crash-play.ts";
import { SCENES, type Scene } from "./crash-scenes.ts";
import type { Death } from "./gate.ts";
import { unreachedSends } from "./reached.ts";

/**
 * The App is killed before and after each of its calls in turn, and another one starts in its place. Whatever the call was,
 * the world must end as if nothing had happened. The calls are counted, not listed by hand.
 *
 * All of them take most of an hour (`SENTINEL_CRASH_EVERY_CALL=1`); without the wish for them, the App dies at the first
 * write of each kind and of each scene.
 */
const isThorough = process.env.SENTINEL_CRASH_EVERY_CALL === "1";
/** They mostly wait: for a hold to grow old enough to be finished by another, for a delivery to be old enough to be lost. */
const inTurn = atMost(isThorough ? 14 : 6);

const wholes = new Map<Scene, Played>();
let coverage: string;
/** Most of what it costs to start the App is to compile it. */
let compiled: string;

beforeAll(async () => {
  coverage = await mkdtemp(join(tmpdir(), "sentinel-reached-"));
  compiled = await mkdtemp(join(tmpdir(), "sentinel-compiled-"));
  const whole = async (scene: Scene) => {
    wholes.set(scene, await play(scene, { env: { NODE_V8_COVERAGE: coverage } }));
  };
  await Promise.all(SCENES.map((scene) => inTurn(() => whole(scene))));
}, 300_000);
afterAll(() => Promise.all([coverage, compiled].map((dir) => rm(dir, { recursive: true, force: true }))));

test("every place in the App that sends something is met in these scenes", async () => {
  expect(await unreachedSends(coverage)).toEqual([]);
});

test.concurrent.for(SCENES)(
  "a death $name, at any call, changes nothing in the end",
  { timeout: 7_200_000 },
  async (scene, { expect }) => {
    const goals = wholes.get(scene)?.worlds ?? [];
    const deaths = deathsIn(scene);
    const faults: string[] = [];
    const diedAt: Death[] = [];
    const dieAt = async (death: Death) => {
      const env = { NODE_COMPILE_CACHE: compiled };
      const played = await play(scene, { death, goals, env, isPatient: isThorough });
      if (played.hasDied) diedAt.push(death);
      return differences(goals.slice(0, played.worlds.length), played.worlds);
    };
    const one = async (death: Death) => {
      const found = await dieAt(death).catch((error: Error) => [error.stack ?? error.message]);
      for (const fault of found) faults.push(`${death.when} ${death.kind} (${death.nth}): ${fault}`);
    };
    await Promise.all(deaths.map((death) => inTurn(() => one(death))));
    if (isThorough) console.info(`${scene.name}: ${diedAt.length} deaths at ${wholes.get(scene)?.calls.length} calls`);
    expect(faults).toEqual([]);
    // A look may be shared by two events on one day and not on another, so one of several alike may not be there to die at.
    const survived = deaths.filter(({ kind, when }) => !diedAt.some((one) => one.kind === kind && one.when === when));
    expect(survived).toEqual([]);
  },
);

/** A read changes nothing, so to die before it is to die after it. */
function deathsIn(scene: Scene): readonly Death[] {
  const earlier = SCENES.slice(0, SCENES.indexOf(scene)).flatMap((one) => kindsOf(one));
  const kinds = kindsOf(scene);
  const firstWrite = kinds.findIndex((kind) => !isRead(kind));
  return kinds.flatMap((kind, at): Death[] => {
    const nth = kinds.slice(0, at + 1).filter((one) => one === kind).length;
    if (isRead(kind)) return isThorough ? [{ kind, nth, when: "after" }] : [];
    const isFirst = nth === 1 && !earlier.includes(kind);
    if (!isThorough && !isFirst && at !== firstWrite) return [];
    return [
      { kind, nth, when: "before" },
      { kind, nth, when: "after" },
    ];
  });
}

function isRead(kind: string): boolean {
  return kind.startsWith("GET ");
}

function kindsOf(scene: Scene): readonly string[] {
  return (wholes.get(scene)?.calls ?? []).map(({ kind }) => kind);
}

/** Where two worlds differ, one line each. */
function differences(whole: unknown, found: unknown, path = "world"): readonly string[] {
  if (JSON.stringify(whole) === JSON.stringify(found)) return [];
  if (!isTree(whole) || !isTree(found)) return [`${path} is ${JSON.stringify(found)}, not ${JSON.stringify(whole)}`];
  const keys = new Set([...Object.keys(whole), ...Object.keys(found)]);
  return [...keys].flatMap((key) => differences(whole[key], found[key], `${path}.${key}`));
}

function isTree(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

/** Runs works in the order they were given, so many at once. */
function atMost(count: number) {
  const waiting: (() => void)[] = [];
  let free = count;
  return async (work: () => Promise<void>): Promise<void> => {
    if (free > 0) free -= 1;
    else await new Promise<void>((next) => waiting.push(next));
    try {
      await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free += 1;
    }
  };
}
