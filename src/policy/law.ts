import type { Law } from "../incident/world.ts";
import type { ParsedPolicy } from "./parse.ts";

/**
 * Which policy is in force, of those that were found, and how far it lets us go. It must never let a loosened or broken copy
 * win over the kill switch or over the last one that was valid.
 */
export function lawOf(found: Found): Law {
  const { own, organisation, lastValid } = found;
  const chosen = valid(own) ?? (own?.kind === "broken" ? lastValid : null) ?? valid(organisation);
  if (chosen === null) return { kind: own === null && organisation === null ? "none" : "broken" };
  const { policy, digest } = chosen;
  return { kind: "in-force", policy, digest, ...modeOf(found, policy.mode) };
}

export type Valid = Extract<ParsedPolicy, { kind: "valid" }>;
export type Found = {
  /** At the last good revision of the failing source; null where there is no such file or revision. */
  readonly own: ParsedPolicy | null;
  readonly organisation: ParsedPolicy | null;
  /** The last valid one that was seen of this repository. */
  readonly lastValid: Valid | null;
  readonly hasLastGood: boolean;
  /** SENTINEL_MODE of the App. */
  readonly setting: "off" | "shadow" | "act" | null;
};

function valid(parsed: ParsedPolicy | null): Valid | null {
  return parsed?.kind === "valid" ? parsed : null;
}

type InForce = Extract<Law, { kind: "in-force" }>;

/** The strictest word counts. */
function modeOf(found: Found, mode: InForce["mode"]): Pick<InForce, "mode" | "because"> {
  const organisation = valid(found.organisation)?.policy.mode;
  if (found.setting === "off") return { mode: "off", because: "setting" };
  if (organisation === "off") return { mode: "off", because: "organisation" };
  if (mode === "off") return { mode: "off", because: "policy" };
  if (found.setting === "shadow") return { mode: "shadow", because: "setting" };
  if (mode === "shadow") return { mode: "shadow", because: "policy" };
  if (!found.hasLastGood) return { mode: "shadow", because: "no-last-good" };
  return { mode: "act", because: "policy" };
}
