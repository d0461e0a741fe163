import type { Memory } from "../../src/incident/memory.ts";
import { digestOf } from "../../src/kernel/digest.ts";
import type { Policy } from "../../src/policy/schema.ts";

/** The memory of an incident on `main` that has just begun: production failed, and nobody was started or asked. */
export function justOpened(
  of: Pick<Memory, "repoId" | "badHead" | "lastGood" | "incident"> & { policy: Policy },
): Memory {
  return {
    v: 1,
    branch: "main",
    source: "deployment:production",
    severity: "sev2",
    state: "open",
    openedAt: "2026-11-23T00:00:00Z",
    policyDigest: digestOf(of.policy),
    run: null,
    plan: null,
    asks: [],
    denied: null,
    released: null,
    timeline: [],
    slack: null,
    ...of,
  };
}
