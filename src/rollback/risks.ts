import { matchesGlob } from "../kernel/glob.ts";
import type { Sha } from "../kernel/sha.ts";
import type { Detector } from "./detectors.ts";
import type { Risk } from "./plan.ts";
import type { Plumbing } from "./plumbing.ts";

/** A file that the rollback would change. Only `text` files are read; the others are named as they are. */
export type ChangedFile = {
  readonly path: string;
  readonly kind: "text" | "submodule" | "retyped" | "unreadable-name";
};

/** What differs between two trees, by full path, without guessing renames. The trees must be present; no file is fetched. */
export async function changedFiles(git: Plumbing, from: Sha, to: Sha): Promise<readonly ChangedFile[]> {
  const out = await git.run(["diff-tree", "-r", "-z", "--no-renames", from, to]);
  const fields = out.split("\0");
  const files: ChangedFile[] = [];
  for (let i = 0; i + 1 < fields.length; i += 2) {
    const path = fields[i + 1] ?? "";
    files.push({ path, kind: kindOf(path, (fields[i] ?? "").slice(1).split(" ")) });
  }
  return files;
}

function kindOf(path: string, [oldMode, newMode, , , status]: readonly string[]): ChangedFile["kind"] {
  if (path.includes("\uFFFD")) return "unreadable-name";
  if (oldMode === SUBMODULE || newMode === SUBMODULE) return "submodule";
  return status === "T" ? "retyped" : "text";
}

/**
 * Every risk of going from tree `from` to tree `to`, at most one per detector and file, sorted. Only files that a line
 * detector asks for are fetched; where there are more than `MOST_FILES_READ` of these, the rest is named unread.
 */
export async function findRisks(
  git: Plumbing,
  from: Sha,
  to: Sha,
  files: readonly ChangedFile[],
  detectors: readonly Detector[],
): Promise<readonly Risk[]> {
  const matches = files.flatMap((file) =>
    detectors.filter((one) => one.paths.some((glob) => matchesGlob(file.path, glob))).map((one) => ({ file, one })),
  );
  const whole = matches.filter(({ one }) => one.line === null);
  const byLine = matches.filter(({ one }) => one.line !== null);
  const readable = byLine.filter(({ file }) => file.kind === "text");
  const toRead = [...new Set(readable.map(({ file }) => file.path))].slice(0, MOST_FILES_READ);
  const lines = await changedLines(git, from, to, toRead);
  return sorted([
    ...whole.map(({ file, one }) => ({ kind: one.kind, path: file.path, line: null, why: one.why })),
    ...byLine.flatMap(({ file, one }) => lineRisk(file, one, lines.get(file.path) ?? [])),
    ...unread(
      byLine.filter(({ file }) => !lines.has(file.path)),
      new Set(toRead),
    ),
  ]);
}

const SUBMODULE = "160000";
export const MOST_FILES_READ = 400;
const PATHS_PER_CALL = 100;

const NOT_READ: Readonly<Record<ChangedFile["kind"], string>> = {
  text: "not looked into: too many files changed",
  submodule: "a submodule pointer changes",
  retyped: "a file becomes a link or a link a file",
  "unreadable-name": "its name is not valid text, so it was not looked into",
};

const NOT_TO_BE_HAD = "not looked into: the repository itself lacks its content";

type ChangedLine = { readonly side: "removes" | "adds"; readonly line: number; readonly text: string };

/** One risk a file that no line detector could look into, of the kind that the last of them looks for. */
function unread(
  matches: readonly { readonly file: ChangedFile; readonly one: Detector }[],
  tried: ReadonlySet<string>,
): readonly Risk[] {
  const byPath = new Map(matches.map(({ file, one }) => [file.path, { file, one }]));
  return [...byPath.values()].map(({ file: { path, kind }, one }) => ({
    kind: one.kind,
    path,
    line: null,
    why: tried.has(path) ? NOT_TO_BE_HAD : NOT_READ[kind],
  }));
}

function lineRisk(file: ChangedFile, detector: Detector, lines: readonly ChangedLine[]): Risk[] {
  const wanted = detector.line;
  if (wanted === null) return [];
  const { kind, why } = detector;
  const hit = lines.find(
    ({ side, text }) => (wanted.side === "either" || wanted.side === side) && wanted.pattern.test(text),
  );
  return hit ? [{ kind, path: file.path, line: hit.line, why }] : [];
}

async function changedLines(
  git: Plumbing,
  from: Sha,
  to: Sha,
  paths: readonly string[],
): Promise<ReadonlyMap<string, readonly ChangedLine[]>> {
  const lines = new Map<string, readonly ChangedLine[]>();
  for (let start = 0; start < paths.length; start += PATHS_PER_CALL) {
    const chunk = paths.slice(start, start + PATHS_PER_CALL).sort(byBytes);
    for (const [path, found] of await linesOf(git, from, to, chunk)) lines.set(path, found);
  }
  return lines;
}

type Lines = ReadonlyMap<string, readonly ChangedLine[]>;

/** One object that the server lacks makes git refuse them all: then each half is asked for, and a file alone is left out. */
async function linesOf(git: Plumbing, from: Sha, to: Sha, paths: readonly string[]): Promise<Lines> {
  const patch = await git
    .run(["--literal-pathspecs", "diff", ...PATCH, from, to, "--", ...paths])
    .catch((error: unknown) => orMissing(error));
  if (patch === null && paths.length === 1) return new Map();
  if (patch === null) {
    const half = Math.ceil(paths.length / 2);
    const [first, second] = [
      await linesOf(git, from, to, paths.slice(0, half)),
      await linesOf(git, from, to, paths.slice(half)),
    ];
    return new Map([...first, ...second]);
  }
  const patches = `\n${patch}`.split("\ndiff --git ").slice(1);
  // One patch per path in git's own order; the header's quoting of hostile names need not be undone.
  if (patches.length !== paths.length) throw new Error("invariant: git left out or added a patch");
  return new Map(paths.map((path, i) => [path, parsePatch(patches[i] ?? "")]));
}

/** A server that answers but has no pack to give lacks the object; anything else, a broken wire above all, is a failure. */
function orMissing(error: unknown): null {
  const said = error instanceof Error ? error.message : "";
  if (/expected 'packfile'/.test(said) && /could not fetch [0-9a-f]{40} from promisor remote/.test(said)) return null;
  throw error;
}

const PATCH = [
  "-U0",
  "--no-color",
  "--no-ext-diff",
  "--no-textconv",
  "--no-renames",
  "--full-index",
  "--src-prefix=a/",
];

function parsePatch(patch: string): readonly ChangedLine[] {
  const changed: ChangedLine[] = [];
  let [oldLine, newLine, inHunk] = [0, 0, false];
  for (const text of patch.split("\n")) {
    const hunk = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/.exec(text);
    if (hunk) {
      [oldLine, newLine, inHunk] = [Number(hunk[1]), Number(hunk[2]), true];
    } else if (inHunk && text.startsWith("-")) {
      changed.push({ side: "removes", line: oldLine++, text: text.slice(1, 1000) });
    } else if (inHunk && text.startsWith("+")) {
      changed.push({ side: "adds", line: newLine++, text: text.slice(1, 1000) });
    }
  }
  return changed;
}

function sorted(risks: readonly Risk[]): readonly Risk[] {
  return [...risks].sort(
    (a, b) =>
      byBytes(a.kind, b.kind) || byBytes(a.path, b.path) || (a.line ?? 0) - (b.line ?? 0) || byBytes(a.why, b.why),
  );
}

/** Git sorts paths by bytes; JavaScript's own order is by UTF-16 units, which differs above U+FFFF. */
function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
