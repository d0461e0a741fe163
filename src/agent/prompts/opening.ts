import { sha256 } from "../../kernel/digest.ts";
import type { Evidence } from "../looked.ts";
import type { Option } from "../options.ts";

/** The first message: what is known and what could be done. Words of ours, with everything hostile fenced as data. */
export function openingPrompt(facts: {
  readonly source: string;
  readonly branch: string;
  readonly evidence: readonly Evidence[];
  readonly options: readonly Option[];
  readonly notLookedAt: readonly string[];
}): string {
  return [
    "A release failed. What failed, as configured:",
    fence({
      id: "source",
      trust: "ours",
      title: "what counts as failing",
      text: `${facts.source} on branch ${facts.branch}`,
    }),
    "Options (choose one by name):",
    ...facts.options.map(({ name, says }) => `- ${name}: ${says}`),
    "",
    "Evidence:",
    ...facts.evidence.map(fence),
    facts.notLookedAt.length === 0 ? "" : `Not looked at: ${facts.notLookedAt.join("; ")}.`,
    "Look further with the tools if that can change the answer. When you have seen enough, say so.",
  ].join("\n");
}

/** What is asked when only the conclusion is wanted. */
export const CONCLUDE_PROMPT =
  "Conclude now, as JSON by the schema: verdict, option, summary, claims with evidence ids, and what you did not look at.";

/** What a reasoner reads as the answer of a tool. */
export function fenceAnswer(result: { readonly id: string; readonly tool: string; readonly text: string }): string {
  return fence({ id: result.id, trust: "outsider", title: result.tool, text: result.text });
}

/** The closing mark is a digest of the text, so that no text can hold its own closing mark. */
function fence({ id, trust, title, text }: Evidence): string {
  const mark = sha256(`${id}\n${text}`).slice(0, 10);
  return `<data ${mark} id="${id}" trust="${trust}" title=${JSON.stringify(title)}>\n${text}\n</data ${mark}>`;
}
