import { spawn } from "node:child_process";

/** Git as a process: plumbing alone, no hooks, no configuration of the machine. */

export type GitResult = { readonly code: number; readonly stdout: Buffer; readonly stderr: string };

export type GitInput = {
  readonly input?: string | Buffer;
  readonly env?: Readonly<Record<string, string>>;
};

export const ZERO = "0".repeat(40);

export const GIT_ENV: Readonly<Record<string, string>> = {
  PATH: process.env.PATH ?? "",
  HOME: "/nonexistent",
  LC_ALL: "C",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_TERMINAL_PROMPT: "0",
  GIT_NO_LAZY_FETCH: "1",
  // Repositories may belong to another user of the machine, for example in a container.
  GIT_CONFIG_COUNT: "2",
  GIT_CONFIG_KEY_0: "safe.directory",
  GIT_CONFIG_VALUE_0: "*",
  GIT_CONFIG_KEY_1: "gc.auto",
  GIT_CONFIG_VALUE_1: "0",
};

export function runGit(dir: string, args: readonly string[], { input, env }: GitInput = {}): Promise<GitResult> {
  return new Promise((done, fail) => {
    const child = spawn("git", [...args], { cwd: dir, env: { ...GIT_ENV, GIT_DIR: dir, ...env } });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
    child.on("error", fail);
    child.on("close", (code) =>
      done({ code: code ?? -1, stdout: Buffer.concat(out), stderr: Buffer.concat(err).toString("utf8") }),
    );
    child.stdin.on("error", () => {});
    child.stdin.end(input ?? "");
  });
}

/** Standard output as text; throws unless git ends well. */
export async function git(dir: string, args: readonly string[], input: GitInput = {}): Promise<string> {
  const { code, stdout, stderr } = await runGit(dir, args, input);
  if (code !== 0) throw new Error(`git ${args.join(" ")} ended with ${code}: ${stderr.trim()}`);
  return stdout.toString("utf8");
}

export function lines(text: string): string[] {
  return text.split("\n").filter((line) => line !== "");
}
