import type { IncidentFacts } from "./facts.ts";

/** Where an incident stands, in the one word that every page leads with. */
export type Stage =
  | "open"
  | "analysed"
  | "rolled-back"
  | "denied"
  | "expired"
  | "stuck"
  | "failed"
  | "released"
  | "closed";

/** The latest thing that people must know wins: an end over an answer, an answer over an analysis. */
export function stageOf(facts: IncidentFacts): Stage {
  if (facts.memory.state === "closed") return "closed";
  if (facts.hold.kind === "released") return "released";
  if (facts.response?.outcome === "rolled-back") return "rolled-back";
  if (facts.memory.denied !== null) return "denied";
  switch (facts.response?.outcome) {
    case "denied":
      return "denied";
    case "expired":
      return "expired";
    case "held":
      return "stuck";
    case "failed":
      return "failed";
    case undefined:
      if (facts.run?.isOver) return "failed";
      return facts.analysis === null ? "open" : "analysed";
  }
}

/** Who said the yes or the no, by login; null where nobody did. */
export function answerer(facts: IncidentFacts): string | null {
  if (facts.response?.outcome === "rolled-back") return facts.response.approver;
  if (facts.memory.denied !== null) return facts.memory.denied.by;
  return facts.response?.asks.findLast(({ answer }) => answer === "denied")?.approver ?? null;
}
