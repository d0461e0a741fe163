import { generateKeyPairSync } from "node:crypto";
import type { JobOutput } from "../../src/action/context.ts";
import type { RespondInputs } from "../../src/action/inputs.ts";
import { NOTHING } from "../../src/action/respond/end.ts";
import { type GateParts, gate, type Run } from "../../src/action/respond/gate.ts";
import { objectionToActing, objectionToAsking } from "../../src/action/respond/objection.ts";
import type { ApprovalServer, AskRequest } from "../../src/approval/server.ts";
import type { Partaker } from "../../src/approval/who.ts";
import type { Memory } from "../../src/incident/memory.ts";
import type { Clock } from "../../src/kernel/clock.ts";
import { digestOf } from "../../src/kernel/digest.ts";
import { Secret } from "../../src/kernel/secret.ts";
import { type Person, Policy, type Severity } from "../../src/policy/schema.ts";
import { type Plan, planDigest } from "../../src/rollback/plan.ts";
import type { Credential, TokenVault } from "../../src/vault/credential.ts";

/** Everything that one life of an incident may meet. Numbers are small, so that a failing one can be read. */
export type Trajectory = {
  readonly severity: Severity;
  readonly needed: 1 | 2;
  /** Indices of people who had a part in what is undone. */
  readonly partakers: readonly number[];
  readonly earlierAsks: number;
  readonly deniedBefore: boolean;
  /** What the phones do, in the order of the pushes; the last repeats. */
  readonly answers: readonly Answer[];
  readonly token: TokenFault;
  readonly vault: "ok" | "other-person" | "refused" | "lost";
  /** Milliseconds that pass between the yes and the exchange. */
  readonly dawdleMs: number;
  readonly skewMs: number;
  /** The branch moves when so many calls were made; null: never. */
  readonly headMovesAt: number | null;
  /** What people do elsewhere than on the phone; null: nothing. */
  readonly elsewhere: Elsewhere | null;
  /** The plan computed again differs in this field. */
  readonly mutated: keyof Plan | null;
  readonly bypass: "always" | "never" | "pull_requests_only";
  readonly write: "ok" | "refused" | "answer-lost" | "other-tree";
  /** The runner dies at this call, once for each entry; then the job is run again. */
  readonly crashes: readonly number[];
  readonly jobs: "one" | "one-after-another" | "at-once";
};

export type Answer = "approve" | "approve-late" | "deny" | "ignore";
export type TokenFault =
  | "none"
  | "other-sub"
  | "other-client"
  | "other-digest"
  | "no-details"
  | "no-scope"
  | "other-scope"
  | "stale"
  | "invalid"
  | "keys-away";

/** Done at the call of this number, and written into the App's memory at once. */
export type Elsewhere = {
  readonly what: "deny" | "stop" | "release" | "close" | "off" | "other-run" | "other-policy";
  readonly at: number;
};

export type Outcome = {
  readonly executions: number;
  readonly violations: readonly string[];
  readonly ends: readonly Run[];
};

const PEM = generateKeyPairSync("rsa", { modulusLength: 2048 })
  .privateKey.export({ type: "pkcs8", format: "pem" })
  .toString();
const KEY = new Secret(PEM);
const START = Date.parse("2026-11-23T12:00:00Z");
const LIFE_MS = 300_000;

export const PEOPLE: readonly Person[] = ["ann", "bob", "cas"].map((github, i) => ({
  github,
  id: i + 1,
  auth0: `auth0|${github}`,
  approves: i === 2 ? ["sev3"] : ["sev1", "sev2", "sev3"],
}));

type Push = {
  readonly user: string;
  readonly scope: string;
  readonly details: readonly object[] | null;
  readonly expiresAt: number;
  readonly answer: Answer;
  looks: number;
  approvedAt: number | null;
  taken: boolean;
};

class Crash extends Error {}

/** One attempt of a job, from start to end or death. What it knows of earlier ones is what the App remembered when it began. */
type Life = {
  readonly attempt: number;
  dead: boolean;
  /** How many calls it had made when people objected elsewhere. */
  objectedAt: number | null;
  readonly crashAt: number | null;
  calls: number;
  pushes: number;
  readonly knownAsks: number;
  readonly knownNo: boolean;
};

/** Plays one trajectory through the real gate and watches every write. */
export async function play(trajectory: Trajectory): Promise<Outcome> {
  const world = createWorld(trajectory);
  const ends: Run[] = [];
  const job = async (attempt: number): Promise<void> => {
    for (let life = 0; ; life++) {
      const crashAt = attempt === 1 ? (trajectory.crashes[life] ?? null) : null;
      const run = await world.runJob(attempt + life, crashAt);
      if (run !== null) return void ends.push(run);
    }
  };
  if (trajectory.jobs === "at-once") await Promise.all([job(1), job(100)]);
  else {
    await job(1);
    if (trajectory.jobs === "one-after-another") await job(100);
  }
  return { executions: world.executions(), violations: world.violations, ends };
}

function createWorld(trajectory: Trajectory) {
  const { policy, plan } = settingFor(trajectory);
  const digest = planDigest(plan);
  let memory = memoryOf(trajectory, policy, plan);
  const partakers: readonly Partaker[] = trajectory.partakers.map((i) => ({ id: i + 1, names: [], role: "author" }));
  const violations: string[] = [];
  const pushes = new Map<string, Push>();
  const accessTokens = new Map<string, { readonly push: string; readonly claims: object }>();
  const githubTokens = new Map<string, { readonly person: number; readonly push: string }>();
  const spentPushes = new Set<string>();
  const commits = new Map<string, { readonly tree: string; readonly parents: readonly string[] }>();
  const comments: string[] = [];
  let now = START;
  let head = plan.expectedHead;
  let calls = 0;
  let executed = 0;
  let isHeld = true;
  const lives: Life[] = [];
  let serial = 0;

  /** Every call to the outside passes here: it takes time, the branch may move, and the runner may die. */
  const step = (life: Life): void => {
    if (life.dead) throw new Crash("dead");
    calls++;
    life.calls++;
    now += 7;
    if (trajectory.headMovesAt === calls) head = "9".repeat(40);
    if (trajectory.elsewhere?.at === calls) objectElsewhere(trajectory.elsewhere.what, life);
    if (life.crashAt === life.calls) {
      life.dead = true;
      throw new Crash("crash");
    }
  };

  function objectElsewhere(what: Elsewhere["what"], life: Life): void {
    for (const one of what === "stop" ? [life] : lives) one.objectedAt ??= one.calls;
    if (what === "release") isHeld = false;
    else memory = { ...memory, ...objectionIn(memory, what, life) };
  }

  function judgeExecution(life: Life, commit: string, token: string): void {
    const released = githubTokens.get(token);
    const made = commits.get(commit);
    const push = released ? pushes.get(released.push) : undefined;
    const person = PEOPLE.find(({ id }) => id === released?.person);
    const say = (what: string) => violations.push(what);
    executed++;
    if (executed > 1) say("a second execution");
    if (!released || !push || !person) return void say("without a released token");
    if (trajectory.token !== "none" && trajectory.token !== "keys-away")
      say(`with a token that is ${trajectory.token}`);
    if (push.approvedAt === null) say("without a yes");
    else if (now - push.approvedAt > LIFE_MS + 60_000) say("with an approval that is too old");
    if (push.user !== person.auth0) say("with another person's token");
    if (JSON.stringify(push.details)?.includes(digest) !== true) say("for a plan that was not shown");
    if (!push.scope.split(" ").includes(`rollback:${plan.severity}`)) say("with a scope that was not asked for");
    if (!person.approves.includes(plan.severity)) say("by somebody the policy does not name");
    if (trajectory.partakers.includes(person.id - 1)) say("by somebody who had a part in it");
    if (spentPushes.has(released.push)) say("with an approval that was spent");
    spentPushes.add(released.push);
    if (life.knownNo) say("after a no");
    // The last look is the second call before this one; what comes after it cannot be seen any more.
    if (life.objectedAt !== null && life.objectedAt < life.calls - 2)
      say(`although people did this elsewhere: ${trajectory.elsewhere?.what}`);
    if (made?.tree !== plan.resultingTree || made.parents.join() !== plan.expectedHead)
      say("of another tree or parent");
    if (trajectory.mutated !== null) say(`of a plan whose ${trajectory.mutated} changed`);
    if (trajectory.bypass !== "always") say("by somebody the hold does not let through");
    const yes = new Set([...pushes.values()].filter(({ approvedAt }) => approvedAt !== null).map(({ user }) => user));
    if (yes.size < trajectory.needed) say("with too few people");
  }

  const runJob = async (attempt: number, crashAt: number | null): Promise<Run | null> => {
    const known = memory;
    const self = { id: RUN, attempt };
    const early = isHeld ? objectionToAsking(known, self) : { reason: "incident-not-found" as const, detail: "" };
    if (early !== null) return { end: { ...NOTHING, ...early }, sealed: null };
    const life: Life = {
      attempt,
      dead: false,
      objectedAt: null,
      crashAt,
      calls: 0,
      pushes: 0,
      knownAsks: known.asks.length,
      knownNo: known.denied !== null,
    };
    lives.push(life);
    const clock: Clock = {
      now: () => now + trajectory.skewMs,
      sleep: async (ms) => {
        now += ms;
      },
    };
    let lent: Credential | null = null;
    const parts: GateParts = {
      context: { output: SILENT, clock, signal: new AbortController().signal, inputs: INPUTS },
      desk: {
        earlier: async () => {
          step(life);
          return comments.at(-1) ?? null;
        },
        asking: async (_plan, _asks, _until, sealed) => {
          step(life);
          comments.push(sealed);
        },
        know: () => {},
        known: () => ({ plan: null, asks: [], sealed: null }),
        close: async () => {},
      },
      // The record is tried elsewhere; hashing it here would take most of the time.
      ledger: { add: () => {}, entries: () => [], head: () => String(attempt).padStart(64, "0") },
      server: createServer(life),
      vault: createVault(life),
      rulesetId: 5,
      objection: async () => {
        step(life);
        return objectionToActing(known, { isHeld, memory }, self);
      },
      asksElsewhere: [],
      hands: async (credential, use) => {
        lent = credential;
        return use({
          writer: {
            whoAmI: async () => {
              step(life);
              return githubTokens.get(credential.token().expose())?.person ?? 0;
            },
            bypass: async () => {
              step(life);
              return trajectory.bypass;
            },
            head: async () => {
              step(life);
              return head;
            },
            createCommit: async ({ tree, parent }) => {
              step(life);
              const sha = String(++serial).padStart(40, "c");
              commits.set(sha, { tree: trajectory.write === "other-tree" ? "0".repeat(40) : tree, parents: [parent] });
              return sha;
            },
            moveBranch: async (_branch, to) => {
              step(life);
              if (trajectory.write === "refused") throw new Error("Repository rule violations found");
              if (commits.get(to)?.parents[0] !== head) throw new Error("Update is not a fast forward");
              if (trajectory.write !== "other-tree") judgeExecution(life, to, credential.token().expose());
              head = to;
              if (trajectory.write === "answer-lost") throw new Error("socket hang up");
            },
            mergeAsPullRequest: async () => {
              throw new Error("not wanted");
            },
            readCommit: async (sha) => {
              step(life);
              return commits.get(sha) ?? { tree: "?", parents: [] };
            },
          },
          recompute: async () => {
            step(life);
            return trajectory.mutated === null ? plan : mutate(plan, trajectory.mutated);
          },
          afterwards: async () => {},
        });
      },
    };
    try {
      const run = await gate(parts, known, plan, partakers);
      if (isUsable(lent)) violations.push("a credential was left usable");
      if (life.dead) return null;
      memory = hear(memory, run);
      if (run.sealed !== null) comments.push(run.sealed);
      return run;
    } catch (error) {
      if (error instanceof Crash) return null;
      throw error;
    }
  };

  function createServer(life: Life): ApprovalServer {
    return {
      ask: async (request: AskRequest) => {
        step(life);
        const id = `push-${pushes.size}`;
        const answer = trajectory.answers[Math.min(pushes.size, trajectory.answers.length - 1)] ?? "ignore";
        const { user, scope, authorizationDetails: details, expiresInS } = request;
        const expiresAt = now + expiresInS * 1000;
        pushes.set(id, { user, scope, details, expiresAt, answer, looks: 0, approvedAt: null, taken: false });
        if (life.knownNo) violations.push("somebody was asked after a no");
        if (++life.pushes + life.knownAsks > 3) violations.push("more than three pushes for an incident");
        return { kind: "ok", value: { authReqId: new Secret(id), expiresInS, intervalS: 60 } };
      },
      poll: async (authReqId) => {
        step(life);
        const push = pushes.get(authReqId.expose());
        const refuse = (error: string) =>
          ({ kind: "error", status: 400, error, description: null, retryAfterMs: null }) as const;
        if (!push || push.taken) return refuse("invalid_grant");
        push.looks++;
        if (push.answer === "deny") return refuse("access_denied");
        const isDead = now > push.expiresAt;
        const saysYes = push.answer === "approve" || (push.answer === "approve-late" && push.looks > 1);
        if (!saysYes || (isDead && push.answer !== "approve-late"))
          return refuse(isDead ? "expired_token" : "authorization_pending");
        push.approvedAt = now;
        push.taken = true;
        const token = `access-${++serial}`;
        accessTokens.set(token, { push: authReqId.expose(), claims: claimsOf(push, trajectory.token, now) });
        return { kind: "ok", value: { accessToken: new Secret(token) } };
      },
      verify: async (accessToken) => {
        step(life);
        if (trajectory.token === "invalid") return { kind: "invalid", why: "signature" };
        if (trajectory.token === "keys-away") return { kind: "no-answer", why: "cut" };
        return { kind: "claims", claims: accessTokens.get(accessToken.expose())?.claims };
      },
    };
  }

  function createVault(life: Life): TokenVault {
    return {
      exchange: async (accessToken) => {
        step(life);
        const known = accessTokens.get(accessToken.expose());
        const push = known ? pushes.get(known.push) : undefined;
        if (!known || !push) violations.push("the vault was asked with no token of an approval");
        if (life.objectedAt !== null && life.objectedAt < life.calls - 1)
          violations.push(`the vault was asked although people did this elsewhere: ${trajectory.elsewhere?.what}`);
        if (trajectory.vault === "lost") return { kind: "no-answer", why: "cut" };
        if (!known || !push || trajectory.vault === "refused")
          return { kind: "error", status: 403, error: "access_denied", description: null, retryAfterMs: null };
        const owner = PEOPLE.find(({ auth0 }) => auth0 === push.user)?.id ?? 0;
        const token = `ghu-${++serial}`;
        githubTokens.set(token, { person: trajectory.vault === "other-person" ? owner + 10 : owner, push: known.push });
        return { kind: "ok", value: { token: new Secret(token) } };
      },
    };
  }

  function claimsOf(push: Push, fault: TokenFault, at: number): object {
    now += trajectory.dawdleMs;
    const shown =
      fault === "other-digest"
        ? JSON.parse(JSON.stringify(push.details).replaceAll(digest, "f".repeat(64)))
        : push.details;
    return {
      sub: fault === "other-sub" ? "auth0|eve" : push.user,
      azp: fault === "other-client" ? "login" : "asks",
      scope:
        fault === "no-scope" ? "openid" : fault === "other-scope" ? "openid rollback:none" : `openid ${push.scope}`,
      iat: Math.floor((fault === "stale" ? at - 3_600_000 : at) / 1000),
      exp: Math.floor(at / 1000) + 86_400,
      ...(fault === "no-details" ? {} : { authorization_details: shown }),
    };
  }

  return { runJob, violations, executions: () => executed };
}

/** The App's run for this incident. */
const RUN = 9;

function objectionIn(memory: Memory, what: Exclude<Elsewhere["what"], "release">, life: Life): Partial<Memory> {
  switch (what) {
    case "deny":
      return { denied: memory.denied ?? { by: "somebody", at: "2026-11-23T12:00:00Z" } };
    case "stop":
      return { stopped: { run: RUN, attempt: life.attempt } };
    case "close":
      return { state: "closed" };
    case "off":
      return { mode: "off" };
    case "other-run":
      return { run: { id: RUN + 1, attempt: 1 } };
    case "other-policy":
      return { policyDigest: "0".repeat(64) };
  }
}

function isUsable(credential: Credential | null): boolean {
  try {
    return credential?.token() !== undefined;
  } catch {
    return false;
  }
}

/** What the App makes of a job's report. */
function hear(memory: Memory, { end }: Run): Memory {
  const known = new Set(memory.asks.map(({ at, approverId }) => `${at} ${approverId}`));
  const fresh = end.asks.filter(({ at, approverId }) => !known.has(`${at} ${approverId}`));
  const denied = end.reason === "denied-by-approver" ? { by: "somebody", at: "2026-11-23T12:00:00Z" } : memory.denied;
  return { ...memory, asks: [...memory.asks, ...fresh], denied };
}

type Setting = { readonly policy: Policy; readonly plan: Plan };
const settings = new Map<string, Setting>();

/** There are only six; parsing and hashing them for each of 100,000 lives would take half the time. */
function settingFor({ severity, needed }: Trajectory): Setting {
  const known = settings.get(`${severity} ${needed}`);
  if (known) return known;
  const policy = Policy.parse({
    version: 1,
    signals: [{ deployment: "production" }],
    people: PEOPLE,
    approval: { approvers: { [severity]: needed } },
  });
  const setting = { policy, plan: planOf(severity, digestOf(policy)) };
  settings.set(`${severity} ${needed}`, setting);
  return setting;
}

function planOf(severity: Severity, policyDigest: string): Plan {
  return {
    v: 1,
    repoId: 1,
    repo: "acme/shop",
    branch: "main",
    incident: 3,
    kind: "restore-last-good",
    expectedHead: "a".repeat(40),
    lastGood: "b".repeat(40),
    undoes: ["a".repeat(40)],
    resultingTree: "d".repeat(40),
    risks: [],
    severity,
    policyDigest,
  };
}

/** The plan with one field changed, by whatever that field can be. */
export function mutate(plan: Plan, field: keyof Plan): Plan {
  const value = plan[field];
  const changed =
    typeof value === "number"
      ? value + 1
      : Array.isArray(value)
        ? [...value, "e".repeat(40)]
        : `${String(value).slice(0, -1)}${String(value).endsWith("e") ? "f" : "e"}`;
  return { ...plan, [field]: changed };
}

function memoryOf(trajectory: Trajectory, policy: Policy, plan: Plan): Memory {
  return {
    v: 1,
    repoId: 1,
    branch: "main",
    badHead: plan.expectedHead,
    lastGood: plan.lastGood,
    source: "deployment:production",
    severity: trajectory.severity,
    incident: 3,
    state: "open",
    openedAt: "2026-11-23T11:59:00Z",
    policy,
    policyDigest: plan.policyDigest,
    run: null,
    plan: null,
    asks: Array.from({ length: trajectory.earlierAsks }, (_, i) => ({
      at: new Date(START - (i + 1) * 3_600_000).toISOString(),
      approver: "ann",
      approverId: 1,
      digest: "old",
      answer: "expired",
    })),
    denied: trajectory.deniedBefore ? { by: "ann", at: "2026-11-23T11:59:30Z" } : null,
    released: null,
    timeline: [],
    slack: null,
  };
}

const INPUTS: RespondInputs = {
  phase: "respond",
  incident: 3,
  appId: 1,
  githubToken: new Secret("job"),
  proposal: "",
  auth0: {
    domain: "tenant.example",
    audience: "https://sentinel.example/api",
    clientId: "asks",
    vaultClientId: "vault",
    privateKey: KEY,
    connection: "github",
  },
};

const nothing = (): void => {};
const SILENT: JobOutput = {
  line: nothing,
  warning: nothing,
  group: nothing,
  notice: nothing,
  fail: nothing,
  set: nothing,
  summary: async () => {},
  mask: nothing,
};
