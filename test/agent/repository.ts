import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openScratch } from "../../src/adapters/git.ts";
import { openHistory } from "../../src/adapters/git-history.ts";
import type { History } from "../../src/agent/ports.ts";

/** A real repository built by plumbing, served over git's own protocol from a file URL, and read as the analysis reads one. */
export type TestRepository = {
  /** Commits these files (null removes one) onto `branch`; gives the sha. Further parents make it a merge. */
  commit(files: Readonly<Record<string, string | null>>, options?: CommitOptions): string;
  /** Many commits at once, each of one file of its own; `odd` replaces what stands in one of them. Gives the tip. */
  line(count: number, odd?: { readonly at: number; readonly text: string; readonly message: string }): string;
  branch(name: string, at: string): void;
  /** The range as read through a fresh scratch repository, blobless as in production. */
  open(good: string, bad: string): Promise<History>;
  git(args: readonly string[], input?: string): string;
  /** Objects that the newest scratch holds, by type. */
  fetched(): Readonly<Record<string, number>>;
  close(): void;
};

export type CommitOptions = {
  readonly branch?: string;
  readonly message?: string;
  readonly author?: string;
  readonly merge?: readonly string[];
};

export function createRepository(): TestRepository {
  const dir = mkdtempSync(join(tmpdir(), "sentinel-history-"));
  const server = join(dir, "server.git");
  let scratch = "";
  let opened = 0;
  let clock = 1_760_000_000;
  const run = (args: readonly string[], input = "", env: Readonly<Record<string, string>> = {}): string =>
    execFileSync("git", ["-C", server, ...args], { input, env: { ...ENV, ...env }, maxBuffer: 1 << 28 })
      .toString()
      .trim();
  execFileSync("git", ["init", "-q", "--bare", server], { env: ENV });
  run(["config", "uploadpack.allowFilter", "true"]);
  run(["config", "uploadpack.allowAnySHA1InWant", "true"]);
  return {
    git: run,
    branch: (name, at) => run(["update-ref", `refs/heads/${name}`, at]),
    line: (count, odd) => {
      const stream = Array.from({ length: count }, (_, i) => {
        const isOdd = odd?.at === i;
        const [text, message] = isOdd ? [odd.text, odd.message] : [`${i}\n`, `Change ${i}`];
        return [
          "commit refs/heads/main",
          `mark :${i + 1}`,
          `committer writer <writer@example.com> ${clock + i} +0000`,
          `data ${Buffer.byteLength(message)}\n${message}`,
          ...(i === 0 ? [] : [`from :${i}`]),
          `M 100644 inline src/${i % 50}/f${i}.js`,
          `data ${Buffer.byteLength(text)}\n${text}`,
          "",
        ].join("\n");
      });
      run(["fast-import", "--quiet"], stream.join(""));
      return run(["rev-parse", "main"]);
    },
    commit: (files, options = {}) => {
      const { branch = "main", message = "Change", author = "writer", merge = [] } = options;
      const ref = `refs/heads/${branch}`;
      const tip = run(["for-each-ref", "--format=%(objectname)", ref]);
      const index = { GIT_INDEX_FILE: join(dir, "index") };
      run(["read-tree", ...(tip === "" ? ["--empty"] : [tip])], "", index);
      for (const [path, text] of Object.entries(files)) {
        const entry =
          text === null
            ? `0 ${"0".repeat(40)}\t${path}`
            : `100644 ${run(["hash-object", "-w", "--stdin"], text)}\t${path}`;
        run(["update-index", "-z", "--index-info"], `${entry}\0`, index);
      }
      const tree = run(["write-tree"], "", index);
      clock += 60;
      const when = { GIT_AUTHOR_DATE: `${clock} +0000`, GIT_COMMITTER_DATE: `${clock} +0000`, GIT_AUTHOR_NAME: author };
      const parents = [...(tip === "" ? [] : [tip]), ...merge].flatMap((parent) => ["-p", parent]);
      const sha = run(["commit-tree", tree, ...parents], message, when);
      run(["update-ref", ref, sha]);
      return sha;
    },
    open: async (good, bad) => {
      scratch = join(dir, `scratch-${opened++}`);
      execFileSync("mkdir", [scratch]);
      return openHistory(await openScratch(scratch, `file://${server}`, null), good, bad, new AbortController().signal);
    },
    fetched: () => {
      const args = ["-C", scratch, "cat-file", "--batch-all-objects", "--batch-check=%(objecttype)"];
      const types = execFileSync("git", args, { env: ENV }).toString().trim().split("\n");
      return Object.fromEntries(
        ["commit", "tree", "blob"].map((type) => [type, types.filter((one) => one === type).length]),
      );
    },
    close: () => rmSync(dir, { recursive: true, force: true }),
  };
}

const ENV = {
  PATH: process.env.PATH ?? "",
  HOME: "/nonexistent",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_AUTHOR_NAME: "writer",
  GIT_AUTHOR_EMAIL: "writer@example.com",
  GIT_COMMITTER_NAME: "writer",
  GIT_COMMITTER_EMAIL: "writer@example.com",
};
