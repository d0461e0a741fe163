import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startGemini } from "../../drill/gemini/gemini.ts";
import { createJournal } from "../../drill/journal.ts";
import { createGemini } from "../../src/adapters/gemini.ts";
import { conclusionSchema } from "../../src/agent/conclusion.ts";
import type { Transcript } from "../../src/agent/react/transcript.ts";
import type { Ask, Reasoner } from "../../src/agent/reasoner.ts";
import { TOOLS } from "../../src/agent/tools/catalog.ts";
import { Secret } from "../../src/kernel/secret.ts";
import { credentials, isLive } from "./targets/live.ts";

/** What the analysis relies on of a model behind the Gemini API. */
const live = isLive ? credentials("Gemini", ["GEMINI_API_KEY"] as const) : null;

describe.skipIf(isLive && live === null)("the port Reasoner, by Gemini", () => {
  let target: { readonly apiKey: string; readonly baseUrl: string | null; close(): Promise<void> };
  beforeEach(async () => {
    target = live
      ? { apiKey: live.GEMINI_API_KEY, baseUrl: null, close: async () => {} }
      : await startGemini({ journal: createJournal() });
  });
  afterEach(() => target.close());

  test("asked to look, it calls offered tools or says something", async () => {
    const reply = await reasoner().reply(ask(), AbortSignal.timeout(60_000));
    expect(["calls", "words"]).toContain(reply.kind);
    if (reply.kind === "calls")
      expect(TOOLS.map(({ name }) => name)).toEqual(expect.arrayContaining(reply.calls.map(({ tool }) => tool)));
    expect(reply.inputTokens).toBeGreaterThan(50);
  });

  test("its calls and their answers are taken back in the next turn", async () => {
    const first = await reasoner().reply(ask(), AbortSignal.timeout(60_000));
    if (first.kind !== "calls") return;
    const results = first.calls.map(({ tool }, index) => ({
      id: `T${index + 1}`,
      tool,
      ok: index % 2 === 0,
      text: "5a2ea80c1f0e 0.71 encode the client secret",
    }));
    const turns = [{ reply: { ...first, atMs: 1 }, results }];
    const second = await reasoner().reply(
      { ...ask(), transcript: { ...TRANSCRIPT, turns } },
      AbortSignal.timeout(60_000),
    );
    expect(["calls", "words"]).toContain(second.kind);
  });

  test("asked to conclude, it answers by the schema", async () => {
    const reply = await reasoner().reply({ ...ask(), mustConclude: true }, AbortSignal.timeout(60_000));
    expect(reply).toMatchObject({
      kind: "conclusion",
      value: {
        verdict: expect.stringMatching(/^(?:rollback|hold|not-our-change|unsure)$/),
        option: expect.stringMatching(/^(?:restore-last-good|hold)$/),
        summary: expect.any(String),
        claims: expect.any(Array),
      },
    });
  });

  test("a key that is none is known as such, and no words of the service come through", async () => {
    const reply = await reasoner("AIzaNotAKeyNotAKeyNotAKeyNotAKeyNotAKe").reply(ask(), AbortSignal.timeout(60_000));
    expect(reply).toMatchObject({ kind: "failed", why: "refused-key" });
    expect(JSON.stringify(reply)).not.toContain("AIza");
  });

  test("an aborted request ends at once", async () => {
    const abort = new AbortController();
    const reply = reasoner().reply(ask(), abort.signal);
    abort.abort();
    expect(await reply).toMatchObject({ kind: "failed", why: "timeout" });
  });

  function reasoner(apiKey = target.apiKey): Reasoner {
    const access = { kind: "key" as const, apiKey: new Secret(apiKey) };
    return createGemini({ model: "gemini-2.5-flash", access, baseUrl: target.baseUrl });
  }
});

const TRANSCRIPT: Transcript = {
  v: 1,
  by: "gemini",
  prompt: "contract",
  opening: `A release failed.
<data 1 id="E1">TypeError: client_secret_basic is refused in src/auth/basic.ts</data 1>
<data 2 id="E2">ranking: 5a2ea80c1f0e 0.71 encode the client secret; 1f0e4d7b9a3c 0.11 bump dependencies</data 2>
Options: - restore-last-good: one commit with the last good tree - hold: a person decides
Look further with the tools if that can change the answer.`,
  turns: [],
};

function ask(): Ask {
  return {
    system: "You help the person on call to understand a failed release. You can only read.",
    transcript: TRANSCRIPT,
    tools: TOOLS.map(({ declaration }) => declaration),
    mustConclude: false,
    conclusionSchema: conclusionSchema(["restore-last-good", "hold"]),
  };
}
