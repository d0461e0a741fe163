import { append } from "./note.ts";
import type { Step } from "./step.ts";

/** How far the rules let us go now: a job that waits for an answer must learn that it may not act any more. */
export const seeMode: Step = (memory, { law }, _incident, at) => {
  if (law.kind !== "in-force" || memory.state === "closed") return memory;
  const { mode: before, ...rest } = memory;
  // An incident has its last good revision; that a head which is green has none before it is no rule.
  if (law.mode === "act" || law.because === "no-last-good")
    return before === undefined
      ? memory
      : append(rest, at, "The mode is act again.", { kind: "noted", reason: "mode-act" });
  if (law.mode === before) return memory;
  const fact = { kind: "noted", reason: `mode-${law.mode}` } as const;
  return append({ ...rest, mode: law.mode }, at, `The mode is ${law.mode} now, so nothing is rolled back.`, fact);
};
