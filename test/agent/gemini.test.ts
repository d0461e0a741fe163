import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startGemini } from "../../drill/gemini/gemini.ts";
import type { Gemini, GeminiBehaviour } from "../../drill/gemini/types.ts";
import { createJournal } from "../../drill/journal.ts";
import { createGemini } from "../../src/adapters/gemini.ts";
import { composeDiagnosis } from "../../src/agent/diagnosis.ts";
import { listEvidence } from "../../src/agent/evidence.ts";
import { createMask } from "../../src/agent/mask.ts";
import { computeOptions } from "../../src/agent/options.ts";
import { DEFAULT_LIMITS } from "../../src/agent/react/limits.ts";
import type { Reasoner } from "../../src/agent/reasoner.ts";
import { recordingOf, replayRecording } from "../../src/agent/recording.ts";
import { type Thought, think } from "../../src/agent/think.ts";
import { TOOLS } from "../../src/agent/tools/catalog.ts";
import type { BlastRadius } from "../../src/incident/diagnosis.ts";
import { systemClock } from "../../src/kernel/clock.ts";
import { Secret } from "../../src/kernel/secret.ts";
import { CULPRIT, lookedFixture, POLICY } from "./looked-fixture.ts";

let gemini: Gemini;
beforeAll(async () => {
  gemini = await startGemini({ journal: createJournal(), slowMs: 3500, retired: ["gemini-2.5-pro"] });
});
afterAll(() => gemini.close());

const RADIUS: BlastRadius = { files: 1, areas: [], owners: [], environments: [], touches: [], notLookedAt: [] };
const LOOKED = lookedFixture();
const EVIDENCE = listEvidence(LOOKED);
const OPTIONS = computeOptions(LOOKED, POLICY);
const LIMITS = { ...DEFAULT_LIMITS, replyMs: 2500 };
const KEYLESS = { kind: "key", apiKey: new Secret("none") } as const;

type Change = { readonly key?: string; readonly baseUrl?: string; readonly model?: string };

async function askGemini(model: GeminiBehaviour, change: Change = {}) {
  gemini.setModel(model);
  const apiKey = new Secret(change.key ?? gemini.apiKey);
  const reasoner = createGemini({
    model: change.model ?? "gemini-2.5-flash",
    access: { kind: "key", apiKey },
    baseUrl: change.baseUrl ?? gemini.baseUrl,
  });
  return thinkWith(reasoner, apiKey);
}

function thinkWith(reasoner: Reasoner, apiKey: Secret): Promise<Thought> {
  return think(
    { looked: LOOKED, evidence: EVIDENCE, options: OPTIONS, source: "deployment:production", branch: "main" },
    reasoner,
    {
      clock: systemClock,
      signal: new AbortController().signal,
      mask: createMask([apiKey.expose()]),
      limits: LIMITS,
      watch: () => {},
    },
  );
}

function diagnose(thought: Thought) {
  return composeDiagnosis(LOOKED, RADIUS, EVIDENCE, thought);
}

test("a model that works well looks with its tools and concludes with evidence", async () => {
  const thought = await askGemini("good");
  expect(thought).toMatchObject({ by: "gemini", fellBack: null });
  expect(
    thought.transcripts[0]?.turns.flatMap(({ results }) => results.map(({ tool, ok }) => ({ tool, ok }))),
  ).toContainEqual({
    tool: "suspect_ranking",
    ok: true,
  });
  const diagnosis = diagnose(thought);
  expect(diagnosis).toMatchObject({ verdict: "rollback", option: "restore-last-good", culprit: CULPRIT });
  expect(diagnosis.claims.length).toBeGreaterThan(0);
});

describe("whatever the model does, the same run concludes offline and says why", () => {
  test.each<[GeminiBehaviour, Thought["fellBack"]]>([
    ["silent", "timeout"],
    ["slow", "timeout"],
    ["malformed", "malformed"],
    ["wrong-schema", "malformed"],
    ["safety", "blocked"],
    ["429", "limited"],
    ["503", "unavailable"],
    ["token-limit", "malformed"],
    ["flood", "parallel-limit"],
  ])("%s: %s", async (model, fellBack) => {
    const thought = await askGemini(model);
    expect(thought).toMatchObject({ by: "offline", fellBack });
    expect(diagnose(thought)).toMatchObject({ verdict: "rollback", option: "restore-last-good", culprit: CULPRIT });
    expect(diagnose(thought).fellBack).toContain("gemini: it");
  });

  test("refused connection: unavailable", async () => {
    const thought = await askGemini("good", { baseUrl: "http://127.0.0.1:9" });
    expect(thought).toMatchObject({ by: "offline", fellBack: "unavailable" });
  });

  test("a model that is gone: no-model, and the report names the setting", async () => {
    const thought = await askGemini("good", { model: "gone-9" });
    expect(thought).toMatchObject({ by: "offline", fellBack: "no-model" });
    expect(diagnose(thought).fellBack).toContain("`gemini-model`");
  });

  test("wrong key: refused-key, and the key is nowhere in what is kept", async () => {
    const key = "AIzaWrong0123456789abcdefghijklmnop";
    const thought = await askGemini("good", { key });
    expect(thought).toMatchObject({ by: "offline", fellBack: "refused-key" });
    expect(JSON.stringify(thought)).not.toContain(key);
  });
});

test("a hostile model changes words only: no tool it invents runs, and what it points at elsewhere is refused", async () => {
  const [good, hostile] = [await askGemini("good"), await askGemini("hostile")];
  const results = hostile.transcripts[0]?.turns.flatMap((turn) => turn.results) ?? [];
  expect(results.length).toBeGreaterThan(15);
  const known = new Set(TOOLS.map(({ name }) => name));
  expect(results.filter(({ tool, ok }) => ok && !known.has(tool))).toEqual([]);
  expect(results.filter(({ tool }) => !known.has(tool)).length).toBeGreaterThan(10);
  const words = { by: null, fellBack: null, summary: null, claims: null, evidence: null, notLookedAt: null };
  expect({ ...diagnose(hostile), ...words }).toEqual({ ...diagnose(good), ...words });
});

test.each<GeminiBehaviour>(["good", "hostile", "malformed", "flood"])(
  "a recording of a %s model replays exactly",
  async (model) => {
    const thought = await askGemini(model);
    const price = createGemini({ model: "gemini-2.5-flash", access: KEYLESS, baseUrl: null }).price;
    const recording = recordingOf({ evidence: EVIDENCE, options: OPTIONS }, { name: "gemini", price }, thought, LIMITS);
    const ends = replayRecording(JSON.parse(JSON.stringify(recording)));
    expect(ends).toHaveLength(thought.transcripts.length);
    expect(ends.at(-1)).toEqual({ kind: "finish", conclusion: thought.conclusion });
    if (thought.fellBack !== null) expect(ends[0]).toMatchObject({ kind: "stop", reason: thought.fellBack });
  },
);

test.each([
  ["gemini-2.5-flash-lite", { temperature: 0, thinkingConfig: { thinkingBudget: 0 } }, 4096],
  ["gemini-2.5-flash", { temperature: 0, thinkingConfig: { thinkingBudget: 0 } }, 4096],
  ["gemini-3.5-flash-lite", { thinkingConfig: { thinkingLevel: "LOW" } }, 8192],
  ["gemini-3.8-flash", { thinkingConfig: { thinkingLevel: "LOW" } }, 8192],
])("%s is told to think little in the way it knows, with room for it", async (model, manners, room) => {
  const start = gemini.requests.length;
  expect(await askGemini("good", { model })).toMatchObject({ by: "gemini", fellBack: null });
  const { temperature, thinkingConfig, maxOutputTokens } = gemini.requests[start + 1]?.generationConfig ?? {};
  const last = gemini.requests.at(-1)?.generationConfig;
  expect({ ...(temperature === undefined ? {} : { temperature }), thinkingConfig }).toEqual(manners);
  expect([maxOutputTokens, last?.maxOutputTokens]).toEqual([room - 2048, room]);
});

test("where a model is not given any more its successor answers, in its own way, and is what the record names", async () => {
  gemini.setModel("good");
  const access = { kind: "key", apiKey: new Secret(gemini.apiKey) } as const;
  const reasoner = createGemini({ model: "gemini-2.5-pro", access, baseUrl: gemini.baseUrl });
  const thought = await thinkWith(reasoner, access.apiKey);
  expect(thought).toMatchObject({ by: "gemini", fellBack: null });
  expect(reasoner.model).toBe("gemini-3.8-flash");
  expect(gemini.requests.at(-1)?.generationConfig?.thinkingConfig).toEqual({ thinkingLevel: "LOW" });
});

test("what leaves for the model holds no mail address and no key, and marks every hostile text as data", async () => {
  const start = gemini.requests.length;
  await askGemini("good");
  const sent = JSON.stringify(gemini.requests.slice(start));
  expect(sent).not.toMatch(/[\w.]+@[\w.]+\.(?:com|org)/);
  expect(sent).not.toContain(gemini.apiKey);
  for (const request of gemini.requests.slice(start)) {
    const opening = request.contents[0]?.parts[0]?.text ?? "";
    const outside = opening.replace(/<data ([0-9a-f]{10}) [^\n]*>\n[\s\S]*?\n<\/data \1>/g, "");
    expect(outside).not.toContain("taxRate");
  }
});
