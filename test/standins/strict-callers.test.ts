import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { startGemini } from "../../drill/gemini/gemini.ts";
import { createJournal } from "../../drill/journal.ts";
import { startSlack } from "../../drill/slack/slack.ts";
import { createAuth0Approval } from "../../src/adapters/auth0-approval.ts";
import { createAuth0Vault } from "../../src/adapters/auth0-vault.ts";
import { createGemini } from "../../src/adapters/gemini.ts";
import { createSlackPost } from "../../src/adapters/slack.ts";
import { createWorkerVault } from "../../src/adapters/token-vault-worker.ts";
import { conclusionSchema } from "../../src/agent/conclusion.ts";
import { TOOLS } from "../../src/agent/tools/catalog.ts";
import { Secret } from "../../src/kernel/secret.ts";
import { authorizationDetails, bindingMessage } from "../../src/notice/phone.ts";
import { PLAN } from "../approval/plan.ts";
import { approvedToken } from "./ask-tenant.ts";
import { misspellings } from "./misspelt.ts";
import { AUDIENCE, PRIVATE_KEY, type SampleTenant, startSampleTenant } from "./sample-tenant.ts";

/** Our own adapters, wrong in one name or in the media type of one request: no stand-in may let that pass. */
const key = new Secret(PRIVATE_KEY);
const real = globalThis.fetch;
let tenant: SampleTenant;
let clock = Date.now();
beforeEach(async () => {
  // The tenant's clock runs ahead so that the five pushes a minute are never met.
  tenant = await startSampleTenant({ now: () => clock });
});
afterEach(async () => {
  vi.unstubAllGlobals();
  await tenant.auth0.close();
});

describe("one misspelt name is refused", () => {
  test("when asking for an approval", async () => {
    const ask = async () => {
      clock += 30_000;
      const server = createAuth0Approval({ domain: tenant.auth0.domain, clientId: "asks", privateKey: key }, AUDIENCE);
      const answer = await server.ask({
        user: "auth0|lead",
        scope: "rollback:sev2",
        bindingMessage: bindingMessage(PLAN),
        authorizationDetails: authorizationDetails(PLAN),
        expiresInS: 60,
      });
      return answer.kind === "ok";
    };
    // The properties' own names are ours to choose; a person reads their `name`.
    await everyMisspelling("/bc-authorize", ask, (path) => /properties\/\w+$/.test(path));
  });

  test("when exchanging an approval", async () => {
    clock = Date.now();
    const token = await approvedToken(tenant);
    const exchange = async () => {
      const vault = createAuth0Vault(
        { domain: tenant.auth0.domain, clientId: "vault", privateKey: key },
        "github",
        () => {},
      );
      return (await vault.exchange(new Secret(token))).kind === "ok";
    };
    await everyMisspelling("/oauth/token", exchange);
  });

  test("when a worker asks for Slack's token", async () => {
    clock = Date.now();
    const vault = createWorkerVault({
      domain: tenant.auth0.domain,
      clientId: "worker",
      privateKey: key,
      user: "auth0|lead",
    });
    await everyMisspelling("/oauth/token", () => succeeded(vault("sign-in-with-slack", "incident 7")));
  });

  test("when posting to Slack", async () => {
    const slack = await startSlack({ journal: createJournal() });
    vi.spyOn(console, "error").mockImplementation(() => {});
    const post = createSlackPost(slack.apiUrl, async () => new Secret(slack.issueToken()));
    const blocks = [{ type: "section", text: { type: "mrkdwn", text: "held", verbatim: true } }];
    const send = () =>
      succeeded(
        post({
          channel: "C0INCIDENTS",
          connection: "x",
          message: { text: "held", blocks },
          edit: null,
          thread: null,
          keys: { message: "one", thread: "two" },
        }),
      );
    await everyMisspelling("/api/chat.postMessage", send);
    await slack.close();
  });

  test.each([true, false])("when asking Gemini (to conclude: %s)", async (mustConclude) => {
    const gemini = await startGemini({ journal: createJournal() });
    const access = { kind: "key" as const, apiKey: new Secret(gemini.apiKey) };
    const reasoner = createGemini({ model: "gemini-2.5-flash", access, baseUrl: gemini.baseUrl });
    const transcript = { v: 1 as const, by: "gemini" as const, prompt: "x", opening: "A release failed.", turns: [] };
    const ask = async () => {
      const reply = await reasoner.reply(
        {
          system: "You help.",
          transcript,
          tools: TOOLS.map(({ declaration }) => declaration),
          mustConclude,
          conclusionSchema: conclusionSchema(["restore-last-good", "hold"]),
        },
        AbortSignal.timeout(10_000),
      );
      return reply.kind !== "failed";
    };
    await everyMisspelling(":generateContent", ask, (path) => /properties\/\w+$/.test(path));
    await gemini.close();
  });
});

/**
 * Runs `call` once to learn its request to `path`, then again for every misspelling of it, and once with another media type.
 * `call` says whether it was given what it asked for.
 */
async function everyMisspelling(
  path: string,
  call: () => Promise<boolean>,
  isFree: (path: string) => boolean = () => false,
): Promise<void> {
  const bodies: { body: string; type: string }[] = [];
  intercept(path, (body, type) => {
    bodies.push({ body, type });
    return { body, type };
  });
  expect(await call()).toBe(true);
  const [first] = bodies;
  if (!first) throw new Error(`no request to ${path}`);
  const names = misspellings(first.body, first.type, isFree).map((each) => each.path);
  expect(names.length).toBeGreaterThan(4);

  const passed: string[] = [];
  for (const name of names) {
    intercept(path, (body, type) => {
      const altered = misspellings(body, type, isFree).find((each) => each.path === name);
      return { body: altered?.body ?? body, type };
    });
    if (await call()) passed.push(name);
  }
  intercept(path, (body) => ({ body, type: "text/plain" }));
  if (await call()) passed.push("text/plain");
  expect(passed).toEqual([]);
}

function intercept(path: string, alter: (body: string, type: string) => { body: string; type: string }): void {
  vi.stubGlobal("fetch", async (input: Parameters<typeof fetch>[0], init: RequestInit = {}) => {
    const url = input instanceof Request ? input.url : String(input);
    if (!url.endsWith(path)) return real(input, init);
    const request = new Request(input, init);
    const { body, type } = alter(await request.text(), request.headers.get("content-type") ?? "");
    const headers = new Headers(request.headers);
    headers.set("content-type", type);
    return real(url, { method: "POST", headers, body });
  });
}

async function succeeded(promise: Promise<unknown>): Promise<boolean> {
  return promise.then(
    () => true,
    () => false,
  );
}
