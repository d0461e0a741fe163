import { z } from "zod";
import { Verdict } from "../incident/diagnosis.ts";
import { tame, tameLine } from "./tame.ts";

/**
 * What a reasoner may conclude: words, one verdict and one of the options that code computed. There is no field for a sha, a
 * branch, a scope or a person, and none may be added.
 */
export type Conclusion = {
  readonly verdict: Verdict;
  readonly option: string;
  readonly summary: string;
  readonly claims: readonly Claim[];
  readonly notLookedAt: readonly string[];
};

export type Claim = { readonly text: string; readonly evidence: readonly string[] };

const ConclusionText = z.object({
  verdict: Verdict,
  option: z.string().min(1).max(40),
  summary: z.string().min(1).max(20_000),
  claims: z
    .array(z.object({ text: z.string().max(20_000), evidence: z.array(z.string().max(200)).max(50) }))
    .max(50)
    .default([]),
  notLookedAt: z.array(z.string().max(5_000)).max(50).default([]),
});

/** As JSON Schema, for models that can be held to one. */
export function conclusionSchema(options: readonly string[]): Readonly<Record<string, unknown>> {
  return {
    type: "object",
    properties: {
      verdict: { type: "string", enum: [...Verdict.options] },
      option: { type: "string", enum: [...options] },
      summary: { type: "string", description: "At most 120 words, for the person who must decide." },
      claims: {
        type: "array",
        maxItems: 8,
        items: {
          type: "object",
          properties: {
            text: { type: "string" },
            evidence: { type: "array", minItems: 1, maxItems: 8, items: { type: "string" } },
          },
          required: ["text", "evidence"],
        },
      },
      notLookedAt: { type: "array", maxItems: 5, items: { type: "string" } },
    },
    required: ["verdict", "option", "summary", "claims"],
  };
}

/**
 * A reasoner's value as a conclusion, or the sentence that says what is wrong with it. Too much is cut; an option that was
 * not offered, and claims whose evidence does not exist, do not pass.
 */
export function readConclusion(
  value: unknown,
  options: readonly string[],
  isEvidence: (id: string) => boolean,
): Conclusion | string {
  const parsed = ConclusionText.safeParse(value);
  if (!parsed.success) return `not a conclusion: ${parsed.error.issues[0]?.path.join(".") ?? ""} is wrong`;
  const { verdict, option, summary, claims, notLookedAt } = parsed.data;
  if (!options.includes(option)) return "not one of the offered options";
  const words = atMostWords(tame(summary, 4000), 120);
  if (words === "") return "an empty summary";
  return {
    ...reconciled(verdict, option),
    summary: words,
    claims: claims
      .map(({ text, evidence }) => ({
        text: tameLine(text, 400),
        evidence: [...new Set(evidence)].filter(isEvidence).slice(0, 8),
      }))
      .filter(({ text, evidence }) => text !== "" && evidence.length > 0)
      .slice(0, 8),
    notLookedAt: notLookedAt
      .map((text) => tameLine(text, 300))
      .filter((text) => text !== "")
      .slice(0, 5),
  };
}

/** A verdict and an option that contradict each other end in `hold`, which changes nothing. */
function reconciled(verdict: Verdict, option: string): { readonly verdict: Verdict; readonly option: string } {
  if (verdict !== "rollback") return { verdict, option: "hold" };
  return option === "hold" ? { verdict: "hold", option } : { verdict, option };
}

function atMostWords(text: string, count: number): string {
  const words = text.trim().split(/\s+/u);
  const kept = words.length <= count ? text.trim() : `${words.slice(0, count).join(" ")}…`;
  return kept.slice(0, 1200).toWellFormed();
}
