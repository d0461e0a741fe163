import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { z } from "zod";
import type { Conclusion } from "../src/agent/conclusion.ts";
import { createMask } from "../src/agent/mask.ts";
import { converse } from "../src/agent/react/converse.ts";
import { DEFAULT_LIMITS } from "../src/agent/react/limits.ts";
import type { Rules } from "../src/agent/react/step.ts";
import type { Reasoner } from "../src/agent/reasoner.ts";
import { defineTool } from "../src/agent/tools/tool.ts";
import { systemClock } from "../src/kernel/clock.ts";
import { lookedFixture } from "../test/agent/looked-fixture.ts";
import { asked, outputFile, wholeNumber } from "./asked.ts";

/**
 * What one step of our loop costs beside a minimal loop and beside the loop of the package `ai`: the same mock model, tool,
 * schema and answers, and the whole conversation serialised before every reply, as any stateless API wants it.
 */
const STEPS = 10;
/** Sizes as in an analysis: some twenty kilobytes of evidence, and answers of four. */
const SOURCE = readFileSync(new URL(import.meta.url), "utf8");
const OPENING = SOURCE.repeat(4).slice(0, 20_000);
const ANSWER = SOURCE.slice(0, 4_000);
const LOOKED = lookedFixture();
const MASK = createMask(["a-secret-that-is-never-there"]);
const NEVER = new AbortController().signal;
const CONCLUSION: Conclusion = { verdict: "hold", option: "hold", summary: "Enough.", claims: [], notLookedAt: [] };
const Arguments = z.strictObject({ path: z.string().min(1).max(300), from: z.int().min(1).default(1) });
const TOOL = defineTool({
  name: "file_at",
  description: "A file",
  args: Arguments,
  run: async (_, { path }) => ANSWER + path,
});
const AI_VERSION = "7.0.173";
const ZOD_VERSION = "4.6.7";

const NAME = "bench:engine";
const values = asked(NAME, {
  json: { type: "string" },
  runs: { type: "string", default: "7" },
  loops: { type: "string", default: "100" },
});
const runs = wholeNumber(NAME, "runs", values.runs);
const loops = wholeNumber(NAME, "loops", values.loops);
outputFile(NAME, values.json);

const ai = await loadAi();
const contenders: Readonly<Record<string, () => Promise<void>>> = {
  minimal: minimalLoop,
  ours: ourLoop,
  ...(ai ? { ai: () => aiLoop(ai) } : {}),
};
const spent = new Map<string, number[]>(Object.keys(contenders).map((name) => [name, []]));
for (const run of Object.values(contenders)) for (let i = 0; i < loops; i++) await run();
for (let round = 0; round < runs; round++)
  for (const [name, run] of Object.entries(contenders)) {
    const before = process.cpuUsage();
    for (let i = 0; i < loops; i++) await run();
    const { user, system } = process.cpuUsage(before);
    spent.get(name)?.push((user + system) / loops / STEPS);
  }

const medianOf = (name: string): number => {
  const sorted = [...(spent.get(name) ?? [])].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
};
const ratio = (name: string): number => Math.round((medianOf(name) / medianOf("minimal")) * 100) / 100;
const metrics = { stepVsMinimal: ratio("ours"), ...(ai ? { aiVsMinimal: ratio("ai") } : {}) };
for (const name of Object.keys(contenders)) console.log(`${name}: ${medianOf(name).toFixed(0)} µs CPU per step`);
console.log(JSON.stringify({ metrics, runs }));
if (values.json) writeFileSync(values.json, `${JSON.stringify({ metrics, runs })}\n`);

async function minimalLoop(): Promise<void> {
  const messages: unknown[] = [{ role: "user", content: OPENING }];
  for (let turn = 0; ; turn++) {
    const sent = JSON.stringify(messages);
    if (sent.length === 0) throw new Error("invariant: nothing sent");
    if (turn === STEPS) return;
    const reply = { text: "Look.", call: { name: "file_at", args: JSON.stringify({ path: `src/a${turn}.ts` }) } };
    const args = Arguments.parse(JSON.parse(reply.call.args));
    messages.push({ role: "assistant", content: reply.text, call: reply.call });
    messages.push({ role: "tool", name: reply.call.name, content: ANSWER + args.path });
  }
}

async function ourLoop(): Promise<void> {
  const limits = { ...DEFAULT_LIMITS, turns: STEPS + 2 };
  const price = { input: 1, output: 1 };
  const reasoner: Reasoner = {
    name: "offline",
    price,
    reply: async ({ transcript }) => {
      const turn = transcript.turns.length;
      if (JSON.stringify(transcript).length === 0) throw new Error("invariant: nothing sent");
      const used = { inputTokens: 10, outputTokens: 10 };
      if (turn === STEPS) return { ...used, kind: "conclusion", thought: "", value: {} };
      const args = JSON.parse(JSON.stringify({ path: `src/a${turn}.ts` }));
      return { ...used, kind: "calls", thought: "Look.", calls: [{ tool: "file_at", args }] };
    },
  };
  const rules: Rules = {
    limits,
    price,
    prepare: (name, args) => (name === TOOL.name ? TOOL.prepare(args) : null),
    readConclusion: () => CONCLUSION,
  };
  const { end } = await converse({
    reasoner,
    rules,
    promptVersion: "bench",
    opening: OPENING,
    ask: { system: "", tools: [TOOL.declaration], conclusionSchema: {} },
    run: (_, args) => TOOL.run(LOOKED, args),
    mask: MASK,
    clock: systemClock,
    signal: NEVER,
    watch: () => {},
  });
  if (end.kind !== "finish") throw new Error(`invariant: ${end.detail}`);
}

type Ai = {
  generateText: (options: object) => Promise<{ steps: readonly unknown[] }>;
  tool: Fn;
  stepCountIs: Fn;
  Mock: new (options: object) => object;
};
type Fn = (value: unknown) => unknown;

async function aiLoop({ generateText, tool, stepCountIs, Mock }: Ai): Promise<void> {
  let turn = 0;
  const usage = {
    inputTokens: { total: 10, noCache: 10, cacheRead: 0, cacheWrite: 0 },
    outputTokens: { total: 10, text: 10, reasoning: 0 },
    totalTokens: 20,
  };
  const model = new Mock({
    doGenerate: async ({ prompt }: { readonly prompt: unknown }) => {
      if (JSON.stringify(prompt).length === 0) throw new Error("invariant: nothing sent");
      if (turn++ === STEPS)
        return {
          content: [{ type: "text", text: "{}" }],
          finishReason: { unified: "stop", raw: "stop" },
          usage,
          warnings: [],
        };
      const call = {
        type: "tool-call",
        toolCallId: `c${turn}`,
        toolName: "file_at",
        input: JSON.stringify({ path: `src/a${turn}.ts` }),
      };
      const content = [{ type: "text", text: "Look." }, call];
      return { content, finishReason: { unified: "tool-calls", raw: "tool-calls" }, usage, warnings: [] };
    },
  });
  const execute = async ({ path }: { readonly path: string }): Promise<string> => ANSWER + path;
  const tools = { file_at: tool({ description: "A file", inputSchema: Arguments, execute }) };
  const { steps } = await generateText({ model, tools, prompt: OPENING, stopWhen: stepCountIs(STEPS + 1) });
  if (steps.length !== STEPS + 1) throw new Error(`invariant: ${steps.length} steps`);
}

/** Not a dependency of ours: it is installed once into a directory of its own. Without a registry it is left out. */
async function loadAi(): Promise<Ai | null> {
  const dir = join(tmpdir(), `sentinel-bench-ai-${AI_VERSION}`);
  mkdirSync(dir, { recursive: true });
  const from = createRequire(pathToFileURL(join(dir, "package.json")));
  try {
    from.resolve("ai");
  } catch {
    try {
      writeFileSync(join(dir, "package.json"), "{}");
      execFileSync(
        "npm",
        ["install", "--ignore-scripts", "--no-audit", "--no-fund", `ai@${AI_VERSION}`, `zod@${ZOD_VERSION}`],
        { cwd: dir, stdio: "pipe" },
      );
    } catch {
      console.log("the package ai could not be installed; it is left out");
      return null;
    }
  }
  const [main, test] = await Promise.all(
    ["ai", "ai/test"].map((name) => import(pathToFileURL(from.resolve(name)).href)),
  );
  const Mock = test.MockLanguageModelV4 ?? test.MockLanguageModelV3 ?? test.MockLanguageModelV2;
  return { generateText: main.generateText, tool: main.tool, stepCountIs: main.stepCountIs ?? main.isStepCount, Mock };
}
