/**
 * A stand-in Slack workspace on loopback: the Web API's methods that Sentinel uses, as strict as the real ones. It must never keep a
 * token where it could be read again.
 */
import { createHash, randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { createFaults } from "../faults.ts";
import { listen, parseObject, pathOf, readBody, sendJson, shut } from "../loopback.ts";
import { sendPress } from "./callback.ts";
import { SLACK_FAULTS, type SlackFaults } from "./faults.ts";
import { type Caller, METHODS, refuse, type SlackAnswer, type SlackArguments, type Workspace } from "./methods.ts";
import type { Slack, SlackChannel, SlackMessage, SlackOptions, SlackTold, SlackUser } from "./types.ts";

export async function startSlack(options: SlackOptions): Promise<Slack> {
  const now = options.now ?? Date.now;
  const faults: SlackFaults = createFaults(SLACK_FAULTS);
  const tokens = new Map<string, Token>();
  const messages: SlackMessage[] = [];
  const users = options.users ?? [BOT_OWNER];
  const [owner = BOT_OWNER] = users;
  const hooks = new Map<string, string>();
  const told: SlackTold[] = [];
  const responseUrl = (userId: string) => {
    const hook = `/actions/T0DRILL/${randomBytes(12).toString("hex")}`;
    hooks.set(hook, userId);
    return `${origin}${hook}`;
  };
  const server = createServer();
  const origin = `http://127.0.0.1:${await listen(server, options.port)}`;
  const workspace: Workspace = { url: `${origin}/`, users, channels: options.channels ?? CHANNELS, messages, now };
  const signingSecret = randomBytes(16).toString("hex");
  const keep = (token: string, scopes: readonly string[], lifeSeconds: number) => {
    tokens.set(hash(token), { user: owner, scopes, expiresAt: now() + lifeSeconds * 1000, isRevoked: false });
    return token;
  };
  for (const token of options.tokens ?? []) keep(token, SCOPES, HALF_A_DAY);

  server.on("request", (request: IncomingMessage, response: ServerResponse) => {
    let actor = "anonymous";
    response.once("close", () =>
      options.journal.record({
        service: "slack",
        method: request.method ?? "GET",
        path: pathOf(request),
        actor,
        status: response.writableFinished ? response.statusCode : 0,
      }),
    );
    const authenticate = (token: string | null) => {
      const found = judgeToken(token, tokens, faults, now());
      if (typeof found !== "string") actor = `user:${found.user.name}`;
      return found;
    };
    const userId = hooks.get(pathOf(request));
    if (userId !== undefined) {
      void hear(request, response, (text) => told.push({ userId, text })).catch(() => response.destroy());
      return;
    }
    void serve(request, response, workspace, faults, authenticate).catch(() => response.destroy());
  });

  return {
    apiUrl: `${origin}/api/`,
    messages,
    issueToken: ({ scopes = SCOPES, expiresInSeconds = HALF_A_DAY } = {}) =>
      keep(`xoxe.xoxp-1-${randomBytes(60).toString("base64url")}`, scopes, expiresInSeconds),
    revoke(token) {
      const known = tokens.get(hash(token));
      if (known) known.isRevoked = true;
    },
    async press(button) {
      const message = messages.find((each) => each.ts === button.ts);
      const user = users.find((each) => each.id === button.userId);
      if (!message || !user) throw new Error("No such message or user");
      return sendPress(button, message, user, signingSecret, responseUrl(user.id), faults, now());
    },
    told,
    responseUrl,
    signingSecret,
    faults,
    close: () => shut(server),
  };
}

type Token = Caller & { readonly expiresAt: number; isRevoked: boolean };

const BOT_OWNER: SlackUser = {
  id: "U0SENTINEL",
  name: "sentinel",
  realName: "Sentinel",
  email: "sentinel@drill.example",
};
const CHANNELS: readonly SlackChannel[] = [
  { id: "C0INCIDENTS", name: "incidents", isMember: true },
  { id: "C0ELSEWHERE", name: "elsewhere", isMember: false },
];
const SCOPES = ["chat:write", "users:read", "users:read.email", "channels:read"];
const HALF_A_DAY = 43_200;

/** A `response_url`: takes words for the one who pressed, as JSON. */
async function hear(request: IncomingMessage, response: ServerResponse, tell: (text: string) => void): Promise<void> {
  const body = parseObject(await readBody(request));
  const isWhole = body?.response_type === "ephemeral" && body.replace_original === false;
  if (!isWhole || typeof body.text !== "string" || body.text === "") return sendJson(response, 400, refuse("no_text"));
  tell(body.text);
  sendJson(response, 200, { ok: true });
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  workspace: Workspace,
  faults: SlackFaults,
  authenticate: (token: string | null) => Caller | string,
): Promise<void> {
  if (faults.refuse) return void request.socket.destroy();
  if (faults.latencyMs > 0) await delay(faults.latencyMs);
  const body = await readBody(request);
  if (faults.failNext > 0) {
    faults.failNext -= 1;
    response.writeHead(503).end("upstream connect error");
    return;
  }
  if (faults.rateLimitNext > 0) {
    faults.rateLimitNext -= 1;
    return sendJson(response, 429, refuse("ratelimited"), { "retry-after": String(faults.retryAfterSeconds) });
  }
  const answer = call(request, body, workspace, faults, authenticate);
  if (faults.loseAnswer > 0) {
    faults.loseAnswer -= 1;
    return void response.destroy();
  }
  sendJson(response, 200, answer);
}

function call(
  request: IncomingMessage,
  body: string,
  workspace: Workspace,
  faults: SlackFaults,
  authenticate: (token: string | null) => Caller | string,
): SlackAnswer {
  const name = /^\/api\/([\w.]+)$/.exec(pathOf(request))?.[1] ?? "";
  const method = METHODS[name];
  if (!method) return refuse("unknown_method");
  const args = readArguments(request, body);
  if (!args) return refuse("invalid_form_data");
  const header = /^Bearer (\S+)$/.exec(request.headers.authorization ?? "")?.[1] ?? null;
  const caller = authenticate(header ?? args.token ?? null);
  if (typeof caller === "string") return refuse(caller);
  if (method.scope !== null && !caller.scopes.includes(method.scope))
    return { ...refuse("missing_scope"), needed: method.scope, provided: caller.scopes.join(",") };
  if (faults.errorNext !== null) {
    const error = faults.errorNext;
    faults.errorNext = null;
    return refuse(error);
  }
  const stray = Object.keys(args).find((key) => key !== "token" && !method.takes.includes(key));
  if (stray !== undefined)
    return { ...refuse("invalid_arguments"), response_metadata: { messages: [`[ERROR] unknown argument: ${stray}`] } };
  return method.run(workspace, caller, args);
}

function judgeToken(
  token: string | null,
  tokens: ReadonlyMap<string, Token>,
  faults: SlackFaults,
  now: number,
): Caller | string {
  if (token === null || token === "") return "not_authed";
  const known = tokens.get(hash(token));
  if (!known) return "invalid_auth";
  if (known.isRevoked) return "token_revoked";
  return faults.tokensExpired || known.expiresAt <= now ? "token_expired" : known;
}

/** A form, JSON, or the query of a GET; in JSON, nested values become the text that a form would carry. */
function readArguments(request: IncomingMessage, body: string): SlackArguments | null {
  if (request.method === "GET") return Object.fromEntries(new URL(request.url ?? "/", "http://loopback").searchParams);
  const type = request.headers["content-type"]?.split(";")[0]?.trim();
  if (type === "application/json") {
    const value = parseObject(body);
    return value
      ? Object.fromEntries(
          Object.entries(value).map(([key, each]) => [key, typeof each === "string" ? each : JSON.stringify(each)]),
        )
      : null;
  }
  return type === "application/x-www-form-urlencoded" ? Object.fromEntries(new URLSearchParams(body)) : null;
}

function hash(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}
