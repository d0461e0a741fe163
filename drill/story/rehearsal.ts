import { spawn } from "node:child_process";
import { mkdir, mkdtemp, open, readFile, rm } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { type Git, GitError, openRepository } from "../../src/adapters/git.ts";
import { type Arguments, UsageError } from "./arguments.ts";
import { writeSample } from "./sample.ts";

/** The history that is rehearsed, and how its deploy behaves. The repository that was named is only read. */
export type Rehearsal = {
  readonly owner: string;
  readonly name: string;
  readonly gitDir: string;
  readonly branch: string;
  readonly good: string;
  readonly bad: string;
  readonly goodTree: string;
  /** Runs the deploy of one revision: whether it worked, and its log. */
  deploy(sha: string, from: Git): Promise<{ readonly ok: boolean; readonly log: string }>;
};

/** Throws `UsageError` for whatever the arguments name and git does not have. */
export async function prepareRehearsal(args: Arguments, workDir: string): Promise<Rehearsal> {
  const symptom = args.symptom === null ? null : await readSymptom(args.symptom);
  const rehearsal =
    args.repo === null ? await prepareSample(workDir, symptom) : await prepareRepository(args, args.repo, symptom);
  await checkTargets(args);
  return rehearsal;
}

async function prepareSample(workDir: string, symptom: string | null): Promise<Rehearsal> {
  const gitDir = join(workDir, "sample.git");
  await mkdir(gitDir);
  const git = openRepository(gitDir);
  await git.run(["init", "--quiet", "--bare", "--initial-branch=main", "."]);
  const { good, bad } = await writeSample(git);
  return {
    owner: "acme",
    name: "checkout",
    gitDir,
    branch: "main",
    good,
    bad,
    goodTree: await treeOf(git, good),
    deploy: async (sha, from) => {
      const { ok, log } = await runCheck(sha, from, workDir);
      return { ok, log: ok || symptom === null ? log : `${log}\n${symptom}` };
    },
  };
}

async function prepareRepository(args: Arguments, repo: string, symptom: string | null): Promise<Rehearsal> {
  const gitDir = await findGitDir(repo);
  const git = openRepository(gitDir);
  await checkFormat(git, repo);
  const branch = args.branch ?? (await headBranch(git));
  if (branch === "sentinel")
    throw new UsageError("--branch sentinel is where the responder lives; rehearse another branch");
  const good = await resolveRevision(git, "good", args.good ?? "");
  const bad = await resolveRevision(git, "bad", args.bad ?? `refs/heads/${branch}`);
  if (!(await isAncestor(git, good, bad)))
    throw new UsageError("--good must be an ancestor of --bad: what was deployed before it");
  const [goodTree, badTree] = [await treeOf(git, good), await treeOf(git, bad)];
  if (goodTree === badTree)
    throw new UsageError("--good and --bad have the same files, so there is nothing to roll back");
  const failure = symptom ?? `Error: deploy of ${bad.slice(0, 12)} failed its health check`;
  return {
    owner: "rehearsal",
    name: repositoryName(repo),
    gitDir,
    branch,
    good,
    bad,
    goodTree,
    deploy: async (sha, from) => {
      const ok = (await treeOf(from, sha)) !== badTree;
      return { ok, log: ok ? "deploy succeeded\n" : `${failure.trimEnd()}\n` };
    },
  };
}

/** Last, so that wrong usage leaves no empty file behind, and before anything starts: a drill must not end without the files that it was asked for. */
async function checkTargets({ json, keep }: Arguments): Promise<void> {
  try {
    if (json !== null) await (await open(json, "a")).close();
  } catch {
    throw new UsageError(`--json wants a file that can be written: cannot write ${json}`);
  }
  try {
    if (keep !== null) await mkdir(keep, { recursive: true });
  } catch {
    throw new UsageError(`--keep wants a folder that can be made: cannot make ${keep}`);
  }
}

async function readSymptom(file: string): Promise<string> {
  try {
    return file === "-" ? await text(process.stdin) : await readFile(file, "utf8");
  } catch {
    throw new UsageError(`--symptom wants a readable text file or - for standard input: cannot read ${file}`);
  }
}

async function findGitDir(repo: string): Promise<string> {
  try {
    const git = openRepository(resolve(repo));
    return (await git.run(["rev-parse", "--absolute-git-dir"])).trim();
  } catch {
    throw new UsageError(`--repo wants a git repository, bare or not: ${repo} is none that git can read`);
  }
}

async function checkFormat(git: Git, repo: string): Promise<void> {
  const format = (await git.run(["rev-parse", "--show-object-format"])).trim();
  if (format !== "sha1")
    throw new UsageError(
      `--repo wants a repository with SHA-1 names, as GitHub has them: those of ${repo} are ${format}`,
    );
}

/** As the bare repository's or the work tree's own name, without `.git`; letters that GitHub has in names. */
function repositoryName(repo: string): string {
  const name = basename(resolve(repo))
    .replace(/\.git$/, "")
    .replace(/[^A-Za-z0-9._-]/g, "-");
  return name === "" || name === ".github" ? "repository" : name;
}

async function headBranch(git: Git): Promise<string> {
  try {
    return (await git.run(["symbolic-ref", "--quiet", "--short", "HEAD"])).trim();
  } catch {
    throw new UsageError("HEAD of --repo names no branch: say which one with --branch NAME");
  }
}

async function resolveRevision(git: Git, flag: "good" | "bad", revision: string): Promise<string> {
  try {
    return (await git.run(["rev-parse", "--verify", "--quiet", "--end-of-options", `${revision}^{commit}`])).trim();
  } catch {
    const named =
      flag === "bad" && revision.startsWith("refs/heads/")
        ? `no branch ${revision.slice(11)}; use --branch or --bad`
        : revision;
    throw new UsageError(`--${flag} wants a commit of --repo: unknown revision ${named}`);
  }
}

async function isAncestor(git: Git, ancestor: string, descendant: string): Promise<boolean> {
  try {
    await git.run(["merge-base", "--is-ancestor", ancestor, descendant]);
    return true;
  } catch (error) {
    if (error instanceof GitError && error.exitCode === 1) return false;
    throw error;
  }
}

export async function treeOf(git: Git, sha: string): Promise<string> {
  return (await git.run(["rev-parse", "--verify", `${sha}^{tree}`])).trim();
}

/** The sample's own `node check.js` on the files of one revision, in a folder of its own. */
async function runCheck(sha: string, from: Git, workDir: string): Promise<{ ok: boolean; log: string }> {
  const folder = await mkdtemp(join(workDir, "deploy-"));
  try {
    await from.run(["--work-tree", folder, "checkout-index", "--all", "--force"], {
      env: { GIT_INDEX_FILE: await indexOf(sha, from, folder) },
    });
    const check = spawn(process.execPath, ["check.js"], { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
    const [out, err, code] = await Promise.all([
      text(check.stdout),
      text(check.stderr),
      new Promise<number | null>((done) => check.on("close", done)),
    ]);
    return { ok: code === 0, log: `$ node check.js\n${err}${out}` };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function indexOf(sha: string, git: Git, folder: string): Promise<string> {
  const index = `${folder}.index`;
  await git.run(["read-tree", sha], { env: { GIT_INDEX_FILE: index } });
  return index;
}
