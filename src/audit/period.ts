import type { Memory } from "../incident/memory.ts";
import type { RecordEntry } from "../incident/record.ts";
import type { Verification } from "./verify.ts";

/** One incident as an auditor asks about it: facts with their times, and whether the record behind them still verifies. */
export type AuditRow = {
  readonly repository: string;
  readonly incident: number;
  readonly severity: string;
  readonly branch: string;
  readonly detection: { readonly at: string; readonly source: string; readonly badHead: string };
  readonly hold: {
    readonly at: string | null;
    readonly releasedAt: string | null;
    readonly releasedBy: string | null;
    readonly why: string | null;
  };
  readonly requester: string | null;
  readonly approval: {
    readonly asked: number;
    readonly approver: { readonly id: number; readonly login: string } | null;
    readonly at: string | null;
    readonly method: string | null;
    readonly planDigest: string | null;
    readonly tokenSha256: string | null;
    /** Whether the approver wrote or committed any of what was undone; null where that could not be read. */
    readonly approverIsAuthor: boolean | null;
  };
  readonly execution: { readonly at: string | null; readonly commit: string | null; readonly tree: string | null };
  readonly refusals: readonly { readonly at: string; readonly reason: string }[];
  readonly state: string;
  readonly verification: Pick<Verification, "verdict" | "anchoring" | "findings">;
};

/** An incident that the App opened and whose page no more says where its memory stands: somebody edited it. */
export type UnreadableIncident = {
  readonly repository: string;
  readonly incident: number;
  readonly openedAt: string;
};

export function auditRow(
  repository: string,
  memory: Memory,
  entries: readonly RecordEntry[],
  verification: Verification,
  approverIsAuthor: boolean | null,
): AuditRow {
  const first = (kind: RecordEntry["kind"]) => entries.find((entry) => entry.kind === kind);
  const effect = first("rolled-back");
  const yes = entries.find((entry) => entry.kind === "answered" && entry.reason === "approved");
  return {
    repository,
    incident: memory.incident,
    severity: memory.severity,
    branch: memory.branch,
    detection: { at: memory.openedAt, source: memory.source, badHead: memory.badHead },
    hold: {
      at: first("held")?.at ?? null,
      releasedAt: memory.released?.at ?? null,
      releasedBy: memory.released?.by ?? null,
      why: memory.released?.reason ?? null,
    },
    requester: first("planned")?.chain ?? null,
    approval: {
      asked: memory.asks.length,
      approver: yes?.person ?? null,
      at: yes?.at ?? null,
      method: yes === undefined ? null : "push to the approver's phone (Auth0 CIBA), token verified",
      planDigest: yes?.digests?.plan ?? memory.plan?.digest ?? null,
      tokenSha256: first("credential")?.token ?? null,
      approverIsAuthor,
    },
    execution: { at: effect?.at ?? null, commit: effect?.refs?.commit ?? null, tree: effect?.refs?.tree ?? null },
    refusals: entries
      .filter(({ kind }) => kind === "refused")
      .map(({ at, reason }) => ({ at, reason: reason ?? "unknown" })),
    state: memory.state,
    verification: { verdict: verification.verdict, anchoring: verification.anchoring, findings: verification.findings },
  };
}

/** What the file says of itself: evidence, and no more than that. */
export const EXPORT_NOTE =
  "Facts read from GitHub and recomputed. This is evidence for a reviewer; it claims no compliance with any standard.";
