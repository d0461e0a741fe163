import type { Clock } from "../kernel/clock.ts";
import { type Conclusion, conclusionSchema, readConclusion } from "./conclusion.ts";
import type { Evidence, Looked } from "./looked.ts";
import type { Mask } from "./mask.ts";
import { createOfflineReasoner } from "./offline.ts";
import type { Option } from "./options.ts";
import { openingPrompt } from "./prompts/opening.ts";
import { PROMPT_VERSION, SYSTEM_PROMPT } from "./prompts/system.ts";
import { converse, type Ended, type Seen, ToolProblem } from "./react/converse.ts";
import { DEFAULT_LIMITS, type Limits, type Price } from "./react/limits.ts";
import type { Rules, StopReason } from "./react/step.ts";
import type { ReasonerName, Transcript } from "./react/transcript.ts";
import type { Reasoner } from "./reasoner.ts";
import { TOOLS, toolNamed } from "./tools/catalog.ts";

export type Question = {
  readonly looked: Looked;
  readonly evidence: readonly Evidence[];
  readonly options: readonly Option[];
  readonly source: string;
  readonly branch: string;
};

export type Surroundings = {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly mask: Mask;
  readonly limits?: Limits;
  readonly watch: (by: ReasonerName, event: Seen) => void;
};

export type Thought = {
  readonly by: ReasonerName;
  readonly fellBack: StopReason | null;
  readonly conclusion: Conclusion;
  /** Every conversation of this analysis, the last one being the one that concluded. */
  readonly transcripts: readonly Transcript[];
};

/**
 * Asks the chosen reasoner; whatever ends it without a conclusion, plain code concludes within the same run, from the same
 * evidence. Throws only if plain code cannot, which would be a broken invariant.
 */
export async function think(question: Question, chosen: Reasoner | null, around: Surroundings): Promise<Thought> {
  const offline = createOfflineReasoner(question.looked, question.evidence, question.options);
  const first = await discuss(question, chosen ?? offline, around);
  if (first.end.kind === "finish")
    return {
      by: first.transcript.by,
      fellBack: null,
      conclusion: first.end.conclusion,
      transcripts: [first.transcript],
    };
  if (chosen === null) throw new Error(`invariant: plain code did not conclude: ${first.end.detail}`);
  const second = await discuss(question, offline, { ...around, signal: new AbortController().signal });
  if (second.end.kind !== "finish") throw new Error(`invariant: plain code did not conclude: ${second.end.detail}`);
  return {
    by: "offline",
    fellBack: first.end.reason,
    conclusion: second.end.conclusion,
    transcripts: [first.transcript, second.transcript],
  };
}

function discuss(question: Question, reasoner: Reasoner, around: Surroundings): Promise<Ended> {
  const { looked, evidence, options } = question;
  return converse({
    reasoner,
    rules: rulesFor(
      evidence.map(({ id }) => id),
      options,
      reasoner.price,
      around.limits ?? DEFAULT_LIMITS,
    ),
    promptVersion: PROMPT_VERSION,
    opening: openingPrompt({ ...question, notLookedAt: looked.notLookedAt }),
    ask: {
      system: SYSTEM_PROMPT,
      tools: TOOLS.map(({ declaration }) => declaration),
      conclusionSchema: conclusionSchema(options.map(({ name }) => name)),
    },
    run: async (name, args) => {
      const tool = toolNamed(name);
      if (tool === null) throw new ToolProblem("there is no tool of this name");
      return tool.run(looked, args);
    },
    mask: around.mask,
    clock: around.clock,
    signal: around.signal,
    watch: (event) => around.watch(reasoner.name, event),
  });
}

/** What holds for a conversation about this evidence and these options; the same rules replay it. */
export function rulesFor(evidence: readonly string[], options: readonly Option[], price: Price, limits: Limits): Rules {
  const ids = new Set(evidence);
  const names = options.map(({ name }) => name);
  return {
    limits,
    price,
    prepare: (tool, args) => toolNamed(tool)?.prepare(args) ?? null,
    readConclusion: (value, known) => readConclusion(value, names, (id) => ids.has(id) || known.has(id)),
  };
}
