import type { IncomingMessage, ServerResponse } from "node:http";
import { gunzipSync } from "node:zlib";
import { ANONYMOUS, actorName, actorOf, authenticate, type Identity } from "../auth/identity.ts";
import { canSee, permissionsOn } from "../auth/permissions.ts";
import { disturb } from "../faults.ts";
import { HttpError } from "../http.ts";
import { readBody } from "../message.ts";
import type { Repository } from "../records.ts";
import { repositoryByName, type State } from "../state.ts";
import { type Answered, backend, type Served } from "./http-backend.ts";
import { parsePush } from "./pkt-line.ts";
import { receive } from "./receive-pack.ts";
import { inOrder } from "./ref-changes.ts";

/** Git over smart HTTP: `git http-backend` does the work, after the same decision that REST asks. */

const PATH = /^\/([^/]+)\/([^/]+?)(?:\.git)?\/(info\/refs|git-upload-pack|git-receive-pack)$/;

const MAX_PUSH = 512 * 1024 * 1024;

export function isGitRequest(url: URL): boolean {
  return PATH.test(url.pathname);
}

export async function serveGit(
  state: State,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  let identity: Identity = ANONYMOUS;
  let status = 500;
  try {
    const [, owner = "", name = "", action = ""] = PATH.exec(url.pathname) ?? [];
    const body = await read(request);
    identity = await authenticate(state, request.headers.authorization);
    const writes = action === "git-receive-pack" || url.searchParams.get("service") === "git-receive-pack";
    const repo = repositoryByName(state, owner, name);
    admit(state, identity, repo, writes);
    if (repo) status = await exchange(state, { repo, identity, action, body, request, response, url });
  } catch (error) {
    if (!(error instanceof HttpError)) state.problems.push(`git ${url.pathname}: ${String(error)}`);
    const reply = error instanceof HttpError ? error.reply : { status: 500 };
    status = reply.status;
    if (response.headersSent) {
      response.destroy();
      return;
    }
    response.writeHead(status, {
      "content-type": "text/plain",
      ...(status === 401 ? { "www-authenticate": 'Basic realm="GitHub"' } : {}),
    });
    response.end(error instanceof HttpError ? error.message : "Server Error");
  } finally {
    const path = url.pathname + url.search;
    state.journal.record({
      service: "github",
      method: request.method ?? "GET",
      path,
      actor: actorName(identity),
      status,
    });
  }
}

function admit(state: State, identity: Identity, repo: Repository | undefined, writes: boolean): void {
  if (!repo || !canSee(identity, repo, state)) {
    if (identity.kind === "anonymous") throw new HttpError(401, "Authentication required");
    throw new HttpError(404, "Repository not found.");
  }
  if (!writes && !repo.private) return;
  if (identity.kind === "anonymous") throw new HttpError(401, "Authentication required");
  const contents = permissionsOn(identity, repo, state).contents;
  const login = identity.kind === "app" ? identity.app.slug : actorOf(identity, state).login;
  if (writes && contents !== "write")
    throw new HttpError(403, `Permission to ${repo.owner.login}/${repo.name}.git denied to ${login}.`);
  if (!writes && contents === undefined) throw new HttpError(403, "Write access to repository not granted.");
}

/** The exchange under the faults of git's two services; 0 when the caller saw no answer. */
async function exchange(state: State, served: Served & { readonly response: ServerResponse }): Promise<number> {
  const operation = served.action === "info/refs" ? "git-info-refs" : served.action;
  const switches = [state.faults.of(operation), state.faults.all];
  const mute = switches.some(({ hangAfter, loseAnswer, failAfter }) => hangAfter + loseAnswer + failAfter > 0);
  const heard = mute ? { ...served, response: DEAF } : served;
  const end = await disturb(state, operation, async () => ({ status: await serve(state, heard) }));
  if ("broken" in end) {
    if (end.broken !== "silence") served.response.destroy();
    return 0;
  }
  const text = end.text ?? (end.body === undefined ? undefined : JSON.stringify(end.body));
  if (mute || text !== undefined) served.response.writeHead(end.status, end.headers).end(text);
  return end.status;
}

/** Hears the answer in the place of a caller who is not to get it. */
const DEAF: Answered = {
  writeHead: () => {},
  write: () => {},
  end: () => {},
};

async function serve(state: State, served: Served): Promise<number> {
  const push = served.action === "git-receive-pack" ? parsePush(served.body) : null;
  if (push !== null) return inOrder(served.repo, () => receive(state, served, push));
  const status = await backend(served);
  served.response.end();
  return status;
}

async function read(request: IncomingMessage): Promise<Buffer> {
  const bytes = await readBody(request, MAX_PUSH);
  return request.headers["content-encoding"] === "gzip" ? gunzipSync(bytes) : bytes;
}
