import { type ChainOrigin, chained, headOf, type RecordEntry, type RecordFact } from "../../src/incident/record.ts";

/** The record of one incident that ended in an approved rollback: the App's chain and the responder's, naming each other. */

export const PLAN = "a1".repeat(32);
const POLICY = "b2".repeat(32);
const TOKEN = "c3".repeat(32);
export const COMMIT = "d4".repeat(20);
export const TREE = "e5".repeat(20);
export const PARENT = "f6".repeat(20);
const lead = { id: 501, login: "lead" };

export type Incident = { readonly app: readonly RecordEntry[]; readonly respond: readonly RecordEntry[] };

type Effect = { readonly commit: string; readonly tree: string; readonly parent: string };

/** @param incident its number, which stands in every entry @param asked how many pushes were sent before the yes */
export function recordedIncident(
  incident: number,
  asked = 1,
  effect: Effect = { commit: COMMIT, tree: TREE, parent: PARENT },
): Incident {
  const origin = (chain: string): ChainOrigin => ({ repo: 77, incident, chain });
  const opened = grow(
    origin("app"),
    [],
    [
      { at: time(0), actor: "app", kind: "opened", reason: null, digests: { policy: POLICY } },
      { at: time(1), actor: "app", kind: "held", reason: null },
      { at: time(2), actor: "app", kind: "dispatched", reason: null },
    ],
  );
  const respond = grow(
    origin("respond:9001/1"),
    [],
    [
      { at: time(10), actor: "respond", kind: "planned", reason: null, digests: { plan: PLAN, policy: POLICY } },
      { at: time(10), actor: "respond", kind: "refused", reason: "step-up-required", digests: { plan: PLAN } },
      ...Array.from({ length: asked }, (_, n): RecordFact[] => [
        { at: time(11 + n), actor: "respond", kind: "asked", reason: null, digests: { plan: PLAN }, person: lead },
      ]).flat(),
      { at: time(40), actor: "lead", kind: "answered", reason: "approved", digests: { plan: PLAN }, person: lead },
      {
        at: time(41),
        actor: "respond",
        kind: "credential",
        reason: null,
        digests: { plan: PLAN },
        person: lead,
        token: TOKEN,
      },
      {
        at: time(42),
        actor: "respond",
        kind: "rolled-back",
        reason: "rolled-back",
        digests: { plan: PLAN },
        refs: effect,
        person: lead,
      },
    ],
  );
  const cross = headOf(respond);
  const app = grow(origin("app"), opened, [
    {
      at: time(50),
      actor: "app",
      kind: "reported",
      reason: "rolled-back",
      digests: { plan: PLAN },
      ...(cross ? { cross } : {}),
    },
    { at: time(60), actor: "app", kind: "released", reason: null, refs: { commit: effect.commit } },
  ]);
  return { app, respond };
}

function grow(
  origin: ChainOrigin,
  entries: readonly RecordEntry[],
  facts: readonly RecordFact[],
): readonly RecordEntry[] {
  return facts.reduce((known, fact) => chained(known, origin, fact), entries);
}

function time(second: number): string {
  return `2026-11-23T03:${String(12 + Math.floor(second / 60)).padStart(2, "0")}:${String(second % 60).padStart(2, "0")}Z`;
}
