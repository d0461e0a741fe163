import { spawn } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import type { Secret } from "../kernel/secret.ts";

/**
 * Git as plumbing in a scratch bare repository: no checkout, no hooks, no filters, no configuration of the machine or of the
 * repository that is read. It must never put a credential into an argument, a URL or a file.
 */
export type Git = {
  readonly dir: string;
  /** Standard output of `git <args>`. Throws `GitError` unless the exit code is 0 or one of `okCodes`. */
  run(args: readonly string[], options?: GitOptions): Promise<string>;
};

export type GitOptions = {
  readonly input?: string;
  readonly okCodes?: readonly number[];
  readonly env?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** Of standard output; a process that gives more is ended, and that is a `GitError`. */
  readonly mostBytes?: number;
};

/** Far below what a string can hold: files of any size may have been committed, and their text must not end this process. */
const MOST_BYTES = 150_000_000;

export class GitError extends Error {
  override readonly name = "GitError";
  readonly exitCode: number | null;
  readonly stderr: string;
  /** It spoke with the remote, so the fault may lie there. */
  readonly isRemote: boolean;
  /** Likely to be over when it is tried again. */
  readonly isPassing: boolean;
  /** The remote does not know us, or does not let us. */
  readonly isRefused: boolean;

  constructor(args: readonly string[], exitCode: number | null, stderr: string) {
    super(
      `git ${args.find((arg) => /^[a-z-]+$/.test(arg) && !arg.startsWith("-")) ?? ""} ended with ${exitCode}: ${stderr.trim().slice(0, 500)}`,
    );
    this.exitCode = exitCode;
    this.stderr = stderr;
    this.isRemote = args.includes("fetch") || args.includes("push") || /promisor|could not fetch/.test(stderr);
    this.isRefused = this.isRemote && REFUSED.test(stderr);
    this.isPassing = this.isRemote && !this.isRefused && PASSING.test(stderr);
  }
}

/** curl's words and git's own, for a server that is down and for a wire that broke. */
const PASSING =
  /error: (?:429|5\d\d)|HTTP (?:429|5\d\d)|Empty reply|Connection (?:reset|refused|timed out|was reset)|Recv failure|Send failure|Failed to connect|Couldn't connect|Could not resolve|early EOF|unexpected disconnect|hung up unexpectedly/i;

const REFUSED = /error: 40[134]|Authentication failed|could not read Username|repository .*not found/i;

/**
 * A bare repository in the empty directory `dir` whose promisor remote `origin` is `remote`; blobs are fetched when looked at.
 * The token travels as an HTTP header in the environment of the git processes alone.
 */
export async function openScratch(dir: string, remote: string, token: Secret | null): Promise<Git> {
  const env = { ...ISOLATED, ...wayOut(), ...(token ? tokenEnvironment(token) : {}) };
  const git: Git = {
    dir,
    run: (args, options = {}) => patiently(args, options, () => execute(dir, args, env, options)),
  };
  await git.run(["init", "--quiet", "--bare", "."]);
  await git.run(["config", "remote.origin.url", remote]);
  await git.run(["config", "remote.origin.promisor", "true"]);
  await git.run(["config", "remote.origin.partialclonefilter", "blob:none"]);
  await git.run(["config", "extensions.partialClone", "origin"]);
  return git;
}

/** Reads that met a fault on their way are tried again; a push never is. */
async function patiently(args: readonly string[], { signal }: GitOptions, run: () => Promise<string>): Promise<string> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await run();
    } catch (error) {
      const isWorthIt = error instanceof GitError && error.isPassing && !args.includes("push");
      if (!isWorthIt || attempt >= RETRIES) throw error;
      await delay(500 * 2 ** attempt, undefined, signal ? { signal } : {});
    }
  }
}

const RETRIES = 2;

/** A git over an existing repository that is only read. */
export function openRepository(dir: string): Git {
  return { dir, run: (args, options = {}) => execute(dir, args, ISOLATED, options) };
}

const ISOLATED = {
  PATH: process.env.PATH ?? "",
  HOME: "/nonexistent",
  LC_ALL: "C",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_TERMINAL_PROMPT: "0",
  GIT_OPTIONAL_LOCKS: "0",
  GIT_ATTR_NOSYSTEM: "1",
  GIT_ADVICE: "0",
  // A server that computes says so every five seconds; one that says nothing for a minute is gone.
  GIT_HTTP_LOW_SPEED_LIMIT: "1",
  GIT_HTTP_LOW_SPEED_TIME: "60",
};

/** A runner of one's own may reach GitHub through a proxy alone, or know it by a certificate of its own. */
function wayOut(): Record<string, string> {
  const names = ["http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"];
  return Object.fromEntries(
    [...names, "GIT_SSL_CAINFO", "SSL_CERT_FILE"].flatMap((name) => {
      const value = process.env[name];
      return value ? [[name, value] as const] : [];
    }),
  );
}

const SETTINGS = [
  "-c",
  "core.hooksPath=/dev/null",
  "-c",
  "core.attributesFile=/dev/null",
  "-c",
  "gc.auto=0",
  "-c",
  "safe.directory=*",
];

/** The token as an HTTP header, for the environment of one git process. */
export function tokenEnvironment(token: Secret): Record<string, string> {
  const basic = Buffer.from(`x-access-token:${token.expose()}`).toString("base64");
  return {
    GIT_CONFIG_COUNT: "1",
    GIT_CONFIG_KEY_0: "http.extraheader",
    GIT_CONFIG_VALUE_0: `Authorization: Basic ${basic}`,
  };
}

function execute(
  cwd: string,
  args: readonly string[],
  env: Record<string, string>,
  options: GitOptions,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn("git", [...SETTINGS, ...args], {
      cwd,
      env: { ...env, ...options.env },
      ...(options.signal ? { signal: options.signal } : {}),
    });
    const { mostBytes = MOST_BYTES } = options;
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    let size = 0;
    child.stdout.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size <= mostBytes) out.push(chunk);
      else child.kill("SIGKILL");
    });
    child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
    child.on("error", reject);
    child.on("close", (code) => {
      if (size > mostBytes) reject(new GitError(args, code, `it gave more than ${mostBytes} bytes`));
      else if (code === 0 || (code !== null && options.okCodes?.includes(code)))
        resolve(Buffer.concat(out).toString("utf8"));
      else reject(new GitError(args, code, Buffer.concat(err).toString("utf8")));
    });
    child.stdin.on("error", () => {});
    child.stdin.end(options.input ?? "");
  });
}
