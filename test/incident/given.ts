import { expect } from "vitest";
import { advance, type Done } from "../../src/incident/advance.ts";
import { type Command, nameOf } from "../../src/incident/command.ts";
import { decide } from "../../src/incident/decide.ts";
import type { Memory } from "../../src/incident/memory.ts";
import { holdName } from "../../src/incident/names.ts";
import type { Hold, Incident, Law, Order, Run, Signal, World } from "../../src/incident/world.ts";
import { digestOf } from "../../src/kernel/digest.ts";
import { Policy } from "../../src/policy/schema.ts";
import { justOpened } from "./memory-fixture.ts";

/** Given-when-then over `decide`: a world is built from what is said of it, and the commands are compared by name. */
export const NOW = "2026-11-23T08:00:00Z";
export const BAD = "b".repeat(40);
export const GOOD = "a".repeat(40);
export const NEXT = "c".repeat(40);
export const SOURCE = "deployment:production";

export const POLICY = Policy.parse({
  version: 1,
  signals: [{ deployment: "production" }],
  people: [
    { github: "lead", id: 700, auth0: "auth0|lead", approves: ["sev1", "sev2", "sev3"] },
    { github: "night", id: 701, auth0: "auth0|night", approves: ["sev2"] },
  ],
});

export type Given = (world: World) => World;

const QUIET: World = {
  repo: { id: 7, owner: "acme", name: "shop", url: "https://github.example/acme/shop", defaultBranch: "main" },
  branch: "main",
  head: BAD,
  isGone: false,
  law: { kind: "in-force", policy: POLICY, digest: digestOf(POLICY), mode: "act", because: "policy" },
  signals: [],
  holds: [],
  holdRefused: null,
  incident: null,
  recent: 0,
  earlierAsks: [],
  moves: null,
  isRedeployed: false,
  responder: null,
  order: null,
  missed: [],
  notices: { pageStale: false, slackStale: false },
};

export function given(...facts: readonly Given[]) {
  const world = facts.reduce((known, fact) => fact(known), QUIET);
  return {
    world,
    whenDecided: () => ({
      // biome-ignore lint/suspicious/noThenProperty: given-when-then; nobody awaits it
      then: (...names: readonly string[]) => expect(decide(world, NOW).map(nameOf)).toEqual(names),
      commands: () => decide(world, NOW),
    }),
    /** Decides, does and decides again, as a look does, until nothing is left. */
    whenCarriedThrough: (answer: (command: Command) => Done | null = done) => carry(world, answer),
  };
}

function carry(
  start: World,
  answer: (command: Command) => Done | null,
): { readonly world: World; readonly did: readonly string[] } {
  let world = start;
  const did: string[] = [];
  for (let round = 0; round < 20; round++) {
    const commands = decide(world, NOW);
    if (commands.length === 0) return { world, did };
    for (const command of commands) {
      const result = answer(command);
      if (result === null) return { world, did };
      did.push(nameOf(command));
      world = advance(world, result);
    }
  }
  throw new Error(`never at rest: ${did.join(", ")}`);
}

/** What GitHub answers when all goes well. */
export function done(command: Command): Done {
  switch (command.do) {
    case "hold-branch":
      return { did: "hold-branch", id: 50, name: holdName("main", command.head, null), head: command.head };
    case "verify-hold":
      return { did: "verify-hold", id: command.id, intact: true };
    case "remove-twin":
    case "release-branch":
      return { did: command.do, id: command.id };
    case "check-responder":
      return { did: "check-responder", state: "ready" };
    case "open-incident":
      return { did: "open-incident", number: 42, body: "page" };
    case "remember":
      return { did: "remember", checkRunId: 90, memory: command.memory };
    case "name-hold":
      return { did: "name-hold", id: command.id, incident: command.incident };
    case "dispatch-responder":
      return { did: "dispatch-responder", run: RUN };
    case "cancel-responder":
      return { did: command.do };
    case "rerun-responder":
      return { did: "rerun-responder" };
    case "assign-people":
      return { did: "assign-people", logins: ["lead"] };
    case "call-people":
      return { did: "call-people", since: command.since };
    case "tell-of-move":
      return { did: command.do, suite: command.move.suite };
    case "update-page":
      return { did: "update-page", body: "page" };
    case "tell-slack":
      return { did: "tell-slack", told: { channel: "C1", ts: "1.1", digest: "d", thread: null } };
    case "close-incident":
    case "reopen-incident":
      return { did: command.do };
    case "close-twin":
      return { did: "close-twin", twin: command.twin };
    default:
      return { did: "report" };
  }
}

export const RUN: Run = {
  id: 11,
  attempt: 1,
  status: "queued",
  conclusion: null,
  url: "https://github.example/run/11",
};

export const failing = (change: Partial<Signal> = {}): Given => signal("failing", change);
export const passing = (change: Partial<Signal> = {}): Given => signal("passing", change);
export const pending = (): Given => signal("pending");
export const silent: Given = (world) =>
  withSignal(world, {
    source: SOURCE,
    severity: "sev2",
    reading: { kind: "none", why: "no-evidence" },
    before: "unknown",
    lastGood: null,
    failures: 1,
    rerun: null,
  });

function signal(kind: "failing" | "passing" | "pending", change: Partial<Signal> = {}): Given {
  const reading = { kind, at: NOW, says: "the deployer said so", url: null } as const;
  return (world) =>
    withSignal(world, {
      source: SOURCE,
      severity: "sev2",
      reading,
      before: "green",
      lastGood: GOOD,
      failures: 1,
      rerun: null,
      ...change,
    });
}

function withSignal(world: World, one: Signal): World {
  return { ...world, signals: [...world.signals, one] };
}

/** A first failure of a check that the policy wants to see twice. */
export const unconfirmed: Given = (world) =>
  withSignal(world, {
    source: "check:test",
    severity: "sev3",
    reading: { kind: "none", why: "awaiting-rerun" },
    before: "unknown",
    lastGood: null,
    failures: 1,
    rerun: 77,
  });

export const head =
  (sha: string): Given =>
  (world) => ({ ...world, head: sha });

export const mode =
  (wanted: "off" | "shadow" | "act", because: Extract<Law, { kind: "in-force" }>["because"] = "policy"): Given =>
  (world) => ({
    ...world,
    law: { kind: "in-force", policy: POLICY, digest: "d", mode: wanted, because },
  });

export const noPolicy: Given = (world) => ({ ...world, law: { kind: "none" } });
export const brokenPolicy: Given = (world) => ({ ...world, law: { kind: "broken" } });

export const held =
  (change: Partial<Hold> & { readonly incident?: number | null } = {}): Given =>
  (world) => {
    const { incident = 42, ...rest } = change;
    const hold: Hold = { id: 50, name: { branch: "main", badHead: BAD.slice(0, 12), incident }, intact: true, ...rest };
    return { ...world, holds: [...world.holds, hold].toSorted((a, b) => a.id - b.id) };
  };

export const refused =
  (why: string): Given =>
  (world) => ({ ...world, holdRefused: why });

export function memory(change: Partial<Memory> = {}): Memory {
  return {
    ...justOpened({ repoId: 7, badHead: BAD, lastGood: GOOD, incident: 42, policy: POLICY }),
    source: SOURCE,
    openedAt: NOW,
    run: { id: RUN.id, attempt: 1 },
    hold: { state: "held", why: "" },
    assigned: [],
    ...change,
  };
}

/** An incident as the App left it. */
export const incident =
  (remembered: Partial<Memory> = {}, change: Partial<Incident> = {}): Given =>
  (world) => ({
    ...world,
    incident: {
      isFound: true,
      badHead: BAD,
      number: 42,
      issue: { state: "open", body: "page" },
      twins: [],
      stored: { checkRunId: 90, memory: memory(remembered) },
      run: RUN,
      reports: [],
      slack: null,
      calledFor: null,
      toldOf: [],
      assigned: null,
      ...change,
    },
  });

/** What a crash leaves: a hold, perhaps an issue, and no memory of it. */
export const unfinished = (number: number | null): Given =>
  incident({}, { number, stored: null, run: null, issue: number === null ? null : { state: "open", body: "page" } });

export const order =
  (wanted: Order): Given =>
  (world) => ({ ...world, order: wanted });

export const heldBefore =
  (recent: number): Given =>
  (world) => ({ ...world, recent });

export const redeployed: Given = (world) => ({ ...world, isRedeployed: true });

export const responder =
  (state: World["responder"]): Given =>
  (world) => ({ ...world, responder: state });

export const stale: Given = (world) => ({ ...world, notices: { pageStale: true, slackStale: true } });
