import type { Memory } from "../memory.ts";
import type { Incident, World } from "../world.ts";

/** One part of what is remembered, seen anew: must be pure, and change nothing when it sees the same world again. */
export type Step = (memory: Memory, world: World, incident: Incident, at: string) => Memory;
