import type { Memory } from "../incident/memory.ts";
import type { Report } from "../incident/report.ts";

/** Everything the pages are regenerated from. What comes out of commits or the model in it is hostile text. */
export type IncidentFacts = {
  readonly repo: { readonly owner: string; readonly name: string; readonly url: string };
  readonly memory: Memory;
  readonly hold:
    | { readonly kind: "held"; readonly rulesetId: number; readonly bypass: readonly string[] }
    | { readonly kind: "not-held"; readonly why: string }
    /** By somebody else than us: part of it may hold still. */
    | { readonly kind: "changed"; readonly rulesetId: number }
    | { readonly kind: "released"; readonly at: string; readonly by: string; readonly why: string };
  readonly signal: { readonly says: string; readonly url: string | null };
  readonly run: {
    readonly url: string;
    readonly attempt: number;
    readonly status: string;
    readonly isOver: boolean;
  } | null;
  readonly analysis: Extract<Report, { phase: "analyse" }> | null;
  readonly response: Extract<Report, { phase: "respond" }> | null;
  /** The App's chain of the record, as a block of Markdown to be shown last, and its head in words. */
  readonly record?: { readonly block: string; readonly head: string };
};
