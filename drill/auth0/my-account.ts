/**
 * The part of the My Account API by which a person connects their account at a provider. Nothing is connected before they said so in
 * their browser, and the program that asked never sees the provider's token.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { createLocalJWKSet, jwtVerify } from "jose";
import { parseObject, pathOf, readBody, sendJson } from "../loopback.ts";
import { ACTORS } from "./answers.ts";
import { sendPage } from "./browser/page.ts";
import { agree, begin, CONNECT_LIFE_SECONDS, Complete, finish, Start, waitingFor } from "./connecting.ts";
import { publicPart } from "./keys.ts";
import { shownAccount } from "./management/users.ts";
import type { TenantParts } from "./parts.ts";
import type { TenantUser } from "./records.ts";
import { type MY_ACCOUNT_SCOPES, myAccountAudience, type TenantState } from "./state.ts";

const BASE = "/me/v1/connected-accounts";
export const CONNECT_PATH = "/connect";

const SCOPES: Readonly<Record<string, (typeof MY_ACCOUNT_SCOPES)[number]>> = {
  [`POST ${BASE}/connect`]: "create:me:connected_accounts",
  [`POST ${BASE}/complete`]: "create:me:connected_accounts",
  [`GET ${BASE}/accounts`]: "read:me:connected_accounts",
  [`DELETE ${BASE}/accounts/:id`]: "delete:me:connected_accounts",
};

export async function serveMyAccount(
  request: IncomingMessage,
  response: ServerResponse,
  parts: TenantParts,
): Promise<void> {
  const { status, body } = await answer(request, response, parts);
  if (body === undefined) response.writeHead(status).end();
  else sendJson(response, status, body);
}

type Answer = { readonly status: number; readonly body?: unknown };

async function answer(request: IncomingMessage, response: ServerResponse, parts: TenantParts): Promise<Answer> {
  const path = pathOf(request);
  const route = `${request.method} ${path.replace(/\/accounts\/.+$/, "/accounts/:id")}`;
  const needed = SCOPES[route];
  if (!needed) return problem(501, `${route} is not implemented by this stand-in`);
  const caller = await authenticate(request, parts);
  if (!caller) return problem(401, "Invalid token");
  ACTORS.set(response, `user:${caller.user.id}`);
  if (!caller.scopes.includes(needed)) return problem(403, `Insufficient scope, expected ${needed}`);
  const { state } = parts;
  switch (route) {
    case `POST ${BASE}/connect`:
      return start(await readBody(request), caller, state);
    case `POST ${BASE}/complete`:
      return complete(await readBody(request), caller.user, state);
    case `GET ${BASE}/accounts`:
      return { status: 200, body: { accounts: caller.user.accounts.map((each) => shownAccount(each, state)) } };
    default:
      return remove(decodeURIComponent(path.slice(`${BASE}/accounts/`.length)), caller.user);
  }
}

type Caller = { readonly user: TenantUser; readonly clientId: string; readonly scopes: readonly string[] };

async function authenticate(request: IncomingMessage, { keys, state }: TenantParts): Promise<Caller | null> {
  const token = /^Bearer (\S+)$/.exec(request.headers.authorization ?? "")?.[1] ?? "";
  try {
    const { payload } = await jwtVerify(token, createLocalJWKSet({ keys: keys.jwks.map(publicPart) }), {
      algorithms: ["RS256"],
      issuer: state.issuer,
      audience: myAccountAudience(state),
    });
    const user = state.users.get(String(payload.sub));
    return user ? { user, clientId: String(payload.azp), scopes: String(payload.scope ?? "").split(" ") } : null;
  } catch {
    return null;
  }
}

function start(body: string, { user, clientId }: Caller, state: TenantState): Answer {
  const asked = Start.safeParse(parseObject(body));
  if (!asked.success) return problem(400, asked.error.issues[0]?.message ?? "invalid body");
  if (!state.connections.get(asked.data.connection)?.connectedAccounts)
    return problem(400, "Connected accounts are not enabled for the connection");
  if (!state.clients.get(clientId)?.callbacks.includes(asked.data.redirect_uri))
    return problem(400, "redirect_uri is not a callback of the client");
  const { session, ticket } = begin(state, user, asked.data);
  return {
    status: 201,
    body: {
      auth_session: session,
      connect_uri: `${state.issuer}${CONNECT_PATH.slice(1)}`,
      connect_params: { ticket },
      expires_in: CONNECT_LIFE_SECONDS,
    },
  };
}

function complete(body: string, user: TenantUser, state: TenantState): Answer {
  const given = Complete.safeParse(parseObject(body));
  if (!given.success) return problem(400, given.error.issues[0]?.message ?? "invalid body");
  const account = finish(state, user, given.data);
  return account
    ? { status: 201, body: shownAccount(account, state) }
    : problem(400, "The connection was not started so, not agreed to, or completed before");
}

function remove(id: string, user: TenantUser): Answer {
  if (!user.accounts.some((each) => each.id === id)) return problem(404, "No such account");
  user.accounts = user.accounts.filter((each) => each.id !== id);
  return { status: 204 };
}

function problem(status: number, detail: string): Answer {
  return { status, body: { type: "https://auth0.com/api-errors", title: detail, detail, status } };
}

/** What the person sees in the browser, and their yes. */
export async function serveConnect(
  request: IncomingMessage,
  response: ServerResponse,
  { state }: TenantParts,
): Promise<void> {
  const given =
    request.method === "POST"
      ? new URLSearchParams(await readBody(request))
      : new URL(request.url ?? "/", "http://loopback").searchParams;
  const connecting = waitingFor(state, given.get("ticket"));
  if (!connecting) {
    response.writeHead(400).end("This ticket is unknown, used or expired");
  } else if (request.method === "POST") {
    response.writeHead(303, { location: agree(connecting).href }).end();
  } else {
    const { connection, user, ticket } = connecting;
    sendPage(response, {
      title: `Connect ${connection}?`,
      words: `${user.name}, Auth0 will keep access to your ${connection} account and release it only after your approvals.`,
      action: CONNECT_PATH,
      hidden: { ticket },
      buttons: [{ label: "Connect", name: "answer", value: "yes" }],
    });
  }
}
