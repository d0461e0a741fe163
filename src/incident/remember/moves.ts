import { shortSha } from "../../kernel/sha.ts";
import type { Memory } from "../memory.ts";
import type { Report } from "../report.ts";
import { recovered } from "../signals.ts";
import type { Incident, Move, World } from "../world.ts";
import { type Fact, note } from "./note.ts";
import { isRelease } from "./orders.ts";
import type { Step } from "./step.ts";

/**
 * Who moved the branch past the hold, and whether an approval explains it. That is written down and told, never undone: whom the
 * hold lets through may push by hand.
 */
export const seeMoves: Step = (memory, world, incident, at) => {
  const { moves: seen } = world;
  if (memory.state === "closed" || seen === null) return memory;
  if (seen.kind === "unknown") return note(memory, at, UNKNOWN, { kind: "noted", reason: "bypass-unknown" });
  const approved = approvedCommits(incident, memory);
  const earlier = memory.passed?.moves ?? [];
  const isNew = ({ suite, commit }: Move) => !approved.has(commit) && !earlier.some((one) => one.suite === suite);
  const unexplained = seen.moves.filter(isNew);
  const mayBeExplained = incident.run !== null && incident.run.status !== "completed";
  // The approver's own token pushes an approved rollback before the job can report it.
  if (unexplained.length > 0 && mayBeExplained && !isEnding(world, memory)) return memory;
  const said = mayBeExplained ? ("before-report" as const) : ("not-approved" as const);
  const moves = [...earlier, ...unexplained.map((move) => ({ ...move, said, told: false }))].slice(-MOST_MOVES);
  const explained = [
    ...(memory.passed?.explained === undefined ? [] : [memory.passed.explained]),
    ...seen.moves.filter(({ commit }) => approved.has(commit)).map(({ suite }) => suite),
  ];
  const newest = explained.length === 0 ? {} : { explained: Math.max(...explained) };
  const known: Memory = { ...memory, passed: { lookedAt: world.head, ...newest, moves } };
  return unexplained.reduce((noted, move) => tell(noted, move, said, at), known);
};

/** Whom people were told of in this look. */
export const seeTold: Step = (memory, _world, { toldOf }) => {
  const { passed } = memory;
  if (!passed?.moves.some(({ suite, told }) => !told && toldOf.includes(suite))) return memory;
  const moves = passed.moves.map((move) => (toldOf.includes(move.suite) ? { ...move, told: true } : move));
  return { ...memory, passed: { ...passed, moves } };
};

/** What approvers' tokens wrote: only an attempt to which the vault gave one can show an approval. */
function approvedCommits({ reports }: Incident, { incident }: Memory): ReadonlySet<string> {
  const isRun = (report: Report) => report.phase === "respond" && report.incident === incident;
  return new Set(
    reports
      .filter(isRun)
      .flatMap((report) =>
        report.phase === "respond" && report.tokenThumbprint !== null ? (report.revertSha ?? []) : [],
      ),
  );
}

/** After this look nobody looks again, so what is known must be said now. */
function isEnding(world: World, memory: Memory): boolean {
  return recovered(world, memory) || isRelease(world.order);
}

function tell(memory: Memory, move: Move, said: keyof typeof ENDS, at: string): Memory {
  const { by, byId, commit } = move;
  const text = `${by ?? "Somebody"} moved ${memory.branch.slice(0, 100)} past the hold to ${shortSha(commit)} at ${move.at}, ${ENDS[said]}.`;
  const person = by !== null && byId !== null ? { person: { id: byId, login: by.slice(0, 60) } } : {};
  const fact: Fact = { kind: "noted", reason: `bypass-${said}`, refs: { commit }, ...person };
  return note(memory, at, text, fact);
}

const ENDS = {
  "not-approved": "without an approval that Sentinel knows of",
  "before-report": "before the responder had reported an approval",
} as const;
const UNKNOWN = "Whether somebody moved the branch past the hold is not known: GitHub did not show the rule suites.";
const MOST_MOVES = 10;
