/**
 * What a watcher sees of one incident, as a fold over what happened. It must never decide anything: it is shown, not obeyed.
 */
const PHASES = [
  "signal",
  "hold",
  "incident",
  "dispatch",
  "analysis",
  "plan",
  "ask",
  "redeem",
  "revert",
  "release",
] as const;
export type PhaseName = (typeof PHASES)[number];

/** Times are milliseconds of the watcher's own clock; texts are plain, without control characters. */
export type WatchEvent = { readonly at: number } & (
  | { readonly kind: "reached"; readonly phase: PhaseName; readonly text: string }
  | { readonly kind: "failed"; readonly phase: PhaseName; readonly text: string }
  | { readonly kind: "agent"; readonly what: "thinks" | "calls" | "sees" | "concludes"; readonly text: string }
  | { readonly kind: "suspect"; readonly rank: number; readonly text: string }
  | { readonly kind: "plan-line"; readonly text: string }
  | { readonly kind: "said"; readonly by: string; readonly text: string }
  | { readonly kind: "note"; readonly text: string }
  | { readonly kind: "asked"; readonly who: string; readonly shows: string; readonly expiresAt: number | null }
  | { readonly kind: "answered"; readonly answer: string }
  | { readonly kind: "ended"; readonly isWell: boolean; readonly text: string }
);

export type Phase = {
  readonly name: PhaseName;
  readonly state: "waiting" | "done" | "failed";
  readonly text: string;
  readonly at: number | null;
};

export type Watched = {
  readonly subject: string;
  readonly phases: readonly Phase[];
  /** Oldest first. */
  readonly agent: readonly { readonly what: string; readonly text: string }[];
  readonly suspects: readonly string[];
  readonly plan: readonly string[];
  readonly approval: {
    readonly who: string;
    readonly shows: string;
    readonly expiresAt: number | null;
    readonly answer: string | null;
  } | null;
  readonly notes: readonly string[];
  readonly end: { readonly isWell: boolean; readonly text: string } | null;
};

export function watching(subject: string): Watched {
  const phases = PHASES.map((name): Phase => ({ name, state: "waiting", text: "", at: null }));
  return { subject, phases, agent: [], suspects: [], plan: [], approval: null, notes: [], end: null };
}

/** Kept of what keeps coming; the logs have all of it. */
const KEPT = 60;

export function watched(before: Watched, event: WatchEvent): Watched {
  switch (event.kind) {
    case "reached":
      return { ...before, phases: mark(before.phases, event.phase, "done", event.text, event.at) };
    case "failed":
      return { ...before, phases: mark(before.phases, event.phase, "failed", event.text, event.at) };
    case "agent":
      return { ...before, agent: [...before.agent, { what: event.what, text: event.text }].slice(-KEPT) };
    case "suspect":
      return { ...before, suspects: [...before.suspects.slice(0, event.rank - 1), event.text] };
    case "plan-line":
      return { ...before, plan: [...before.plan, event.text].slice(-KEPT) };
    case "said":
      return before;
    case "note":
      return { ...before, notes: [...before.notes, event.text].slice(-KEPT) };
    case "asked": {
      const { who, shows, expiresAt } = event;
      const phases = mark(before.phases, "ask", "done", `${who} is asked on their phone`, event.at);
      return { ...before, phases, approval: { who, shows, expiresAt, answer: null } };
    }
    case "answered":
      return before.approval === null ? before : { ...before, approval: { ...before.approval, answer: event.answer } };
    case "ended":
      return { ...before, end: { isWell: event.isWell, text: event.text } };
  }
}

/** A phase that was reached stays reached: a re-run tells the same things again. */
function mark(
  phases: readonly Phase[],
  name: PhaseName,
  state: "done" | "failed",
  text: string,
  at: number,
): readonly Phase[] {
  return phases.map((phase) =>
    phase.name === name && phase.state !== "done" ? { ...phase, state, text, at: phase.at ?? at } : phase,
  );
}
