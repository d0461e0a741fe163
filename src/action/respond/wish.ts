import { Proposal } from "../../incident/diagnosis.ts";
import type { Reason } from "../../incident/reason.ts";
import type { Sha } from "../../kernel/sha.ts";
import type { FoundIncident } from "../find-incident.ts";
import type { Wish } from "./plan-now.ts";

/**
 * Reads what the analysis proposes. It must belong to the very incident that GitHub shows; of its content only the choice of
 * option and the named culprit are used, and the culprit must later be found in the range.
 */
export function readWish(
  text: string,
  { memory, head }: FoundIncident,
  repoId: number,
): ({ readonly kind: PlanKindOf } & Wish) | Refused {
  const proposal = parse(text);
  if (proposal === null) return refused("proposal-invalid", "it does not fit the schema");
  const stray = (["incident", "branch", "badHead", "lastGood"] as const).find((key) => proposal[key] !== memory[key]);
  if (memory.lastGood === null) return refused("no-last-good");
  if (proposal.repoId !== repoId || stray !== undefined)
    return refused("proposal-invalid", `its ${stray ?? "repoId"} is not that of the incident`);
  if (head === null) return refused("head-moved", "the branch is gone");
  const { option, verdict, culprit } = proposal.diagnosis;
  if (option === "hold" || verdict === "hold" || verdict === "not-our-change") return refused("verdict-hold");
  if (option === "revert-suspects" && culprit === null)
    return refused("proposal-invalid", "it would revert suspects but names none");
  const suspects = culprit === null ? [] : [culprit];
  return { memory, kind: option, suspects, head, lastGood: memory.lastGood };
}

/** The commit that the analysis names for this incident; null where its proposal is not worth reading. */
export function culpritIn(text: string, incident: number): Sha | null {
  const proposal = parse(text);
  return proposal?.incident === incident ? proposal.diagnosis.culprit : null;
}

type PlanKindOf = Wish["kind"];
type Refused = { readonly kind: "refused"; readonly reason: Reason; readonly detail: string };

function parse(text: string): Proposal | null {
  try {
    return Proposal.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

function refused(reason: Reason, detail = ""): Refused {
  return { kind: "refused", reason, detail };
}
