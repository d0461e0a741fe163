import { assertNever } from "../kernel/assert-never.ts";
import { digestOf, sha256 } from "../kernel/digest.ts";
import { type Sha, shortSha } from "../kernel/sha.ts";
import type { Diagnosis } from "./diagnosis.ts";
import type { Memory } from "./memory.ts";
import { explain } from "./reason.ts";
import { chained, type RecordEntry, type RecordFact } from "./record.ts";
import type { Report } from "./report.ts";
import type { Incident, Order, Signal, World } from "./world.ts";

/**
 * What the App should remember of an incident, given what it remembered and what it sees now: a pure fold, so that folding
 * the same world twice changes nothing. It must never forget a "no", a push that was sent, or a release.
 */
export function nextMemory(world: World, incident: Incident, stored: Memory, at: string): Memory {
  const steps = [seeRelapse, seeOthers, seeHold, seeRun, seeReports, seeSlack, seeCall, obey, seeRecovery, seeMissed];
  return steps.reduce((memory, step) => step(memory, world, incident, at), stored);
}

/** The memory of an incident that is being opened; `incident` is its issue's number. */
export function firstMemory(world: World, incident: Incident, number: number, at: string): Memory | null {
  if (world.law.kind !== "in-force") return null;
  const signal = failing(world.signals) ?? world.signals[0];
  if (!signal) return null;
  const { policy, digest } = world.law;
  const says = signal.reading.kind === "none" ? explain(signal.reading.why) : signal.reading.says;
  const memory: Memory = {
    v: 1,
    repoId: world.repo.id,
    branch: world.branch,
    badHead: incident.badHead,
    lastGood: signal.lastGood,
    source: signal.source,
    severity: signal.severity,
    incident: number,
    state: "open",
    openedAt: at,
    policy,
    policyDigest: digest,
    run: null,
    plan: null,
    asks: [],
    ...(world.earlierAsks.length > 0 ? { earlierAsks: world.earlierAsks.slice(-MOST_EARLIER) } : {}),
    denied: null,
    released: null,
    timeline: [],
    slack: null,
    signal: { says: says.slice(0, 500), url: signal.reading.kind === "none" ? null : signal.reading.url },
    callAt: later(at, policy.limits.callPeopleAfterMinutes),
  };
  return note(memory, at, `${signal.source} failed at ${shortSha(incident.badHead)}.`, {
    kind: "opened",
    digests: { policy: digest },
    refs: { commit: incident.badHead },
  });
}

/** Far more than any person's budget of a day. */
const MOST_EARLIER = 100;

/** The worst of what fails now. */
export function failing(signals: readonly Signal[]): Signal | undefined {
  return signals
    .filter((signal) => signal.reading.kind === "failing")
    .toSorted((a, b) => a.severity.localeCompare(b.severity) || a.source.localeCompare(b.source))[0];
}

/** The source of the incident is green on a head that is not the bad one. */
export function recovered(world: World, memory: Memory): boolean {
  if (world.head === memory.badHead || world.isRedeployed) return false;
  const signal = world.signals.find(({ source }) => source === memory.source);
  return signal?.reading.kind === "passing";
}

type Step = (memory: Memory, world: World, incident: Incident, at: string) => Memory;

/** Whatever else fails at the same head belongs to the same incident. */
const seeOthers: Step = (memory, world, { badHead }, at) => {
  if (memory.state === "closed" || world.head !== badHead) return memory;
  const others = world.signals.filter(({ source, reading }) => source !== memory.source && reading.kind === "failing");
  const fact = { kind: "noted", reason: "another-source" } as const;
  return others.reduce((known, { source }) => note(known, at, `${source} fails at this head as well.`, fact), memory);
};

const seeHold: Step = (memory, world, _incident, at) => {
  if (memory.state === "closed") return memory;
  const [hold] = world.holds;
  const before = memory.hold?.state;
  if (hold?.intact === false) {
    const changed: Memory = { ...memory, hold: { state: "changed", why: "Somebody changed the hold's ruleset." } };
    const fact = { kind: "not-held", reason: "hold-changed" } as const;
    return note(changed, at, "The hold was changed by somebody; Sentinel does not fight it.", fact);
  }
  if (hold) {
    if (before === "held") return memory;
    return note({ ...memory, hold: { state: "held", why: "" } }, at, `${memory.branch} is held.`, { kind: "held" });
  }
  if (world.holdRefused !== null) {
    const why = world.holdRefused.slice(0, 500);
    const refused: Memory = { ...memory, hold: { state: "refused", why } };
    const fact = { kind: "not-held", reason: "hold-refused" } as const;
    return note(refused, at, "Nothing is held: GitHub refused the ruleset.", fact);
  }
  if (before !== "held" && before !== "changed") return memory;
  if (recovered(world, memory) || isRelease(world)) return memory;
  const gone: Memory = { ...memory, hold: { state: "gone", why: "Somebody removed the hold's ruleset." } };
  const fact = { kind: "not-held", reason: "hold-gone" } as const;
  return note(gone, at, "The hold is gone: somebody removed it. Sentinel does not put it back.", fact);
};

const seeRun: Step = (memory, _world, { run }, at) => {
  if (run === null || (memory.run?.id === run.id && memory.run.attempt === run.attempt)) return memory;
  const seen: Memory = { ...memory, run: { id: run.id, attempt: run.attempt } };
  const text = run.attempt === 1 ? "The responder was started." : `The responder runs again (${run.attempt}).`;
  return note(seen, at, text, { kind: "dispatched" });
};

const seeReports: Step = (memory, _world, { reports }, at) =>
  reports
    .filter((report) => report.incident === memory.incident)
    .reduce((known, report) => hear(known, report, at), memory);

function hear(memory: Memory, report: Report, at: string): Memory {
  switch (report.phase) {
    case "analyse": {
      const { verdict, by } = report.diagnosis;
      return note(memory, at, `Analysis (${by}, attempt ${report.attempt}): ${verdict}.`, {
        kind: "analysed",
        reason: verdict,
        digests: { report: digestOf(report), ...provenanceOf(report.diagnosis) },
      });
    }
    case "respond": {
      const text = `Response (attempt ${report.attempt}): ${report.outcome}, ${report.reason}.`;
      // A report is read in every look; a "no" that was heard and lifted since is not heard again.
      const isHeard = memory.timeline.some((entry) => entry.text === text);
      const heard: Memory = {
        ...memory,
        plan: report.plan ? { digest: report.plan.digest, code: report.plan.code } : memory.plan,
        asks: withAnswers(memory.asks, report.asks),
        denied: memory.denied ?? (isHeard ? null : deniedBy(report, at)),
      };
      return note(heard, at, text, reportedFact(report));
    }
    default:
      return assertNever(report);
  }
}

/** A push is remembered once; a later attempt may know how it was answered. */
function withAnswers(known: Memory["asks"], told: Memory["asks"]): Memory["asks"] {
  const later = new Map(told.map((ask) => [keyOfAsk(ask), ask]));
  const answered = known.map((ask) => (ask.answer === "none" ? (later.get(keyOfAsk(ask)) ?? ask) : ask));
  const keys = new Set(known.map(keyOfAsk));
  return [...answered, ...told.filter((ask) => !keys.has(keyOfAsk(ask)))];
}

function provenanceOf({ provenance }: Diagnosis): RecordFact["digests"] {
  if (provenance === undefined) return {};
  const { model, prompt, evidence } = provenance;
  return {
    model: sha256(model),
    ...(HASH.test(prompt) ? { prompt } : {}),
    ...(HASH.test(evidence) ? { evidence } : {}),
  };
}

const HASH = /^[0-9a-f]{64}$/;

/** What the job says it did, and where its own chain stood. */
function reportedFact(report: Extract<Report, { phase: "respond" }>): Fact {
  const { reason, plan, revertSha, tokenThumbprint, record } = report;
  return {
    kind: "reported",
    reason,
    digests: { report: digestOf(report), ...(plan ? { plan: plan.digest } : {}) },
    ...(revertSha === null ? {} : { refs: { commit: revertSha } }),
    ...(tokenThumbprint === null ? {} : { token: tokenThumbprint }),
    ...(record === undefined ? {} : { cross: record }),
  };
}

function keyOfAsk(ask: Memory["asks"][number]): string {
  return `${ask.at} ${ask.approverId} ${ask.digest}`;
}

function deniedBy(report: Extract<Report, { phase: "respond" }>, at: string): Memory["denied"] {
  if (report.outcome !== "denied") return null;
  const no = report.asks.findLast((ask) => ask.answer === "denied");
  return { by: no?.approver ?? report.approver ?? "an approver", at: no?.at ?? at };
}

const seeSlack: Step = (memory, _world, { slack }) =>
  slack === null ? memory : { ...memory, slack: { channel: slack.channel, ts: slack.ts }, slackDigest: slack.digest };

const seeCall: Step = (memory, _world, { calledFor }, at) =>
  calledFor === null
    ? memory
    : note({ ...memory, called: calledFor }, at, `People were called: the limit was ${calledFor}.`, {
        kind: "noted",
        reason: "people-called",
      });

/** An order of a person, once; a release is remembered only when the hold is gone. */
const obey: Step = (memory, world, _incident, at) => {
  const { order } = world;
  if (order === null || memory.state === "closed" || memory.handled?.includes(order.comment)) return memory;
  const isRelease = order.kind === "release" || order.kind === "false-alarm";
  if (isRelease && world.holds.length > 0) return memory;
  const handled = [...(memory.handled ?? []), order.comment].slice(-200);
  return { ...carryOut(memory, order, world.head, at), handled };
};

function carryOut(memory: Memory, order: Order, head: Sha, at: string): Memory {
  switch (order.kind) {
    case "release":
    case "false-alarm":
      return close(memory, at, order.by, reasonOf(order), head);
    case "extend":
      return note(
        { ...memory, callAt: order.until },
        at,
        `${order.by} moved the time limit to ${order.until}.`,
        ordered(order),
      );
    case "retry":
      return note(liftNo(memory, order.by, at), at, `${order.by} asked for another attempt.`, ordered(order));
    case "deny":
      return deny(memory, order, at);
    case "rollback": {
      const wish = { by: order.by, plan: order.plan, shas: [...order.shas] };
      const what = [order.plan ?? "the usual", ...order.shas.map((sha) => sha.slice(0, 12))].join(" ");
      return note(
        { ...liftNo(memory, order.by, at), wish },
        at,
        `${order.by} asked for a rollback: ${what}.`,
        ordered(order),
      );
    }
    default:
      return assertNever(order);
  }
}

function ordered({ kind, by }: Order): Fact {
  return { kind: "commanded", reason: kind, ...actorOf(by) };
}

/** The attempt under way ends as well: a push that is out already must not be answered for nothing. */
function deny(memory: Memory, order: Order, at: string): Memory {
  const denied = memory.denied ?? { by: order.by, at };
  const stopped = memory.run === null ? {} : { stopped: { run: memory.run.id, attempt: memory.run.attempt } };
  return note({ ...memory, denied, ...stopped }, at, `${order.by} said no; nobody is asked any more.`, ordered(order));
}

/** Somebody else than who said no may ask again. */
function liftNo(memory: Memory, by: string, at: string): Memory {
  if (memory.denied === null || memory.denied.by === by) return memory;
  return note({ ...memory, denied: null }, at, `${by} asks again after the "no" of ${memory.denied.by}.`, {
    kind: "commanded",
    reason: "denial-lifted",
    ...actorOf(by),
  });
}

function reasonOf(order: { readonly kind: "release" | "false-alarm"; readonly why: string }): string {
  return (order.kind === "false-alarm" ? `false alarm: ${order.why}` : order.why).slice(0, 200);
}

const seeRecovery: Step = (memory, world, _incident, at) =>
  memory.state === "open" && world.holds.length === 0 && recovered(world, memory)
    ? close(memory, at, SENTINEL, `${memory.source} is green at ${shortSha(world.head)}`, world.head)
    : memory;

/** What we let go because another head was green comes back: that is the same incident, and people must know at once. */
const seeRelapse: Step = (memory, world, incident, at) => {
  if (memory.state === "open" || memory.released?.by !== SENTINEL) return memory;
  const isBack = world.head === incident.badHead && failing(world.signals) !== undefined;
  if (!isBack && !world.isRedeployed) return memory;
  const { hold: _gone, called: _before, ...rest } = memory;
  const reopened: Memory = { ...rest, state: "open", released: null, run: null };
  const fact = { kind: "reopened", refs: { commit: incident.badHead } } as const;
  return isBack
    ? note({ ...reopened, callAt: later(at, memory.policy.limits.callPeopleAfterMinutes) }, at, BACK, fact)
    : note({ ...reopened, callAt: at }, at, REDEPLOYED, fact);
};

const BACK = "The bad revision is back on the branch and fails again.";
const REDEPLOYED = "The bad revision was deployed again.";

const seeMissed: Step = (memory, world, _incident, at) => {
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

/** Who releases when a recovery was seen. No GitHub login can look like it. */
export const SENTINEL = "Sentinel (seen to recover)";

function close(memory: Memory, at: string, by: string, reason: string, head: string): Memory {
  const closed: Memory = {
    ...memory,
    state: "closed",
    released: { by, at, reason, head },
    hold: { state: "released", why: reason },
  };
  return note(closed, at, `Released by ${by}: ${reason}.`, {
    kind: "released",
    refs: { commit: head },
    ...actorOf(by),
  });
}

function isRelease(world: World): boolean {
  return world.order?.kind === "release" || world.order?.kind === "false-alarm";
}

/** What the record says of an event; without more, the App did it and there was nothing to give a reason for. */
type Fact = Pick<RecordFact, "kind"> & Partial<Omit<RecordFact, "kind" | "at">>;

/** Adds an event once, to the timeline and to the record. The oldest of the middle go first when there is no room. */
export function note(memory: Memory, at: string, text: string, fact: Fact): Memory {
  const said = text.slice(0, 300);
  if (memory.timeline.some((entry) => entry.text === said)) return memory;
  const timeline = [...memory.timeline, { at, text: said }];
  const room = timeline.length > MOST_EVENTS ? [...timeline.slice(0, 5), ...timeline.slice(6)] : timeline;
  return { ...memory, timeline: room, record: recorded(memory, at, fact) };
}

/** A chain can lose none of its entries, so a full one takes no more; the check run has room for no longer one. */
function recorded({ record = [], repoId, incident }: Memory, at: string, fact: Fact): RecordEntry[] {
  const last = record.at(-1);
  if (record.length >= MOST_ENTRIES) return record;
  // Replicas' clocks may differ by a little.
  const time = last && last.at > at ? last.at : at;
  const origin = { repo: repoId, incident, chain: "app" };
  return [...chained(record, origin, { at: time, actor: "app", reason: null, ...fact })];
}

/** A GitHub login, as far as the record takes one. */
function actorOf(by: string): Partial<Fact> {
  return ACTOR.test(by) ? { actor: by } : {};
}

const ACTOR = /^[A-Za-z0-9](?:[A-Za-z0-9-]|\[bot\]){0,60}$/;
const MOST_ENTRIES = 48;
/** With the record beside it the memory must fit into a check run's text: 65,535 characters. */
const MOST_EVENTS = 50;

function later(at: string, minutes: number): string {
  return `${new Date(Date.parse(at) + minutes * 60_000).toISOString().slice(0, 19)}Z`;
}

/** When people are to be called at the latest, in milliseconds since the epoch. */
export function callTime(memory: Memory): number {
  return Date.parse(memory.callAt ?? later(memory.openedAt, memory.policy.limits.callPeopleAfterMinutes));
}
