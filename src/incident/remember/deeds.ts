import type { Memory } from "../memory.ts";
import { explain } from "../reason.ts";
import { note } from "./note.ts";
import type { Step } from "./step.ts";

/** What was done in this look, or could not be. */
export const seeDispatch: Step = (memory, _world, { run }, at) => {
  if (run === null || run.id <= (memory.earlierRun ?? 0)) return memory;
  if (memory.run?.id === run.id && memory.run.attempt === run.attempt) return memory;
  const seen: Memory = { ...memory, run: { id: run.id, attempt: run.attempt } };
  const text =
    run.attempt === 1
      ? `The responder was started: run ${run.id}.`
      : `The responder runs again: run ${run.id}, attempt ${run.attempt}.`;
  return note(seen, at, text, { kind: "dispatched" });
};

export const seeSlack: Step = (memory, _world, { slack }) => {
  if (slack === null) return memory;
  const { channel, ts, digest, thread } = slack;
  return {
    ...memory,
    slack: { channel, ts },
    ...(digest === null ? {} : { slackDigest: digest }),
    ...(thread === null ? {} : { slackThread: thread }),
  };
};

export const seeCall: Step = (memory, _world, { calledFor }, at) =>
  calledFor === null
    ? memory
    : note({ ...memory, called: calledFor }, at, `People were called: the limit was ${calledFor}.`, {
        kind: "noted",
        reason: "people-called",
      });

export const seeAssigned: Step = (memory, _world, { assigned }, at) => {
  if (assigned === null) return memory;
  const known: Memory = { ...memory, assigned: [...assigned] };
  if (assigned.length === 0) return known;
  const why = memory.policy.assignees.length > 0 ? "as the policy says" : "who own most of what changed";
  return note(known, at, `Assigned to ${assigned.join(", ")}, ${why}.`, { kind: "noted", reason: "assigned" });
};

export const seeMissed: Step = (memory, world, _incident, at) => {
  const { responder } = world;
  const isStuck = responder !== null && responder !== "ready" && memory.state === "open" && memory.run === null;
  const known = isStuck
    ? note(memory, at, `Nobody was started: ${explain(responder)}`, { kind: "refused", reason: responder })
    : memory;
  return world.missed.reduce(
    (noted, what) => note(noted, at, `Not done yet: ${what}.`, { kind: "noted", reason: "not-done-yet" }),
    known,
  );
};
