import type { Ended } from "./converse.ts";
import { type Rules, step } from "./step.ts";
import type { Transcript } from "./transcript.ts";

/** Folds a recorded conversation again: the same replies under the same rules end the same. Null: the record breaks off. */
export function replay(transcript: Transcript, rules: Rules): Ended["end"] | null {
  let before: Transcript = { ...transcript, turns: [] };
  for (const turn of transcript.turns) {
    const next = step(before, turn.reply, rules);
    if (next.kind !== "call-tools") return next;
    before = { ...before, turns: [...before.turns, turn] };
  }
  return null;
}
