import { addProse, addToken, noTerms, type Terms } from "./terms.ts";
import type { Candidate, TokenBag } from "./types.ts";

/** Where a term may stand in a change; a match in the subject says another thing than one in a removed line. */
export const FIELDS = ["subject", "body", "file", "folder", "added", "removed", "around"] as const;
export type Field = (typeof FIELDS)[number];

/** One candidate, read once: its terms by field. */
export type Document = {
  readonly candidate: Candidate;
  readonly subject: string;
  readonly fields: Readonly<Record<Field, Terms>>;
  readonly words: ReadonlySet<string>;
  readonly joins: ReadonlySet<string>;
  /** Words in all, repetitions counted up to three. */
  readonly length: number;
};

export function readCandidate(candidate: Candidate): Document {
  const subject = headline(candidate);
  const fields: Record<Field, Terms> = {
    subject: ofProse(subject),
    body: ofProse(candidate.body.replace(subject, "")),
    file: ofPaths(candidate, (path) => path.slice(path.lastIndexOf("/") + 1)),
    folder: ofPaths(candidate, (path) => path.slice(0, Math.max(0, path.lastIndexOf("/")))),
    added: ofBag(candidate.added),
    removed: ofBag(candidate.removed),
    around: ofBag(candidate.around),
  };
  const words = new Set(FIELDS.flatMap((field) => [...fields[field].words.keys()]));
  const joins = new Set(FIELDS.flatMap((field) => [...fields[field].joins.keys()]));
  const counts = FIELDS.flatMap((field) => [...fields[field].words.values()]);
  return {
    candidate,
    subject,
    fields,
    words,
    joins,
    length: counts.reduce((sum, count) => sum + Math.min(count, 3), 0),
  };
}

/** The title of the change itself: a merge commit often names only a branch or a number and has the title below. */
function headline({ subject, body }: Candidate): string {
  const quoted = /^Merge "(.+)"/.exec(subject)?.[1];
  if (quoted) return quoted;
  if (!/^Merge (pull request|branch|remote|[0-9a-f]{7,})/.test(subject)) return subject;
  return body.split("\n").find((line) => /\w{3}/.test(line)) ?? subject;
}

function ofProse(text: string): Terms {
  const terms = noTerms();
  addProse(terms, text);
  return terms;
}

function ofPaths(candidate: Candidate, part: (path: string) => string): Terms {
  const terms = noTerms();
  for (const { path } of candidate.files) {
    for (const name of part(path).split("/")) addToken(terms, name.replace(/\.\w+$/, ""), 1);
  }
  return terms;
}

function ofBag(bag: TokenBag): Terms {
  const terms = noTerms();
  for (const [token, count] of bag) {
    if (!/[./:-]/.test(token)) addToken(terms, token, count);
  }
  return terms;
}
