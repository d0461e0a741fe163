import { git, runGit } from "./process.ts";
import { readRef } from "./refs.ts";

/** Commits: reading, listing, making. */

/** Commits never change, so what was read once is kept: most answers show the same few. */
const commits = new Map<string, CommitRecord>();

/** The commit a sha, branch, tag or full ref names; null when there is none. */
export async function resolveCommit(dir: string, revision: string): Promise<string | null> {
  if (revision === "" || revision.startsWith("-")) return null;
  if (commits.has(`${dir} ${revision}`)) return revision;
  if (revision.startsWith("refs/heads/")) return readRef(dir, revision);
  const { code, stdout } = await runGit(dir, ["rev-parse", "--verify", "--quiet", `${revision}^{commit}`]);
  return code === 0 ? stdout.toString("utf8").trim() : null;
}

export type Person = { readonly name: string; readonly email: string; readonly date: string };

export async function writeCommit(
  dir: string,
  commit: {
    readonly tree: string;
    readonly parents: readonly string[];
    readonly message: string;
    readonly author: Person;
    readonly committer: Person;
  },
): Promise<string> {
  const { tree, parents, message, author, committer } = commit;
  const env = {
    GIT_AUTHOR_NAME: author.name,
    GIT_AUTHOR_EMAIL: author.email,
    GIT_AUTHOR_DATE: author.date,
    GIT_COMMITTER_NAME: committer.name,
    GIT_COMMITTER_EMAIL: committer.email,
    GIT_COMMITTER_DATE: committer.date,
  };
  const args = ["commit-tree", tree, ...parents.flatMap((parent) => ["-p", parent]), "-F", "-"];
  return (await git(dir, args, { env, input: message })).trim();
}

export type CommitRecord = {
  readonly sha: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Person;
  readonly committer: Person;
  readonly message: string;
};

const FORMAT = "%H%x00%T%x00%P%x00%an%x00%ae%x00%aI%x00%cn%x00%ce%x00%cI%x00%B%x00%x01";

/** Commits as `git log <args>` lists them. */
export async function log(dir: string, args: readonly string[]): Promise<readonly CommitRecord[]> {
  const text = await git(dir, ["log", `--format=tformat:${FORMAT}`, ...args]);
  return text
    .split("\x01\n")
    .filter((record) => record !== "")
    .map((record) => {
      const [sha = "", tree = "", parents = "", an = "", ae = "", ad = "", cn = "", ce = "", cd = "", body = ""] =
        record.split("\0");
      return {
        sha,
        tree,
        parents: parents.split(" ").filter(Boolean),
        author: { name: an, email: ae, date: zulu(ad) },
        committer: { name: cn, email: ce, date: zulu(cd) },
        message: body.trimEnd(),
      };
    });
}

export async function readCommit(dir: string, sha: string): Promise<CommitRecord> {
  const known = commits.get(`${dir} ${sha}`);
  if (known) return known;
  const [commit] = await log(dir, ["-1", "--no-walk=unsorted", sha]);
  if (!commit) throw new Error(`invariant: no commit ${sha}`);
  commits.set(`${dir} ${sha}`, commit);
  return commit;
}

/** One commit of whole files on top of a branch, in one process. Returns its sha. */
export async function importCommit(
  dir: string,
  commit: {
    readonly ref: string;
    readonly parent: string | null;
    readonly files: Readonly<Record<string, string>>;
    readonly message: string;
    readonly author: Person;
  },
): Promise<string> {
  const { ref, parent, files, message, author } = commit;
  const data = (text: string) => `data ${Buffer.byteLength(text)}\n${text}\n`;
  const who = `${author.name} <${author.email}> ${Math.floor(Date.parse(author.date) / 1000)} +0000`;
  const changes = Object.entries(files).map(
    ([path, text]) => `M ${text.startsWith("#!") ? "100755" : "100644"} inline ${JSON.stringify(path)}\n${data(text)}`,
  );
  const from = parent === null ? "" : `from ${parent}\n`;
  const stream = `commit ${ref}\nmark :1\nauthor ${who}\ncommitter ${who}\n${data(message)}${from}${changes.join("")}\nget-mark :1\n`;
  return (await git(dir, ["fast-import", "--quiet"], { input: stream })).trim();
}

function zulu(date: string): string {
  return new Date(date).toISOString().replace(".000Z", "Z");
}
