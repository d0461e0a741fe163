import { Box, Text } from "ink";
import { createElement as h, type ReactElement } from "react";
import type { Phase, Watched } from "./watched.ts";

/**
 * One screen of an incident, readable at 80 columns: the line with its phases, what the agent thinks and calls, the suspects,
 * the plan, who is asked and for how long. A pure function of what was watched and the time.
 */
export function IncidentView(props: {
  readonly watched: Watched;
  readonly now: number;
  readonly startedAt: number;
  /** How to answer from here, when that is possible. */
  readonly keys: string | null;
  /** Rows of the terminal: a small one gets fewer lines of what keeps coming. */
  readonly rows: number;
  /** Columns of the terminal: a narrow one gets shorter lines, a wide one no longer ones. */
  readonly columns?: number;
  /** False: nothing is told by colour. */
  readonly hasColor?: boolean;
}): ReactElement {
  const { watched, now, startedAt, keys } = props;
  const paint: Paint = (color) => (props.hasColor === false ? {} : { color });
  const isSmall = props.rows < ROOMY;
  const current = watched.end === null ? watched.phases.find(({ state }) => state === "waiting")?.name : undefined;
  return h(
    Box,
    { flexDirection: "column", width: Math.min(WIDTH, props.columns ?? WIDTH) },
    h(Box, { justifyContent: "space-between" }, title(watched.subject), dim(clock(now - startedAt))),
    ...watched.phases.map((phase) =>
      h(PhaseRow, { key: phase.name, phase, startedAt, isCurrent: phase.name === current, paint }),
    ),
    panel(
      "Agent",
      watched.agent.slice(isSmall ? -2 : -AGENT_ROWS).map((row, key) => agentRow(row, key, paint)),
    ),
    panel("Suspects", watched.suspects.slice(0, isSmall ? 1 : SUSPECT_ROWS).map(suspectRow)),
    panel(
      "Plan",
      watched.plan.slice(0, isSmall ? 1 : PLAN_ROWS).map((line, i) => cut(line, i, i === 0)),
    ),
    approvalPanel(watched, now, keys, paint),
    panel(
      "Notes",
      watched.notes.slice(isSmall ? -1 : -NOTE_ROWS).map((line, i) => cut(line, i, false)),
    ),
    watched.end === null ? null : ending(watched.end, paint),
  );
}

type Paint = (color: string) => { readonly color?: string };

const WIDTH = 80;
const AGENT_ROWS = 6;
const PLAN_ROWS = 4;
const NOTE_ROWS = 3;
const SUSPECT_ROWS = 6;
const ROOMY = 42;

function PhaseRow(props: {
  readonly phase: Phase;
  readonly startedAt: number;
  readonly isCurrent: boolean;
  readonly paint: Paint;
}) {
  const { phase, startedAt, isCurrent, paint } = props;
  const [mark, color] = isCurrent ? (["◐", "yellow"] as const) : MARK[phase.state];
  const time = phase.at === null ? "" : `${((phase.at - startedAt) / 1000).toFixed(2)} s`;
  return h(
    Box,
    {},
    h(Box, { width: 2, flexShrink: 0 }, h(Text, paint(color), mark)),
    h(
      Box,
      { width: 10, flexShrink: 0 },
      h(Text, { bold: phase.state !== "waiting", dimColor: phase.state === "waiting" }, phase.name),
    ),
    h(Box, { flexGrow: 1, flexShrink: 1 }, h(Text, { wrap: "truncate-end" }, phase.text)),
    h(Box, { width: 9, flexShrink: 0, justifyContent: "flex-end" }, dim(time)),
  );
}

const MARK = { waiting: ["○", "gray"], done: ["●", "green"], failed: ["✕", "red"] } as const;

function agentRow({ what, text }: Watched["agent"][number], key: number, paint: Paint): ReactElement {
  return h(
    Box,
    { key },
    h(Box, { width: 10, flexShrink: 0 }, h(Text, paint(what === "concludes" ? "green" : "cyan"), what)),
    h(Text, { wrap: "truncate-end" }, text),
  );
}

function suspectRow(text: string, key: number): ReactElement {
  return h(Text, { key, wrap: "truncate-end", ...(key === 0 ? { bold: true } : {}) }, text);
}

function approvalPanel(
  { approval, end }: Watched,
  now: number,
  keys: string | null,
  paint: Paint,
): ReactElement | null {
  if (approval === null) return null;
  const { who, shows, expiresAt, answer } = approval;
  const isWaiting = answer === null && end === null;
  const left = expiresAt === null ? "" : `, ${clock(Math.max(0, expiresAt - now))} left`;
  return panel("Approval", [
    h(Text, { key: "who", wrap: "truncate-end" }, `${who}'s phone shows: `, h(Text, { bold: true }, shows)),
    h(
      Text,
      { key: "state", ...paint(isWaiting ? "magenta" : "green") },
      isWaiting ? `waiting${left}` : (answer ?? "no answer"),
    ),
    ...(isWaiting && keys !== null ? [h(Text, { key: "keys", bold: true }, keys)] : []),
  ]);
}

function ending({ isWell, text }: NonNullable<Watched["end"]>, paint: Paint): ReactElement {
  return h(Box, { marginTop: 1 }, h(Text, { bold: true, ...paint(isWell ? "green" : "yellow") }, text));
}

function panel(name: string, rows: readonly ReactElement[]): ReactElement | null {
  if (rows.length === 0) return null;
  return h(
    Box,
    { flexDirection: "column", marginTop: 1 },
    h(Text, { bold: true, underline: true }, name),
    h(Box, { flexDirection: "column" }, ...rows),
  );
}

function cut(line: string, key: number, bold: boolean): ReactElement {
  return h(Text, { key, wrap: "truncate-end", bold }, line);
}

function title(text: string): ReactElement {
  return h(Text, { bold: true, inverse: true, wrap: "truncate-end" }, ` ${text} `);
}

function dim(text: string): ReactElement {
  return h(Text, { dimColor: true }, text);
}

function clock(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
