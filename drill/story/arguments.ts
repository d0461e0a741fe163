import { parseArgs } from "node:util";

/** What `npm run drill` was asked to do, as typed data; everything wrong with it is one sentence naming the flag. */
export type Arguments = {
  readonly repo: string | null;
  readonly branch: string | null;
  readonly good: string | null;
  readonly bad: string | null;
  readonly symptom: string | null;
  readonly signal: (typeof SIGNALS)[number];
  readonly answer: (typeof ANSWERS)[number];
  readonly reasoner: (typeof REASONERS)[number];
  readonly model: (typeof MODELS)[number] | null;
  readonly kill: readonly (typeof KILLABLE)[number][];
  readonly json: string | null;
  readonly keep: string | null;
  readonly plain: boolean;
};

/** Wrong usage: exit code 2 and nothing started. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

const SIGNALS = ["deployment", "check", "workflow"] as const;
const ANSWERS = ["ask", "approve", "deny", "ignore", "late"] as const;
const REASONERS = ["offline", "gemini"] as const;
const MODELS = ["good", "silent", "malformed", "hostile"] as const;
const KILLABLE = ["gemini", "slack", "auth0", "vault"] as const;

export const USAGE = `npm run drill -- [--repo DIR] [--branch NAME] [--good REV] [--bad REV] [--symptom FILE|-]
                  [--signal ${SIGNALS.join("|")}] [--answer ${ANSWERS.join("|")}]
                  [--reasoner ${REASONERS.join("|")}] [--model ${MODELS.join("|")}]
                  [--kill ${KILLABLE.join(",")}] [--json FILE] [--keep DIR] [--plain]`;

/** Throws `UsageError`. `isTerminal`: whether a person can answer. */
export function parseDrillArguments(argv: readonly string[], isTerminal: boolean): Arguments {
  const values = parse(argv);
  const kill = list("kill", values.kill, KILLABLE);
  const model = values.model === undefined ? null : oneOf("model", values.model, MODELS);
  const wantsGemini = model !== null || kill.includes("gemini");
  const reasoner = oneOf("reasoner", values.reasoner ?? (wantsGemini ? "gemini" : "offline"), REASONERS);
  if (model !== null && reasoner === "offline") {
    throw new UsageError("--model scripts the Gemini stand-in: it needs --reasoner gemini");
  }
  const repo = values.repo ?? null;
  for (const flag of ["branch", "good", "bad"] as const) {
    if (repo === null && values[flag] !== undefined)
      throw new UsageError(`--${flag} needs --repo DIR, whose history it names`);
  }
  if (repo !== null && values.good === undefined) {
    throw new UsageError("--good REV is required with --repo: the last revision that was deployed and worked");
  }
  return {
    repo,
    branch: values.branch ?? null,
    good: values.good ?? null,
    bad: values.bad ?? null,
    symptom: values.symptom ?? null,
    signal: oneOf("signal", values.signal ?? "deployment", SIGNALS),
    answer: oneOf("answer", values.answer ?? (isTerminal ? "ask" : "approve"), ANSWERS),
    reasoner,
    model,
    kill,
    json: values.json ?? null,
    keep: values.keep ?? null,
    plain: values.plain ?? false,
  };
}

function parse(argv: readonly string[]) {
  const text = { type: "string" } as const;
  try {
    return parseArgs({
      args: [...argv],
      options: {
        repo: text,
        branch: text,
        good: text,
        bad: text,
        symptom: text,
        signal: text,
        answer: text,
        reasoner: text,
        model: text,
        kill: text,
        json: text,
        keep: text,
        plain: { type: "boolean" },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function oneOf<T extends string>(flag: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((one) => one === value);
  if (found === undefined) throw new UsageError(`--${flag} wants one of ${allowed.join(", ")}, not "${value}"`);
  return found;
}

function list<T extends string>(flag: string, value: string | undefined, allowed: readonly T[]): readonly T[] {
  return value === undefined ? [] : value.split(",").map((one) => oneOf(flag, one.trim(), allowed));
}
