import fc from "fast-check";
import { expect, test } from "vitest";
import { composeDiagnosis } from "../../src/agent/diagnosis.ts";
import { listEvidence } from "../../src/agent/evidence.ts";
import type { Looked } from "../../src/agent/looked.ts";
import { createMask } from "../../src/agent/mask.ts";
import { computeOptions } from "../../src/agent/options.ts";
import type { History } from "../../src/agent/ports.ts";
import { DEFAULT_LIMITS } from "../../src/agent/react/limits.ts";
import { replay } from "../../src/agent/react/replay.ts";
import type { Reasoner } from "../../src/agent/reasoner.ts";
import { type Question, rulesFor, think } from "../../src/agent/think.ts";
import { TOOLS } from "../../src/agent/tools/catalog.ts";
import type { BlastRadius } from "../../src/incident/diagnosis.ts";
import { type HostileTurn, hostileTurns } from "./hostile-replies.ts";
import { lookedFixture, POLICY } from "./looked-fixture.ts";

/** `SENTINEL_RUNS=100000` for the long run; it prints how far the transcripts got. */
const RUNS = Number(process.env.SENTINEL_RUNS ?? 800);
const RADIUS: BlastRadius = { files: 1, areas: [], owners: [], environments: [], touches: [], notLookedAt: [] };
const PRICE = { input: 300_000, output: 2_500_000 };

test("no transcript of any model crashes, leaves the range, escapes a limit or moves anything but words and the option", async () => {
  const reach = new Map<string, number>();
  const outside: string[] = [];
  const looked = watched(lookedFixture(), outside);
  const question = questionOf(looked);
  const expected = inert(diagnose(looked, await ask(question, [])));
  await fc.assert(
    fc.asyncProperty(hostileTurns, async (turns) => {
      const thought = await ask(question, turns);
      expect(inert(diagnose(looked, thought))).toEqual(expected);
      const [transcript] = thought.transcripts;
      if (!transcript) throw new Error("no transcript");
      const answers = transcript.turns.flatMap(({ results }) => results);
      expect(transcript.turns.length).toBeLessThanOrEqual(DEFAULT_LIMITS.turns + 1);
      expect(answers.length).toBeLessThanOrEqual(DEFAULT_LIMITS.toolCalls);
      expect(answers.every(({ text }) => text.length <= DEFAULT_LIMITS.answerChars + 100)).toBe(true);
      const again = replay(JSON.parse(JSON.stringify(transcript)), rules(question));
      const ended =
        thought.fellBack === null
          ? { kind: "finish", conclusion: thought.conclusion }
          : { kind: "stop", reason: thought.fellBack };
      expect(again).toMatchObject(ended);
      count(reach, thought.fellBack ?? "concluded");
      for (const { tool, ok } of answers) count(reach, ok ? `tool ${tool}` : "refused call");
    }),
    { numRuns: RUNS },
  );
  expect(outside).toEqual([]);
  expect(TOOLS.filter(({ name }) => !reach.has(`tool ${name}`)).map(({ name }) => name)).toEqual([]);
  if (RUNS > 10_000) console.log(RUNS, "transcripts reached", Object.fromEntries([...reach].sort()));
}, 900_000);

function rules(question: Question) {
  const ids = question.evidence.map(({ id }) => id);
  return rulesFor(ids, question.options, PRICE, DEFAULT_LIMITS);
}

function questionOf(looked: Looked): Question {
  return {
    looked,
    evidence: listEvidence(looked),
    options: computeOptions(looked, POLICY),
    source: "deployment:production",
    branch: "main",
  };
}

function ask(question: Question, turns: readonly HostileTurn[]) {
  const left = [...turns];
  let now = 0;
  const reasoner: Reasoner = {
    name: "gemini",
    price: PRICE,
    reply: async ({ mustConclude }) => {
      const turn = left.shift();
      now += turn?.waitedMs ?? 0;
      const reply = mustConclude ? (turn?.concluding ?? turn?.reply) : turn?.reply;
      return reply ?? { kind: "failed", why: "unavailable", detail: "", inputTokens: 0, outputTokens: 0 };
    },
  };
  return think(question, reasoner, {
    clock: { now: () => now, sleep: async () => {} },
    signal: new AbortController().signal,
    mask: createMask([]),
    watch: () => {},
  });
}

function diagnose(looked: Looked, thought: Awaited<ReturnType<typeof ask>>) {
  return composeDiagnosis(looked, RADIUS, listEvidence(looked), thought);
}

/** Everything of a diagnosis but the words and the choice out of the computed options. */
function inert(diagnosis: ReturnType<typeof diagnose>) {
  const { by, fellBack, verdict, option, summary, claims, notLookedAt, evidence, ...rest } = diagnosis;
  return rest;
}

/** Every look goes through here: where it names a revision outside the range or a path that climbs, it is written down. */
function watched(looked: Looked, outside: string[]): Looked {
  const known = new Set([...looked.range.commits.map(({ sha }) => sha), looked.good]);
  const { history } = looked.eyes;
  const at = (sha: string, paths: readonly string[]): void => {
    if (!known.has(sha)) outside.push(sha);
    for (const path of paths) if (/^\/|(^|\/)\.\.(\/|$)|\0/.test(path)) outside.push(path);
  };
  const eyes: History = {
    ...history,
    diffs: (wanted) => {
      for (const { sha, paths } of wanted) at(sha, paths);
      return history.diffs(wanted);
    },
    filesAt: (sha, paths) => {
      at(sha, paths);
      return history.filesAt(sha, paths);
    },
    paths: (sha) => {
      at(sha, []);
      return history.paths(sha);
    },
    blame: (path, from, to) => {
      at(looked.bad, [path]);
      return history.blame(path, from, to);
    },
    search: (sha, texts, paths) => {
      at(sha, paths);
      return history.search(sha, texts, paths);
    },
  };
  return { ...looked, eyes: { ...looked.eyes, history: eyes } };
}

function count(reach: Map<string, number>, what: string): void {
  reach.set(what, (reach.get(what) ?? 0) + 1);
}
