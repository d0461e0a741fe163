import type { IncomingMessage, ServerResponse } from "node:http";
import { setImmediate } from "node:timers/promises";
import { ANONYMOUS, actorName, authenticate, type Identity } from "./auth/identity.ts";
import { authorize, canSee } from "./auth/permissions.ts";
import { githubContract } from "./contract/contract.ts";
import { type Broken, disturb, half, staleRead } from "./faults.ts";
import { type Call, HttpError, isRecord, notFound, type Reply, type Route, unprocessable } from "./http.ts";
import { repositoryByName, type State, track } from "./state.ts";

/** Finds the handler of a REST request, behind authentication, permission and GitHub's own formalities. */

export type Router = (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<void>;

type Found = { readonly route: Route; readonly params: Readonly<Record<string, string>> };

export const API_PREFIX = "/api/v3";
const MAX_BODY = 25 * 1024 * 1024;
/** The one that the description is of; others exist, but their answers differ. */
const PLAYED_VERSION = "2022-11-28";

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
    // Recorded before it is sent: whoever has the answer finds the entry.
    state.journal.record({ service: "github", method, path: path + url.search, actor: actorName(identity), status });
    if ("broken" in reply) breakOff(response, reply);
    else sendReply(response, reply);
  };
}

/** In the journal: the caller saw no status. */
const NO_ANSWER = 0;

function collapsed(state: State, what: string, error: unknown): Reply {
  state.problems.push(`${what}: ${error instanceof Error ? (error.stack ?? error.message) : error}`);
  return new HttpError(500, "Server Error").reply;
}

function breakOff(response: ServerResponse, broken: Broken): void {
  if (broken.broken === "cut") response.destroy();
  if (broken.broken !== "truncated") return;
  const whole = broken.reply.text ?? JSON.stringify(broken.reply.body ?? {});
  response.writeHead(broken.reply.status, {
    "content-type": "application/json; charset=utf-8",
    "content-length": Buffer.byteLength(whole),
  });
  response.write(half(broken.reply), () => response.destroy());
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
  if (!found) {
    state.problems.push(`${method} ${url.pathname} is not implemented by the stand-in GitHub`);
    throw new HttpError(501, `Not implemented by the stand-in: ${method} ${url.pathname}`);
  }
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
  return reply;
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

/** What GitHub demands of every request. */
function formalities(request: IncomingMessage): void {
  if (!request.headers["user-agent"])
    throw new HttpError(
      403,
      "Request forbidden by administrative rules. Please make sure your request has a User-Agent header",
    );
  const version = request.headers["x-github-api-version"];
  if (version !== undefined && version !== PLAYED_VERSION)
    throw new HttpError(400, `The API version '${version}' is not supported.`);
  const accept = request.headers.accept ?? "*/*";
  if (!/\*\/\*|application\/(json|vnd\.github|\*)/.test(accept))
    throw new HttpError(415, "Unsupported 'Accept' header: Must accept 'application/json'.");
}

/** Undefined without a body. */
function parseBody(bytes: Buffer): unknown {
  if (bytes.length === 0) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString("utf8"));
  } catch {
    throw new HttpError(400, "Problems parsing JSON");
  }
  if (!isRecord(value) && !Array.isArray(value)) throw new HttpError(400, "Body should be a JSON object");
  return value;
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    chunks.push(chunk as Buffer);
    size += (chunk as Buffer).length;
    if (size > MAX_BODY) throw new HttpError(413, "Payload too large");
  }
  return Buffer.concat(chunks);
}

function sendReply(response: ServerResponse, { status, body, text, headers }: Reply): void {
  const content = text ?? (body === undefined ? undefined : JSON.stringify(body));
  response.writeHead(status, {
    ...(content === undefined ? {} : { "content-length": Buffer.byteLength(content) }),
    ...(body === undefined ? {} : { "content-type": "application/json; charset=utf-8" }),
    "x-github-media-type": "github.v3; format=json",
    "x-github-request-id": "D1:1:1:1:1",
    "x-ratelimit-limit": "5000",
    "x-ratelimit-remaining": "4999",
    "x-ratelimit-used": "1",
    "x-ratelimit-resource": "core",
    "x-ratelimit-reset": String(Math.floor(Date.now() / 1000) + 3600),
    ...headers,
  });
  response.end(content);
}

/** More literal segments win; a last parameter that may hold slashes (`{ref}`, `{path}`) takes the rest. */
function matcher(routes: readonly Route[]): (method: string, path: string) => Found | null {
  const compiled = routes.map((route) => {
    const [method = "", template = ""] = route.operation.split(" ");
    const names: string[] = [];
    const pattern = template.replaceAll(/\{(\w+)\}|[.*+?^$()|[\]\\]/g, (literal, name: string | undefined) => {
      if (name === undefined) return `\\${literal}`;
      names.push(name);
      return takesSlashes(template, name) ? "(.+)" : "([^/]+)";
    });
    return {
      route,
      method,
      names,
      expression: new RegExp(`^${pattern}$`),
      literals: template.split("/").filter((part) => !part.startsWith("{")).length,
    };
  });
  compiled.sort((a, b) => b.literals - a.literals);
  return (method, path) => {
    for (const { route, method: wanted, names, expression } of compiled) {
      const match = wanted === method ? expression.exec(path) : null;
      if (!match) continue;
      const params = Object.fromEntries(names.map((name, i) => [name, decode(match[i + 1] ?? "")]));
      return { route, params };
    }
    return null;
  };
}

function takesSlashes(template: string, name: string): boolean {
  return (
    name === "ref" || name === "path" || name === "basehead" || (name === "branch" && template.endsWith("{branch}"))
  );
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw notFound();
  }
}
