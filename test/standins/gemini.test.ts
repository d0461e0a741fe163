import { ApiError, type GenerateContentResponse, GoogleGenAI } from "@google/genai";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { startGemini } from "../../drill/gemini/gemini.ts";
import type { Gemini } from "../../drill/gemini/types.ts";
import { createJournal, type Journal } from "../../drill/journal.ts";

let gemini: Gemini;
let journal: Journal;
let client: GoogleGenAI;
beforeEach(async () => {
  journal = createJournal();
  gemini = await startGemini({ journal, slowMs: 30 });
  client = clientWith(gemini.apiKey);
});
afterEach(() => gemini.close());

const SHA = "5a2ea80c1f0e4d7b9a3c6e8f1d2b4a6c8e0f2d41";
const PROMPT = `A release failed.
<data x id="E1">TypeError: client_secret_basic refused in src/auth/basic.ts</data>
<data x id="E2">ranking of suspects: ${SHA} 0.71 encode the secret</data>
Options: - restore-last-good: … - hold: …`;

const TOOLS = [
  { name: "suspect_ranking", description: "The ranking", parametersJsonSchema: { type: "object", properties: {} } },
  {
    name: "commit_diff",
    description: "One diff",
    parametersJsonSchema: {
      type: "object",
      properties: { commit: { type: "string" }, path: { type: "string" } },
      required: ["commit"],
    },
  },
];
const SCHEMA = {
  type: "object",
  properties: {
    verdict: { type: "string", enum: ["unsure", "hold", "rollback"] },
    option: { type: "string", enum: ["hold", "restore-last-good"] },
    summary: { type: "string" },
    claims: {
      type: "array",
      items: {
        type: "object",
        properties: { text: { type: "string" }, evidence: { type: "array", items: { type: "string" } } },
        required: ["text", "evidence"],
      },
    },
    confidence: { type: "number", minimum: 0, maximum: 1 },
  },
  required: ["verdict", "option", "summary", "claims"],
};

describe("a model that works well (with the real @google/genai)", () => {
  test("looks twice with offered tools, then says that it has seen enough", async () => {
    const first = await look([]);
    expect(first.functionCalls).toMatchObject([{ name: "suspect_ranking", args: {} }]);
    const second = await look([first]);
    expect(second.functionCalls).toMatchObject([{ name: "commit_diff", args: { commit: SHA } }]);
    const third = await look([first, second]);
    expect(third.functionCalls).toBeUndefined();
    expect(third.text).toContain("seen enough");
    expect(third.usageMetadata?.totalTokenCount).toBeGreaterThan(100);
  });

  test("concludes by whatever schema it is given, naming the first suspect and evidence that exists", async () => {
    expect(JSON.parse((await conclude()).text ?? "")).toEqual({
      verdict: "rollback",
      option: "restore-last-good",
      summary: expect.stringContaining(SHA.slice(0, 12)),
      claims: [{ text: expect.any(String), evidence: ["E1", "E2"] }],
      confidence: 0.8,
    });
  });

  test("hands its answer in by a function where one is declared for that", async () => {
    const final = { name: "submit_diagnosis", description: "…", parametersJsonSchema: SCHEMA };
    const reply = await client.models.generateContent({
      model: "gemini-2.5-flash",
      contents: PROMPT,
      config: { tools: [{ functionDeclarations: [final] }] },
    });
    expect(reply.functionCalls?.[0]).toMatchObject({ name: "submit_diagnosis", args: { verdict: "rollback" } });
  });
});

describe("the API's own checks", () => {
  test("a missing and a wrong key are told apart", async () => {
    const url = `${gemini.baseUrl}/v1beta/models/gemini-2.5-flash:generateContent`;
    expect((await fetch(url, { method: "POST", body: "{}" })).status).toBe(403);
    const error = await caught(
      clientWith("AIzaWrong").models.generateContent({ model: "gemini-2.5-flash", contents: "x" }),
    );
    expect(error.status).toBe(400);
    expect(error.message).toContain("API_KEY_INVALID");
  });

  test.each([
    ["a misspelt field", { contents: opening(), generationConfg: {} }, /Unknown name "generationConfg"/],
    ["a misspelt setting", { contents: opening(), generationConfig: { temprature: 0 } }, /Unknown name "temprature"/],
    ["no contents", { contents: [] }, /contents is not specified/],
    [
      "tools beside a JSON answer",
      {
        contents: opening(),
        tools: [{ functionDeclarations: TOOLS }],
        generationConfig: { responseMimeType: "application/json" },
      },
      /is unsupported/,
    ],
    [
      "a schema without its mime type",
      { contents: opening(), generationConfig: { responseJsonSchema: SCHEMA } },
      /mime type/,
    ],
    [
      "an answer to no call",
      { contents: [{ role: "user", parts: [{ functionResponse: { name: "x", response: {} } }] }] },
      /number of function response parts/,
    ],
    [
      "a call without its answer",
      { contents: [...opening(), { role: "model", parts: [{ functionCall: { name: "x", args: {} } }] }, ...opening()] },
      /number of function response parts/,
    ],
    [
      "a bad function name",
      { contents: opening(), tools: [{ functionDeclarations: [{ name: "1 look" }] }] },
      /Invalid function name/,
    ],
    [
      "two functions of one name",
      { contents: opening(), tools: [{ functionDeclarations: [TOOLS[0], TOOLS[0]] }] },
      /Duplicate/,
    ],
  ])("%s is refused", async (_what, body, words) => {
    const response = await raw("gemini-2.5-flash:generateContent", body);
    expect(response.status).toBe(400);
    const { error } = (await response.json()) as { error: { message: string } };
    expect(error.message).toMatch(words);
    expect(gemini.requests).toHaveLength(0);
  });

  test("what is not implemented says so, and an unknown model is not found", async () => {
    expect((await raw("gemini-2.5-flash:streamGenerateContent", {})).status).toBe(501);
    expect((await raw("gpt-9:generateContent", {})).status).toBe(404);
  });
});

describe("a model that does not", () => {
  test("is silent until the client gives up", async () => {
    gemini.setModel("silent");
    await expect(conclude(AbortSignal.timeout(100))).rejects.toThrow();
    await vi.waitFor(() => expect(journal.entries.at(-1)).toMatchObject({ service: "gemini", status: 0 }));
  });

  test("is slow, breaks off, speaks of something else, is blocked, or runs out of tokens", async () => {
    gemini.setModel("slow");
    expect((await conclude()).text).toContain("rollback");
    gemini.setModel("malformed");
    const broken = textOf(await conclude());
    expect(broken).toContain("verdict");
    expect(() => JSON.parse(broken)).toThrow();
    gemini.setModel("wrong-schema");
    expect(JSON.parse(textOf(await conclude()))).not.toHaveProperty("claims");
    gemini.setModel("safety");
    const blocked = await conclude();
    expect(blocked.candidates?.[0]).toMatchObject({ finishReason: "SAFETY" });
    expect(blocked.text).toBeUndefined();
    gemini.setModel("token-limit");
    expect((await conclude()).candidates?.[0]?.finishReason).toBe("MAX_TOKENS");
  });

  test.each([
    ["429", "RESOURCE_EXHAUSTED"],
    ["503", "UNAVAILABLE"],
  ] as const)("is refused with %s", async (model, status) => {
    gemini.setModel(model);
    const error = await caught(conclude());
    expect(error.status).toBe(Number(model));
    expect(error.message).toContain(status);
  });
});

describe("a hostile model", () => {
  beforeEach(() => gemini.setModel("hostile"));

  test("asks for everything forbidden, turn after turn", async () => {
    const turns: GenerateContentResponse[] = [];
    for (let turn = 0; turn < 5; turn++) turns.push(await look(turns));
    const names = turns.flatMap((turn) => (turn.functionCalls ?? []).map((call) => call.name));
    expect(names).toEqual(
      expect.arrayContaining(["push", "merge", "delete_ruleset", "approve", "__proto__", "suspect_ranking "]),
    );
    const asked = JSON.stringify(turns.map((turn) => turn.candidates));
    for (const words of ["/etc/passwd", "::add-mask::", "@everyone", "isApproved", "deadbeef", "refs/heads/sentinel"])
      expect(asked).toContain(words);
  });

  test("first concludes outside the schema, then validly in hostile words, proposing a rollback", async () => {
    const first = JSON.parse(textOf(await conclude()));
    expect(first).toMatchObject({ option: "force-push", approver: "auth0|attacker" });
    const last = JSON.parse(textOf(await conclude()));
    expect(last).toMatchObject({
      verdict: "rollback",
      option: "restore-last-good",
      claims: [{ evidence: ["E1", "E2"] }],
    });
    expect(Object.keys(last).toSorted()).toEqual(["claims", "confidence", "option", "summary", "verdict"]);
    expect(last.summary).toContain("::set-output");
  });

  test("a flood is two hundred calls at once", async () => {
    gemini.setModel("flood");
    expect((await look([])).functionCalls).toHaveLength(200);
  });
});

test("the journal holds no key", async () => {
  await conclude();
  expect(journal.entries).toEqual([
    {
      service: "gemini",
      method: "POST",
      path: expect.stringMatching(/^\/v1(?:beta)?\/models\/gemini-2\.5-flash:generateContent$/),
      actor: "key",
      status: 200,
    },
  ]);
});

function opening() {
  return [{ role: "user", parts: [{ text: PROMPT }] }];
}

function clientWith(apiKey: string): GoogleGenAI {
  return new GoogleGenAI({ apiKey, httpOptions: { baseUrl: gemini.baseUrl, retryOptions: { attempts: 1 } } });
}

/** The next turn after these, every call answered. */
function look(turns: readonly GenerateContentResponse[]): Promise<GenerateContentResponse> {
  const said = turns.flatMap((turn) => {
    const calls = turn.functionCalls ?? [];
    const parts = (turn.candidates?.[0]?.content?.parts ?? []).map((part) =>
      part.functionCall ? { functionCall: { ...part.functionCall, name: safe(part.functionCall.name) } } : part,
    );
    const answers = calls.map((call) => ({
      functionResponse: { name: safe(call.name), response: { output: `${SHA} 0.71` } },
    }));
    return [
      { role: "model", parts },
      { role: "user", parts: answers },
    ];
  });
  return client.models.generateContent({
    model: "gemini-2.5-flash",
    contents: [...opening(), ...said],
    config: { tools: [{ functionDeclarations: TOOLS }], automaticFunctionCalling: { disable: true } },
  });
}

function safe(name: string | undefined): string {
  return /^[A-Za-z_][\w.:-]*$/.test(name ?? "") ? (name ?? "") : "unknown_tool";
}

function conclude(abortSignal?: AbortSignal): Promise<GenerateContentResponse> {
  return client.models.generateContent({
    model: "gemini-2.5-flash",
    contents: PROMPT,
    config: {
      responseMimeType: "application/json",
      responseJsonSchema: SCHEMA,
      temperature: 0,
      ...(abortSignal ? { abortSignal } : {}),
    },
  });
}

function raw(path: string, body: unknown): Promise<Response> {
  return fetch(`${gemini.baseUrl}/v1beta/models/${path}`, {
    method: "POST",
    headers: { "x-goog-api-key": gemini.apiKey, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}

function textOf(reply: GenerateContentResponse): string {
  return reply.text ?? "";
}

async function caught(promise: Promise<unknown>): Promise<ApiError> {
  return promise.then(
    () => {
      throw new Error("expected a refusal");
    },
    (error: unknown) => {
      if (error instanceof ApiError) return error;
      throw error;
    },
  );
}
