import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { ANONYMOUS, actorName, actorOf, authenticate, canSee, type Identity, permissionsOn } from "./auth.ts";
import { disturb } from "./faults.ts";
import { GIT_ENV, isAncestor, readRef, runGit, ZERO } from "./git-store.ts";
import { HttpError } from "./http.ts";
import { declined, type PushRequest, parsePush, type RefCommand } from "./pkt-line.ts";
import { announce, inOrder } from "./refs.ts";
import { decideRefChange, pushRefusal } from "./rules.ts";
import { htmlUrl } from "./shapes.ts";
import { type Repository, repositoryByName, type State } from "./state.ts";

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
  if (mute || end.text !== undefined) served.response.writeHead(end.status).end(end.text);
  return end.status;
}

/** Hears the answer in the place of a caller who is not to get it. */
const DEAF: Answered = {
  writeHead: () => {},
  write: () => {},
  end: () => {},
};

type Answered = {
  writeHead(status: number, headers: Record<string, string>): unknown;
  write(chunk: Buffer): unknown;
  end(chunk?: Buffer): unknown;
};

type Served = {
  readonly repo: Repository;
  readonly identity: Identity;
  readonly action: string;
  readonly body: Buffer;
  readonly request: IncomingMessage;
  readonly response: Answered;
  readonly url: URL;
};

function serve(state: State, served: Served): Promise<number> {
  const push = served.action === "git-receive-pack" ? parsePush(served.body) : null;
  return push === null ? backend(served) : inOrder(served.repo, () => receive(state, served, push));
}

/** Judges the push before git sees it, hands it over, then tells what moved. */
async function receive(state: State, served: Served, push: PushRequest): Promise<number> {
  const { repo, identity, response } = served;
  const commands = await inspect(repo, served.body.subarray(push.packAt), push.commands);
  const refusal = judge(state, repo, identity, commands);
  if (refusal !== null) {
    response.writeHead(200, { "content-type": "application/x-git-receive-pack-result", "cache-control": "no-cache" });
    response.end(declined(push, refusal.words, refusal.reason));
    return 200;
  }
  const status = await backend(served);
  for (const { fastForward, before, after, ref } of commands) {
    const now = (await readRef(repo.gitDir, ref)) ?? ZERO;
    if (now === after && before !== after)
      await announce(state, repo, actorOf(identity, state), { ref, before, after }, fastForward, false);
  }
  return status;
}

type Inspected = RefCommand & { readonly fastForward: boolean; readonly workflows: boolean };

/** Looks into the pack in a quarantine that is thrown away: is it a fast forward, does it touch workflows? */
async function inspect(repo: Repository, pack: Buffer, commands: readonly RefCommand[]): Promise<readonly Inspected[]> {
  const quarantine = await mkdtemp(join(repo.gitDir, "quarantine-"));
  const env = { GIT_OBJECT_DIRECTORY: quarantine, GIT_ALTERNATE_OBJECT_DIRECTORIES: join(repo.gitDir, "objects") };
  try {
    if (pack.length > 0) await runGit(repo.gitDir, ["unpack-objects", "-q"], { env, input: pack });
    return await Promise.all(
      commands.map(async (command) => {
        const { before, after } = command;
        if (before === ZERO || after === ZERO) return { ...command, fastForward: true, workflows: false };
        return {
          ...command,
          fastForward: await isAncestor(repo.gitDir, before, after, env),
          workflows: await touchesWorkflows(repo, before, after, env),
        };
      }),
    );
  } finally {
    await rm(quarantine, { recursive: true, force: true });
  }
}

async function touchesWorkflows(repo: Repository, before: string, after: string, env: Record<string, string>) {
  const args = ["diff-tree", "-r", "--quiet", before, after, "--", ".github/workflows"];
  return (await runGit(repo.gitDir, args, { env })).code === 1;
}

type Refusal = { readonly words: string; readonly reason: string };

function judge(state: State, repo: Repository, identity: Identity, commands: readonly Inspected[]): Refusal | null {
  for (const { ref, before, after, fastForward, workflows } of commands) {
    if (workflows && permissionsOn(identity, repo, state).workflows !== "write") {
      const reason = "refusing to allow a GitHub App to create or update workflow without `workflows` permission";
      return { words: "", reason };
    }
    const decision = decideRefChange(state, repo, { ref, before, after, fastForward, byPullRequest: false }, identity);
    if (!decision.allowed) {
      const words = pushRefusal(ref, decision.violations, `${htmlUrl(state, repo)}/rules`);
      return { words, reason: "push declined due to repository rule violations" };
    }
  }
  return null;
}

/** One CGI exchange with `git http-backend`; resolves with the status it answered. */
function backend({ repo, action, body, request, response, url }: Served): Promise<number> {
  return new Promise((done, fail) => {
    const child = spawn("git", ["http-backend"], {
      env: {
        ...GIT_ENV,
        GIT_PROJECT_ROOT: repo.gitDir,
        PATH_INFO: `/${action}`,
        GIT_HTTP_EXPORT_ALL: "1",
        REMOTE_USER: "stand-in",
        REMOTE_ADDR: "127.0.0.1",
        REQUEST_METHOD: request.method ?? "GET",
        QUERY_STRING: url.search.slice(1),
        CONTENT_TYPE: request.headers["content-type"] ?? "",
        CONTENT_LENGTH: String(body.length),
        ...(request.headers["git-protocol"] === undefined
          ? {}
          : { GIT_PROTOCOL: String(request.headers["git-protocol"]) }),
      },
    });
    let head = Buffer.alloc(0);
    let status = 0;
    child.stdout.on("data", (chunk: Buffer) => {
      if (status !== 0) {
        response.write(chunk);
        return;
      }
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf("\r\n\r\n");
      if (end < 0) return;
      const headers = parseHead(head.toString("latin1", 0, end));
      status = Number.parseInt(headers.status ?? "200", 10);
      delete headers.status;
      response.writeHead(status, headers);
      response.write(head.subarray(end + 4));
    });
    child.on("error", fail);
    child.on("close", () => {
      if (status === 0) {
        fail(new Error("git http-backend gave no answer"));
        return;
      }
      response.end();
      done(status);
    });
    child.stdin.on("error", () => {});
    child.stdin.end(body);
  });
}

function parseHead(text: string): Record<string, string> {
  return Object.fromEntries(
    text.split("\r\n").map((line) => {
      const at = line.indexOf(":");
      return [line.slice(0, at).toLowerCase(), line.slice(at + 1).trim()];
    }),
  );
}

async function read(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    chunks.push(chunk as Buffer);
    size += (chunk as Buffer).length;
    if (size > MAX_PUSH) throw new HttpError(413, "Payload too large");
  }
  const bytes = Buffer.concat(chunks);
  return request.headers["content-encoding"] === "gzip" ? gunzipSync(bytes) : bytes;
}
