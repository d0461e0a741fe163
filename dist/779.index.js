export const id = 779;
export const ids = [779];
export const modules = {

/***/ 8779:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  createGemini: () => (/* binding */ createGemini)
});

// EXTERNAL MODULE: ./node_modules/@google/genai/dist/web/index.mjs
var web = __webpack_require__(3238);
// EXTERNAL MODULE: ./node_modules/zod/v4/classic/schemas.js + 6 modules
var schemas = __webpack_require__(6921);
;// CONCATENATED MODULE: ./build/src/adapters/gemini-reply.js

/** Whatever Gemini answered, as one of the replies the conversation knows. Nothing is taken for granted of its shape. */
function readReply(response, isConclusion) {
    const parsed = Response.safeParse(response);
    if (!parsed.success)
        return { ...NOTHING, kind: "failed", why: "malformed", detail: "the answer has an unknown shape" };
    const { promptFeedback, candidates, usageMetadata } = parsed.data;
    const measure = {
        inputTokens: usageMetadata?.promptTokenCount ?? 0,
        outputTokens: (usageMetadata?.candidatesTokenCount ?? 0) + (usageMetadata?.thoughtsTokenCount ?? 0),
    };
    const failed = (why, detail) => ({
        ...measure,
        kind: "failed",
        why,
        detail,
    });
    if (promptFeedback?.blockReason)
        return failed("blocked", "the prompt was blocked");
    const candidate = candidates?.[0];
    if (!candidate)
        return failed("malformed", "the answer holds nothing");
    if (BLOCKED.has(candidate.finishReason ?? ""))
        return failed("blocked", "the answer was blocked");
    const parts = candidate.content?.parts ?? [];
    const calls = parts.flatMap(toCall);
    const text = parts.flatMap((part) => (part.text !== undefined && part.thought !== true ? [part.text] : [])).join("");
    if (calls.length > 0)
        return { ...measure, kind: "calls", thought: text, calls };
    if (text.trim() === "")
        return failed("malformed", "the answer is empty");
    if (!isConclusion)
        return { ...measure, kind: "words", thought: text };
    const value = parseJson(text);
    return value === undefined
        ? failed("malformed", "the conclusion is not JSON")
        : { ...measure, kind: "conclusion", thought: "", value };
}
const NOTHING = { inputTokens: 0, outputTokens: 0 };
const Count = schemas/* number */.aig().min(0).nullish();
const ResponsePart = schemas/* looseObject */._H3({
    text: schemas/* string */.YjP().optional(),
    thought: schemas/* boolean */.zMY().nullish(),
    thoughtSignature: schemas/* string */.YjP().max(200_000).optional(),
    functionCall: schemas/* looseObject */._H3({ name: schemas/* string */.YjP().nullish(), args: schemas/* unknown */.L5J() }).optional(),
});
const Response = schemas/* looseObject */._H3({
    promptFeedback: schemas/* looseObject */._H3({ blockReason: schemas/* string */.YjP().nullish() }).nullish(),
    candidates: schemas/* array */.YOg(schemas/* looseObject */._H3({
        finishReason: schemas/* string */.YjP().nullish(),
        content: schemas/* looseObject */._H3({ parts: schemas/* array */.YOg(ResponsePart).nullish() }).nullish(),
    }))
        .nullish(),
    usageMetadata: schemas/* looseObject */._H3({ promptTokenCount: Count, candidatesTokenCount: Count, thoughtsTokenCount: Count })
        .nullish(),
});
const BLOCKED = new Set(["SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "IMAGE_SAFETY"]);
const CONCLUSION_CHARS = 200_000;
function toCall({ functionCall, thoughtSignature }) {
    if (!functionCall)
        return [];
    return [
        {
            tool: functionCall.name ?? "",
            args: functionCall.args ?? {},
            ...(thoughtSignature === undefined ? {} : { signature: thoughtSignature }),
        },
    ];
}
function parseJson(text) {
    if (text.length > CONCLUSION_CHARS)
        return undefined;
    try {
        return JSON.parse(text.replace(/^\s*```(?:json)?\s*|\s*```\s*$/g, ""));
    }
    catch {
        return undefined;
    }
}

// EXTERNAL MODULE: ./build/src/agent/prompts/opening.js
var prompts_opening = __webpack_require__(5799);
;// CONCATENATED MODULE: ./build/src/adapters/gemini-request.js

/** The transcript as Gemini's conversation: calls as it made them, answers beside them. */
function conversation({ opening, turns }) {
    return [user([{ text: opening }]), ...turns.flatMap(turnContents)];
}
/**
 * The transcript as one message: where a schema binds the answer, Gemini takes no tools, and calls in the conversation
 * without tools declared are refused by some models.
 */
function flattened({ opening, turns }) {
    const looks = turns.flatMap(({ reply, results }) => [
        ...(reply.kind !== "failed" && reply.thought !== "" ? [`You noted: ${reply.thought}`] : []),
        ...results.map(prompts_opening/* fenceAnswer */.EZ),
    ]);
    const wasRefused = turns.at(-1)?.reply.kind === "conclusion";
    return [
        user([
            { text: opening },
            ...(looks.length === 0 ? [] : [{ text: `What you looked at:\n${looks.join("\n")}` }]),
            {
                text: wasRefused
                    ? `What you concluded did not fit the schema or the options. ${prompts_opening/* CONCLUDE_PROMPT */.dD}`
                    : prompts_opening/* CONCLUDE_PROMPT */.dD,
            },
        ]),
    ];
}
function turnContents({ reply, results }) {
    if (reply.kind !== "calls" || reply.calls.length === 0)
        return [];
    const said = reply.thought === "" ? [] : [{ text: reply.thought }];
    return [
        { role: "model", parts: [...said, ...reply.calls.map(toCallPart)] },
        user(reply.calls.map((call, index) => {
            const result = results[index];
            const response = result === undefined
                ? { error: "not run" }
                : result.ok
                    ? { output: (0,prompts_opening/* fenceAnswer */.EZ)(result) }
                    : { error: result.text };
            return { functionResponse: { name: apiName(call.tool), response } };
        })),
    ];
}
function toCallPart({ tool, args, signature }) {
    const given = typeof args === "object" && args !== null && !Array.isArray(args) ? { ...args } : {};
    return {
        functionCall: { name: apiName(tool), args: given },
        ...(signature === undefined ? {} : { thoughtSignature: signature }),
    };
}
/** The API refuses a conversation that holds a name it does not allow, even if the model made it up. */
function apiName(tool) {
    return /^[A-Za-z_][\w.:-]{0,127}$/.test(tool) ? tool : "unknown_tool";
}
function user(parts) {
    return { role: "user", parts };
}

;// CONCATENATED MODULE: ./build/src/adapters/gemini.js



/**
 * Gemini as a reasoner, through the light entry of its SDK. It must never put the key or anything the service said into an
 * error or a log: what leaves here are replies, and for a failure a word of ours and a status.
 */
function createGemini(options) {
    const client = connect(options);
    return {
        name: "gemini",
        price: priceOf(options.model),
        reply: async (ask, signal) => {
            try {
                return readReply(await client.models.generateContent(requestFor(options.model, ask, signal)), ask.mustConclude);
            }
            catch (error) {
                return failed(error, signal);
            }
        },
    };
}
const TIMEOUT_MS = 60_000;
/** One more try, soon: a second failure is better spent on the offline reasoner. */
const RETRY = { attempts: 2, initialDelay: 0.5, maxDelay: 2 };
function connect({ access, baseUrl }) {
    const common = { timeout: TIMEOUT_MS, retryOptions: RETRY };
    if (access.kind === "key")
        return new web/* GoogleGenAI */.M4({
            apiKey: access.apiKey.expose(),
            vertexai: false,
            httpOptions: { ...common, ...(baseUrl === null ? {} : { baseUrl }) },
        });
    const host = access.location === "global" ? "aiplatform" : `${access.location}-aiplatform`;
    return new web/* GoogleGenAI */.M4({
        // The light entry knows keys only; this one is taken off again below, where the identity's token is put on.
        apiKey: "none",
        vertexai: true,
        apiVersion: `v1/projects/${access.project}/locations/${access.location}`,
        httpOptions: {
            ...common,
            baseUrl: baseUrl ?? `https://${host}.googleapis.com`,
            fetch: async (url, init) => {
                const headers = new Headers(init?.headers);
                headers.delete("x-goog-api-key");
                headers.set("authorization", `Bearer ${(await access.token()).expose()}`);
                return fetch(url, { ...init, headers });
            },
        },
    });
}
function requestFor(model, ask, signal) {
    const common = {
        systemInstruction: ask.system,
        temperature: 0,
        candidateCount: 1,
        abortSignal: signal,
        ...thinking(model),
    };
    if (ask.mustConclude)
        return {
            model,
            contents: flattened(ask.transcript),
            config: {
                ...common,
                maxOutputTokens: 4096,
                responseMimeType: "application/json",
                responseJsonSchema: ask.conclusionSchema,
            },
        };
    const functionDeclarations = ask.tools.map(({ name, description, parameters }) => ({
        name,
        description,
        parametersJsonSchema: withoutExotic(parameters),
    }));
    return {
        model,
        contents: conversation(ask.transcript),
        config: {
            ...common,
            maxOutputTokens: 2048,
            tools: [{ functionDeclarations }],
            automaticFunctionCalling: { disable: true },
        },
    };
}
/** Longer thinking does not find more culprits. Not every model can be told to leave it. */
function thinking(model) {
    if (/2\.5-flash/.test(model))
        return { thinkingConfig: { thinkingBudget: 0 } };
    if (/2\.5-pro/.test(model))
        return { thinkingConfig: { thinkingBudget: 128 } };
    return {};
}
/** Only what the API documents of JSON Schema; the rest is checked by us anyway. */
function withoutExotic(schema) {
    if (Array.isArray(schema))
        return schema.map(withoutExotic);
    if (typeof schema !== "object" || schema === null)
        return schema;
    return Object.fromEntries(Object.entries(schema)
        .filter(([key]) => !["pattern", "minLength", "maxLength", "default"].includes(key))
        .map(([key, value]) => [key, withoutExotic(value)]));
}
function failed(error, signal) {
    const none = { kind: "failed", inputTokens: 0, outputTokens: 0 };
    if (signal.aborted)
        return { ...none, why: "timeout", detail: "no answer in time" };
    if (!(error instanceof web/* ApiError */.hD))
        return { ...none, why: "unavailable", detail: "no connection to the model's service" };
    const detail = `the model's service answered ${Number(error.status)}`;
    if (error.status === 429)
        return { ...none, why: "limited", detail };
    if (error.status === 401 || error.status === 403 || /API.KEY.INVALID|API key not valid/i.test(error.message))
        return { ...none, why: "refused-key", detail };
    return { ...none, why: "unavailable", detail };
}
/** List prices, in millionths of a dollar per million tokens. An unknown model counts as the dearest. */
function priceOf(model) {
    return PRICES.find(({ name }) => name.test(model))?.price ?? { input: 4_000_000, output: 18_000_000 };
}
const PRICES = [
    { name: /2\.5-flash-lite/, price: { input: 100_000, output: 400_000 } },
    { name: /2\.5-flash/, price: { input: 300_000, output: 2_500_000 } },
    { name: /2\.5-pro/, price: { input: 2_500_000, output: 15_000_000 } },
];


/***/ })

};
