import type { IncomingMessage, ServerResponse } from "node:http";
import { setImmediate } from "node:timers/promises";
import { ANONYMOUS, actorName, authenticate, type Identity } from "./auth/identity.ts";
import { authorize, canSee } from "./auth/permissions.ts";
import { conditional } from "./conditional.ts";
import { githubContract } from "./contract/contract.ts";
import { type Broken, disturb, staleRead } from "./faults.ts";
import { type Call, HttpError, isRecord, notFound, type Reply, type Route, unprocessable } from "./http.ts";
import { type Found, matcher } from "./match.ts";
import { breakOff, formalities, parseBody, readBody, sendReply } from "./message.ts";
import { repositoryByName, type State, track } from "./state.ts";

/** Finds the handler of a REST request, behind authentication, permission and the description of GitHub. */

export type Router = (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<void>;

export const API_PREFIX = "/api/v3";

export function createRouter(state: State, routes: readonly Route[]): Router {
  const find = matcher(routes);
  return async (request, response, url) => {
    const method = request.method ?? "GET";
    const path = url.pathname.slice(API_PREFIX.length) || "/";
    let identity: Identity = ANONYMOUS;
    let reply: Reply | Broken;
    try {
      const bytes = await readBody(request);
      const found = find(method, path);
      const act = async () => {
        identity = await authenticate(state, request.headers.authorization);
        return answer(state, found, { method, url, identity, bytes, request });
      };
      reply = found ? await disturb(state, found.route.operation, act) : await act();
    } catch (error) {
      reply = error instanceof HttpError ? error.reply : collapsed(state, `${method} ${path}`, error);
    }
    const status = "broken" in reply ? NO_ANSWER : reply.status;
    // Loudly: whatever the caller makes of it, the test that ran it fails.
    if (!("broken" in reply) && reply.status === 501) state.problems.push(`${method} ${path}: ${messageOf(reply)}`);
    // Recorded before it is sent: whoever has the answer finds the entry.
    state.journal.record({ service: "github", method, path: path + url.search, actor: actorName(identity), status });
    if ("broken" in reply) breakOff(response, reply);
    else sendReply(response, reply);
  };
}

/** In the journal: the caller saw no status. */
const NO_ANSWER = 0;

function messageOf({ body }: Reply): string {
  return isRecord(body) ? String(body.message) : "";
}

function collapsed(state: State, what: string, error: unknown): Reply {
  state.problems.push(`${what}: ${error instanceof Error ? (error.stack ?? error.message) : error}`);
  return new HttpError(500, "Server Error").reply;
}

type Asked = {
  readonly method: string;
  readonly url: URL;
  readonly identity: Identity;
  readonly bytes: Buffer;
  readonly request: IncomingMessage;
};

async function answer(state: State, found: Found | null, asked: Asked): Promise<Reply> {
  const { method, url, identity, bytes, request } = asked;
  formalities(request);
  if (!found) throw new HttpError(501, `${method} ${url.pathname} is not implemented by the stand-in GitHub`);
  const { route, params } = found;
  const json = parseBody(bytes);
  const call: Call = {
    method,
    url,
    params,
    query: url.searchParams,
    json,
    body: isRecord(json) ? json : {},
    headers: request.headers as Record<string, string | undefined>,
    identity,
  };
  const allowed = admit(state, route, call);
  asDescribed(state, route, call);
  const read = async () => route.handle(allowed, state);
  const key = `${url.href} ${actorName(identity)}`;
  const reply = method === "GET" ? await staleRead(state, route.operation, key, read) : await read();
  track(
    state,
    setImmediate().then(() => answersAsDescribed(state, route.operation, reply)),
  );
  return method === "GET" ? conditional(reply, key, call.headers["if-none-match"]) : reply;
}

/** Looked at after it was sent, so that nobody waits for it. */
function answersAsDescribed(state: State, operation: string, { status, body }: Reply): void {
  for (const fault of githubContract().response(operation, status, body))
    state.problems.push(`the stand-in answers ${operation} as GitHub does not: ${fault}`);
}

/** The call with its repository, when the identity may make it. */
function admit(state: State, route: Route, call: Call): Call {
  const { owner, repo: name } = call.params;
  if (owner === undefined || name === undefined || !route.operation.includes(" /repos/")) {
    authorize(route.who, call.identity, null, state);
    return call;
  }
  const repo = repositoryByName(state, owner, name);
  if (!repo || (route.who !== "app" && !canSee(call.identity, repo, state))) throw notFound();
  authorize(route.who, call.identity, repo, state);
  return { ...call, repo } as Call;
}

/** GitHub refuses what has the wrong type and drops what it does not know; here both are refused and remembered. */
function asDescribed(state: State, route: Route, call: Call): void {
  const faults = githubContract().request(route.operation, call.query, call.json);
  if (faults.length === 0) return;
  for (const fault of faults) state.problems.push(`${route.operation} was called wrongly: ${fault}`);
  throw unprocessable(`Invalid request.\n\n${faults.join("\n")}`);
}
