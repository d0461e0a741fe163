import { foldersOf } from "../kernel/folders.ts";
import { matchesGlob } from "../kernel/glob.ts";
import type { Sha } from "../kernel/sha.ts";
import { byBytes, type ChangedLine, type ChangedLines, changedLines } from "./changed-lines.ts";
import type { Detector } from "./detectors.ts";
import type { Risk } from "./plan.ts";
import type { Plumbing } from "./plumbing.ts";

/** A file that the rollback would change. Only `text` files are read; the others are named as they are. */
export type ChangedFile = {
  readonly path: string;
  readonly kind: "text" | "submodule" | "retyped" | "refolded" | "unreadable-name";
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
  // Asked for by its path, git would give the folder's files with it.
  const folders = new Set(files.flatMap(({ path }) => foldersOf(path)));
  return files.map((file) => (folders.has(file.path) ? { ...file, kind: "refolded" as const } : file));
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
    ...byLine.flatMap(({ file, one }) => lineRisk(file, one, lines.get(file.path))),
    ...unread(byLine, lines),
  ]);
}

const SUBMODULE = "160000";
const MOST_FILES_READ = 400;

const NOT_READ: Readonly<Record<ChangedFile["kind"], string>> = {
  text: "not looked into: too many files changed",
  submodule: "a submodule pointer changes",
  retyped: "a file becomes a link or a link a file",
  refolded: "a file becomes a folder or a folder a file",
  "unreadable-name": "its name is not valid text, so it was not looked into",
};

/** What could not be looked into may hold whatever was looked for: one risk for every kind that a line of it could have been. */
function unread(
  matches: readonly { readonly file: ChangedFile; readonly one: Detector }[],
  lines: ChangedLines,
): readonly Risk[] {
  const byKind = new Map(matches.map(({ file, one }) => [`${one.kind} ${file.path}`, { file, kind: one.kind }]));
  return [...byKind.values()].flatMap(({ file, kind }): readonly Risk[] => {
    const found = lines.get(file.path) ?? NOT_READ[file.kind];
    return typeof found === "string" ? [{ kind, path: file.path, line: null, why: found }] : [];
  });
}

function lineRisk(file: ChangedFile, detector: Detector, lines: readonly ChangedLine[] | string | undefined): Risk[] {
  const wanted = detector.line;
  if (wanted === null || lines === undefined || typeof lines === "string") return [];
  const { kind, why } = detector;
  const hit = lines.find(
    ({ side, text }) => (wanted.side === "either" || wanted.side === side) && wanted.pattern.test(text),
  );
  return hit ? [{ kind, path: file.path, line: hit.line, why }] : [];
}

function sorted(risks: readonly Risk[]): readonly Risk[] {
  return [...risks].sort(
    (a, b) =>
      byBytes(a.kind, b.kind) || byBytes(a.path, b.path) || (a.line ?? 0) - (b.line ?? 0) || byBytes(a.why, b.why),
  );
}
