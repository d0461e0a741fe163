import { describe, expect, test } from "vitest";
import { type Conclusion, readConclusion } from "../../src/agent/conclusion.ts";
import { createMask } from "../../src/agent/mask.ts";
import { converse, type Seen } from "../../src/agent/react/converse.ts";
import { DEFAULT_LIMITS, mustConclude } from "../../src/agent/react/limits.ts";
import { cleanReply } from "../../src/agent/react/reply.ts";
import { type Rules, step } from "../../src/agent/react/step.ts";
import type { Reply, ToolCall, Transcript } from "../../src/agent/react/transcript.ts";
import type { ReplyDraft } from "../../src/agent/reasoner.ts";
import { systemClock } from "../../src/kernel/clock.ts";

const FINE = { verdict: "hold", option: "hold", summary: "Enough seen.", claims: [] };
const OPTIONS = ["restore-last-good", "hold"];
const RULES: Rules = {
  limits: { ...DEFAULT_LIMITS, turns: 4, toolCalls: 5, parallelCalls: 3, tokens: 1000, costMicros: 100, wallMs: 9000 },
  price: { input: 100_000, output: 100_000 },
  prepare: (tool, args) => {
    if (tool !== "look") return null;
    return typeof args === "object" ? { ok: true, args } : { ok: false, problem: "wrong arguments" };
  },
  readConclusion: (value, known) => readConclusion(value, OPTIONS, (id) => id === "E1" || known.has(id)),
};

const LOOK: ToolCall = { tool: "look", args: {} };
const calls = (count = 1, change: Partial<Reply> = {}): Reply =>
  ({ ...USED, kind: "calls", thought: "", calls: Array.from({ length: count }, () => LOOK), ...change }) as Reply;
const USED = { inputTokens: 1, outputTokens: 1, atMs: 0 };
const words: Reply = { ...USED, kind: "words", thought: "Enough." };
const concludes = (value: unknown): Reply => ({ ...USED, kind: "conclusion", thought: "", value });

function told(...replies: readonly Reply[]): Transcript {
  let count = 0;
  const turns = replies.map((reply) => ({
    reply,
    results: (reply.kind === "calls" ? reply.calls : []).map(({ tool }) => ({
      id: `T${++count}`,
      tool,
      ok: true,
      text: "",
    })),
  }));
  return { v: 1, by: "gemini", prompt: "test", opening: "", turns };
}

describe("a reply leads to", () => {
  test("prepared calls, each under the next evidence id, a refused one with its reason", () => {
    const mixed = calls(0, { calls: [LOOK, { tool: "LOOK", args: {} }, { tool: "look", args: 1 }] } as Partial<Reply>);
    expect(step(told(calls()), mixed, RULES)).toEqual({
      kind: "call-tools",
      calls: [
        { id: "T2", tool: "look", ok: true, args: {} },
        { id: "T3", tool: "LOOK", ok: false, problem: "there is no tool of this name" },
        { id: "T4", tool: "look", ok: false, problem: "wrong arguments" },
      ],
    });
  });

  test("the end, when it is a valid conclusion", () => {
    expect(step(told(calls()), concludes(FINE), RULES)).toMatchObject({
      kind: "finish",
      conclusion: { option: "hold" },
    });
  });

  test("one more chance after a first invalid conclusion or prose, and a stop after the second", () => {
    expect(step(told(), concludes({}), RULES)).toEqual({ kind: "call-tools", calls: [] });
    expect(step(told(concludes({})), concludes({}), RULES)).toMatchObject({ kind: "stop", reason: "malformed" });
    expect(step(told(calls()), words, RULES)).toEqual({ kind: "call-tools", calls: [] });
    expect(step(told(words), words, RULES)).toMatchObject({ kind: "stop", reason: "malformed" });
    expect(step(told(words), calls(), RULES)).toMatchObject({ kind: "stop", reason: "malformed" });
  });

  test.each(["unavailable", "limited", "timeout", "blocked", "malformed", "refused-key", "cancelled"] as const)(
    "a stop by name when it failed: %s",
    (why) => {
      expect(step(told(), { ...USED, kind: "failed", why, detail: "" }, RULES)).toMatchObject({
        kind: "stop",
        reason: why,
      });
    },
  );
});

describe("each limit is a named stop", () => {
  test.each<[string, Transcript, Reply]>([
    ["turn-limit", told(calls(), calls(), calls(), calls()), concludes(FINE)],
    ["parallel-limit", told(), calls(4)],
    ["tool-call-limit", told(calls(3)), calls(3)],
    ["token-limit", told(calls(1, { inputTokens: 600 })), calls(1, { outputTokens: 500 })],
    ["cost-limit", told(), calls(1, { inputTokens: 999, outputTokens: 1 })],
    ["time-limit", told(), calls(1, { atMs: 9001 })],
    ["time-limit", told(), calls(1, { atMs: Number.NaN })],
  ])("%s", (reason, transcript, reply) => {
    const rules = reason === "cost-limit" ? { ...RULES, limits: { ...RULES.limits, costMicros: 99 } } : RULES;
    expect(step(transcript, reply, rules)).toMatchObject({ kind: "stop", reason });
  });

  test("the conclusion is asked for before a limit is reached", () => {
    expect(mustConclude(told(), RULES.limits)).toBe(false);
    expect(mustConclude(told(calls(), calls(), calls()), RULES.limits)).toBe(true);
    expect(mustConclude(told(calls(3), calls(2)), RULES.limits)).toBe(true);
    expect(mustConclude(told(calls(1, { inputTokens: 700 })), RULES.limits)).toBe(true);
    expect(mustConclude(told(calls(1, { atMs: 8000 })), RULES.limits)).toBe(true);
    expect(mustConclude(told(words), RULES.limits)).toBe(true);
  });
});

describe("a conclusion", () => {
  const read = (change: object): Conclusion | string =>
    readConclusion({ ...FINE, ...change }, OPTIONS, (id) => id === "E1");

  test.each([
    ["an option that was not offered", { option: "revert-suspects" }],
    ["an unknown verdict", { verdict: "push" }],
    ["no words", { summary: " \u200b " }],
    ["claims of another shape", { claims: "all" }],
  ])("does not pass with %s", (_, change) => {
    expect(typeof read(change)).toBe("string");
  });

  test("loses claims without evidence, evidence that does not exist, and words beyond the hundred and twentieth", () => {
    const found = read({
      summary: "word ".repeat(300),
      claims: [
        { text: "proven", evidence: ["E1", "E7", "E1"] },
        { text: "not proven", evidence: ["E7"] },
        { text: "\u202e", evidence: ["E1"] },
      ],
      sha: "deadbeef",
    });
    if (typeof found === "string") throw new Error(found);
    expect(found.summary.split(" ")).toHaveLength(120);
    expect(found.claims).toEqual([{ text: "proven", evidence: ["E1"] }]);
    expect(found).not.toHaveProperty("sha");
  });

  test("that contradicts itself changes nothing", () => {
    expect(read({ verdict: "unsure", option: "restore-last-good" })).toMatchObject({
      verdict: "unsure",
      option: "hold",
    });
    expect(read({ verdict: "rollback", option: "hold" })).toMatchObject({ verdict: "hold", option: "hold" });
  });
});

test("a tool's name is never made to fit, and arguments of any depth or size are cut", () => {
  const deep = JSON.parse(`${'{"a":'.repeat(50)}1${"}".repeat(50)}`);
  const reply = cleanReply(
    {
      ...USED,
      kind: "calls",
      thought: "a\u202eb",
      calls: [{ tool: "look\u200b", args: { deep, long: "x".repeat(90_000) } }],
    },
    createMask([]),
  );
  if (reply.kind !== "calls") throw new Error(reply.kind);
  expect(reply.thought).toBe("ab");
  expect(reply.calls[0]?.tool).toBe("(not the name of a tool)");
  expect(JSON.stringify(reply).length).toBeLessThan(25_000);
});

describe("the loop", () => {
  async function talk(replies: readonly ReplyDraft[], run: (args: unknown, signal: AbortSignal) => Promise<string>) {
    const left = [...replies];
    const seen: Seen[] = [];
    const none: ReplyDraft = { kind: "failed", why: "unavailable", detail: "", inputTokens: 0, outputTokens: 0 };
    const ended = await converse({
      reasoner: { name: "gemini", price: RULES.price, reply: async () => left.shift() ?? none },
      rules: { ...RULES, limits: { ...RULES.limits, toolMs: 50, replyMs: 200 } },
      promptVersion: "test",
      opening: "",
      ask: { system: "", tools: [], conclusionSchema: {} },
      run: (_, args, signal) => run(args, signal),
      mask: createMask(["the-known-secret"]),
      clock: systemClock,
      signal: new AbortController().signal,
      watch: (event) => seen.push(event),
    });
    return { ...ended, seen };
  }

  test("runs the tools of one reply side by side and keeps their order", async () => {
    let running = 0;
    let most = 0;
    const { transcript } = await talk(
      [calls(0, { calls: [1, 2, 3].map((n) => ({ tool: "look", args: { n } })) } as Partial<Reply>), concludes(FINE)],
      async (args) => {
        most = Math.max(most, ++running);
        await new Promise((done) => setTimeout(done, 10));
        running -= 1;
        return JSON.stringify(args);
      },
    );
    expect(most).toBe(3);
    expect(transcript.turns[0]?.results.map(({ id, text }) => [id, text])).toEqual([
      ["T1", '{"n":1}'],
      ["T2", '{"n":2}'],
      ["T3", '{"n":3}'],
    ]);
  });

  test("a tool that fails, hangs or says a secret gives an answer that can be read and repeats nothing", async () => {
    const { transcript } = await talk([calls(3), concludes(FINE)], async (_, signal) => {
      if (signal.aborted) throw new Error("late");
      return "it is the-known-secret";
    });
    expect(transcript.turns[0]?.results[0]?.text).toBe("it is [secret]");
    const failing = await talk([calls(1), concludes(FINE)], async () => {
      throw new Error("git said the-known-secret at /home/x");
    });
    expect(failing.transcript.turns[0]?.results).toEqual([
      { id: "T1", tool: "look", ok: false, text: "could not be looked at" },
    ]);
    const hanging = await talk([calls(1), concludes(FINE)], () => new Promise(() => {}));
    expect(hanging.transcript.turns[0]?.results[0]).toMatchObject({ ok: false, text: "took too long" });
    expect(hanging.end.kind).toBe("finish");
  });

  test("a reasoner that throws is an unavailable one", async () => {
    const ended = await converse({
      reasoner: {
        name: "gemini",
        price: RULES.price,
        reply: async () => {
          throw new Error("key=the-known-secret");
        },
      },
      rules: RULES,
      promptVersion: "test",
      opening: "",
      ask: { system: "", tools: [], conclusionSchema: {} },
      run: async () => "",
      mask: createMask([]),
      clock: systemClock,
      signal: new AbortController().signal,
      watch: () => {},
    });
    expect(ended.end).toEqual({ kind: "stop", reason: "unavailable", detail: "the reasoner failed" });
  });
});
