import type { Document } from "../document.ts";
import type { Range } from "../range.ts";

/** What is known of a change without looking at the symptom: some kinds of change hardly ever break anything. */
export function changeFeatures({ documents }: Range) {
  const last = Math.max(...documents.map(({ candidate }) => candidate.commitTime));
  return documents.map((document) => ({
    isRevert: IS_REVERT.test(document.subject) ? 1 : 0,
    isInert: isInert(document) ? 1 : 0,
    hasSource: document.candidate.files.some(({ path }) => !isProse(path) && !isTest(path)) ? 1 : 0,
    switches: SWITCHES.test(document.subject) ? 1 : 0,
    newest: document.candidate.commitTime === last ? 1 : 0,
  }));
}

export const IS_REVERT = /^\W*(partial\w* )?revert/i;
const SWITCHES = /\b(enable|switch|turn on|activate|use|default|set|allow|start|migrate|move|convert|replace|make)\b/i;
const PROSE = /\.(md|rst|txt|adoc)$|(^|\/)(docs?|releasenotes|guides|changelog)\b/i;
const TEST = /(^|[/_.-])(tests?|spec|specs|__tests__|testing|testdata|fixtures)([/_.-]|$)|test\.\w+$/i;
const NOT_RUN =
  /(^|\/)\.?(gitignore|gitattributes|editorconfig|mailmap|owners|codeowners|authors|license|copying|changelog\S*|gitreview|git-blame-ignore-revs)$/i;

function isInert({ candidate: { files } }: Document): boolean {
  return files.length > 0 && files.every(({ path }) => isProse(path) || NOT_RUN.test(path));
}

function isProse(path: string): boolean {
  return PROSE.test(path);
}

function isTest(path: string): boolean {
  return TEST.test(path);
}
