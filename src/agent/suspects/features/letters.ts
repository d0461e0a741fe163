import type { Range } from "../range.ts";

/** Closeness by runs of four letters: finds "phab" in `phabricator` and "securitygroup" in `securitygroups_db.py`. */
export function letterFeatures(range: Range) {
  const asked = runs([...range.symptom.words.keys()].join(" "));
  const titles = range.documents.map(({ subject, candidate }) => {
    const names = candidate.files.slice(0, 4).map(({ path }) => path.slice(path.lastIndexOf("/") + 1));
    return runs(`${subject} ${names.join(" ")}`);
  });
  const inTitle = closeness(asked, titles);
  const inBody = closeness(
    asked,
    range.documents.map(({ candidate }) => runs(candidate.body.slice(0, 2000))),
  );
  return range.documents.map((_, at) => ({ lettersInTitle: inTitle[at] ?? 0, lettersInBody: inBody[at] ?? 0 }));
}

const RUN = 4;
/** Keeps a text of three words from looking close by one of them. */
const CALM = 3;

function runs(text: string): Set<string> {
  const plain = ` ${text.toLowerCase().replace(/[^a-z\d]+/g, " ")} `;
  const found = new Set<string>();
  for (let at = 0; at + RUN <= plain.length; at += 1) found.add(plain.slice(at, at + RUN));
  return found;
}

/** Cosine of the two sets, each run weighted by how rare it is among the candidates. */
function closeness(asked: ReadonlySet<string>, texts: readonly ReadonlySet<string>[]): number[] {
  const seen = new Map<string, number>();
  for (const text of texts) for (const run of text) seen.set(run, (seen.get(run) ?? 0) + 1);
  const weight = (run: string) => Math.max(0, Math.log((texts.length + 1) / ((seen.get(run) ?? 0) + 0.5))) ** 2;
  let inQuestion = 0;
  for (const run of asked) if (seen.has(run)) inQuestion += weight(run);
  return texts.map((text) => {
    let shared = 0;
    let own = 0;
    for (const run of text) {
      own += weight(run);
      if (asked.has(run)) shared += weight(run);
    }
    return shared / (Math.sqrt(inQuestion * own) + CALM);
  });
}
