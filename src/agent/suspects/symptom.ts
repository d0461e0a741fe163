import { STOP_WORDS } from "./stop-words.ts";
import { addProse, noTerms } from "./terms.ts";
import { tokensOf } from "./token-bags.ts";
import type { Signal } from "./types.ts";
import { joined, stem, subwords } from "./words.ts";

/** What went wrong, read once: the terms to look for in a change, and how much each of them says. */
export type Symptom = {
  readonly text: string;
  /** Stems with how often they are said; words that tell nothing are left out. */
  readonly words: ReadonlyMap<string, number>;
  /** Stems that are part of something machine-like: an identifier, a path, a number with letters. */
  readonly machineWords: ReadonlySet<string>;
  /** Stems of the first sentence, which mostly names the damage; what follows tells the story. */
  readonly firstWords: ReadonlySet<string>;
  /** Stems that name the change itself: "this validation change", "the new retry logic". */
  readonly nameWords: ReadonlySet<string>;
  /** Stems of what is said to be absent: "missing X", "X is not defined". */
  readonly absentWords: ReadonlySet<string>;
  /** Whole identifiers of two words and more, in lower case without separators. */
  readonly identifiers: ReadonlySet<string>;
  /** Neighbouring words joined the same way, since "Active Job" may be `ActiveJob`. */
  readonly pairs: ReadonlySet<string>;
  /** Versions such as `1.29.0-wmf.9`, in lower case. */
  readonly versions: ReadonlySet<string>;
};

/** Longer symptoms are logs: what matters is said in the beginning, and the clock matters too. */
const LONGEST = 6000;

export function readSymptom({ text, evidence }: Signal): Symptom {
  const whole = clean(evidence && !text.includes(evidence) ? `${text}\n${evidence}` : text).slice(0, LONGEST);
  const terms = noTerms();
  addProse(terms, whole);
  const machine = tokensOf(whole).filter((token) => MACHINE_LIKE.test(token));
  const identifiers = new Set(machine.flatMap((token) => joined(token.replace(LINE_NUMBER, "")) ?? []));
  return {
    text: whole,
    words: new Map([...terms.words].filter(([word]) => !STOP_STEMS.has(word))),
    machineWords: stemsOf(machine),
    firstWords: stemsOf(tokensOf(whole.trim().split(SENTENCE_END, 1)[0] ?? "")),
    nameWords: stemsOf(captured(whole, NAMES_THE_CHANGE)),
    absentWords: stemsOf([...captured(whole, SAYS_ABSENT), ...captured(whole, ABSENT_SAID_AFTER)]),
    identifiers,
    pairs: new Set([...terms.joins.keys()].filter((pair) => !identifiers.has(pair))),
    versions: new Set([...whole.matchAll(VERSION)].map(([version]) => version.toLowerCase())),
  };
}

const STOP_STEMS: ReadonlySet<string> = new Set([...STOP_WORDS].map(stem));

const MACHINE_LIKE = /_|[a-z][A-Z]|\d|[./:]|\$/;
const LINE_NUMBER = /[./:-]+\d*$/;
const SENTENCE_END = /(?<=[.!?])\s|\n\s*\n/;
const VERSION = /\b\d+(?:\.\d+)+(?:[.-]?[a-z]+\.?\d+)?/gi;
// One word, a gap, one word: letters and gaps never overlap, so a hostile text cannot make these slow.
const NAMES_THE_CHANGE =
  /\b(?:this|the|that|our|new|these|those)\s+((?:[\w./-]+\s+){1,3})(?:change|changes|patch|patches|commit|cl|pr|feature|option|setting|flag|update|upgrade|migration|refactor\w*|check|approach|method|bump|logic|fix|rule|rules|code)\b/gi;
const SAYS_ABSENT =
  /\b(?:missing|undefined|not found|no such|unknown|cannot find|can't find|could not find|unresolved|uninitialized|lack of|no longer|NameError|removed?|without|depends? on|relies on|rely on|needs?|still uses?)[^\w\n]+((?:[\w.$]+[^\w\n.$]+){0,5}[\w.$]+)/gi;
const ABSENT_SAID_AFTER =
  /((?:\b[\w.$]+[^\w\n.$]+){0,4}\b[\w.$]+)[^\w\n.$]+(?:is missing|is undefined|is not defined|was not found|not found|does(?:n't| not) exist|undefined|no longer|is required|is gone|disappear\w*)/gi;

/** Placeholders such as `[ref]` stand for what was taken out; of a link only its path may name something. */
function clean(text: string): string {
  return text.replace(/\[(?:url|ref|sha|person|email)\b([^\]]*)\]/g, " $1 ").replace(/https?:\/\/[\w.-]+/g, " ");
}

function captured(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].flatMap(([, words]) => tokensOf(words ?? ""));
}

function stemsOf(tokens: readonly string[]): Set<string> {
  return new Set(tokens.flatMap(subwords).map(stem));
}
