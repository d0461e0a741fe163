import { sourceWords } from "../source-words.ts";
import { note } from "./note.ts";
import type { Step } from "./step.ts";

/** Whatever else fails at the same head belongs to the same incident. */
export const seeOthers: Step = (memory, world, { badHead }, at) => {
  if (memory.state === "closed" || world.head !== badHead) return memory;
  const others = world.signals.filter(({ source, reading }) => source !== memory.source && reading.kind === "failing");
  const fact = { kind: "noted", reason: "another-source" } as const;
  return others.reduce(
    (known, { source }) => note(known, at, `The ${sourceWords(source)} fails at this head as well.`, fact),
    memory,
  );
};
