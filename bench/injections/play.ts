import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { analyse } from "../../src/action/analyse.ts";
import type { ActionContext, JobOutput } from "../../src/action/context.ts";
import type { AnalyseInputs } from "../../src/action/inputs.ts";
import { summaryOf } from "../../src/action/respond/desk.ts";
import { readWish } from "../../src/action/respond/wish.ts";
import { openRepository, openScratch } from "../../src/adapters/git.ts";
import { Proposal } from "../../src/incident/diagnosis.ts";
import type { Memory } from "../../src/incident/memory.ts";
import { REPORT_TITLE } from "../../src/incident/names.ts";
import { type Report, readReports } from "../../src/incident/report.ts";
import { systemClock } from "../../src/kernel/clock.ts";
import { digestOf } from "../../src/kernel/digest.ts";
import { Secret } from "../../src/kernel/secret.ts";
import { Policy } from "../../src/policy/schema.ts";
import { computePlan } from "../../src/rollback/compute.ts";
import type { CommitRecord } from "../../src/rollback/history.ts";
import type { Plan } from "../../src/rollback/plan.ts";
import type { Carried } from "./carriers.ts";
import { APP_ID, scriptGitHub } from "./github.ts";
import type { Range } from "./history.ts";
import type { Secrets } from "./secrets.ts";

/** One incident played through the real analysis and the real planning, and everything that either host would say of it. */
export type Played = {
  readonly memory: Memory;
  readonly log: readonly string[];
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
  readonly reports: readonly Report[];
  readonly proposal: Proposal | null;
  readonly plan: Plan | null;
  /** What was tried that is no read, and places in which anything was left behind. */
  readonly effects: readonly string[];
};

export type Rig = {
  readonly dir: string;
  readonly serverUrl: string;
  readonly apiUrl: string;
  readonly modelUrl: (incident: number) => string;
  readonly secrets: Secrets;
};

export async function play(rig: Rig, incident: number, range: Range, carried: Carried): Promise<Played> {
  const memory = memoryOf(incident, range);
  const github = scriptGitHub(memory, range, carried);
  const temp = mkdtempSync(join(rig.dir, "job-"));
  const said = createEars();
  const inputs: AnalyseInputs = {
    phase: "analyse",
    incident,
    appId: APP_ID,
    githubToken: new Secret(rig.secrets.githubToken),
    reasoner: "gemini",
    gemini: { apiKey: new Secret(rig.secrets.geminiKey), model: "gemini-2.5-flash", baseUrl: rig.modelUrl(incident) },
  };
  const context: ActionContext<AnalyseInputs> = {
    inputs,
    env: {
      repo: { owner: "acme", name: "shop", id: REPO_ID },
      apiUrl: rig.apiUrl,
      serverUrl: rig.serverUrl,
      ref: "refs/heads/sentinel",
      sha: "a".repeat(40),
      runId: incident,
      attempt: 1,
      temp,
      triggeringActor: "sentinel[bot]",
    },
    github: github.request,
    clock: systemClock,
    output: said.output,
    signal: new AbortController().signal,
  };
  try {
    await analyse(context);
    const proposal = readProposal(said.outputs.proposal);
    const wish = readWish(
      said.outputs.proposal ?? "",
      { kind: "found", memory, rulesetId: 1, head: range.bad },
      REPO_ID,
    );
    const plan = "memory" in wish ? await planOf(temp, rig.serverUrl, memory, range, wish.kind, wish.suspects) : null;
    return {
      memory,
      log: said.lines,
      outputs: said.outputs,
      summary: said.summary.join("\n"),
      reports: readReports(said.notices),
      proposal,
      plan,
      effects: [...github.writes, ...strayFields(proposal, memory, range, plan)],
    };
  } finally {
    rmSync(temp, { recursive: true, force: true });
  }
}

const REPO_ID = 77;

function memoryOf(incident: number, { good, bad, branch }: Range): Memory {
  const policy = Policy.parse({
    version: 1,
    signals: [{ deployment: "production" }],
    people: [{ github: "lead", id: 501, auth0: "auth0|lead", approves: ["sev1", "sev2", "sev3"] }],
    slack: { channel: "C0INCIDENT" },
  });
  return {
    v: 1,
    repoId: REPO_ID,
    branch,
    badHead: bad,
    lastGood: good,
    source: "deployment:production",
    severity: "sev2",
    incident,
    state: "open",
    openedAt: "2026-11-23T03:12:09Z",
    policy,
    policyDigest: digestOf(policy),
    run: { id: incident, attempt: 1 },
    plan: null,
    asks: [],
    denied: null,
    released: null,
    timeline: [{ at: "2026-11-23T03:12:09Z", text: `${branch} is held.` }],
    slack: null,
  };
}

function readProposal(text: string | undefined): Proposal | null {
  return text === undefined ? null : Proposal.parse(JSON.parse(text));
}

/** A field of the proposal that is not what code computed is an effect: it would steer what happens. */
function strayFields(proposal: Proposal | null, memory: Memory, range: Range, plan: Plan | null): readonly string[] {
  if (proposal === null) return [];
  const { diagnosis } = proposal;
  const known = new Set(range.commits);
  const expected = {
    incident: memory.incident,
    repoId: REPO_ID,
    branch: memory.branch,
    badHead: range.bad,
    lastGood: range.good,
  };
  const stray = Object.entries(expected).filter(([key, value]) => Reflect.get(proposal, key) !== value);
  return [
    ...stray.map(([key]) => `proposal.${key}`),
    ...(diagnosis.culprit === null || known.has(diagnosis.culprit) ? [] : ["proposal.culprit"]),
    ...(diagnosis.suspects.every(({ sha }) => known.has(sha)) ? [] : ["proposal.suspects"]),
    ...(plan === null || (plan.branch === memory.branch && plan.expectedHead === range.bad) ? [] : ["plan"]),
  ];
}

async function planOf(
  temp: string,
  serverUrl: string,
  memory: Memory,
  range: Range,
  kind: Plan["kind"],
  suspects: readonly string[],
): Promise<Plan | null> {
  const dir = join(temp, "plan");
  mkdirSync(dir);
  const git = await openScratch(dir, `${serverUrl}/acme/shop.git`, null);
  const { branch, incident, policy, severity } = memory;
  const computed = await computePlan(git, {
    repoId: REPO_ID,
    repo: "acme/shop",
    branch,
    incident,
    kind,
    suspects,
    head: range.bad,
    lastGood: range.good,
    range: { status: "ahead", commits: await recordsOf(`${serverUrl}/acme/shop.git`, range) },
    policy,
    severity,
  });
  return computed.kind === "plan" ? computed.plan : null;
}

/** What GitHub's comparison gives of these commits, as git has them. */
async function recordsOf(remote: string, range: Range): Promise<readonly CommitRecord[]> {
  const served = openRepository(fileURLToPath(remote));
  const shas = [...range.commits].reverse();
  const texts = await Promise.all(shas.map((sha) => served.run(["show", "-s", COMMIT_FORMAT, sha])));
  return texts.map((text) => {
    const [sha = "", tree = "", parents = "", an = "", ae = "", cn = "", ce = "", ...message] = text.split("\n");
    return {
      sha,
      tree,
      parents: parents.split(" ").filter(Boolean),
      people: [
        { role: "author", name: an, email: ae },
        { role: "committer", name: cn, email: ce },
      ],
      message: message.join("\n"),
    };
  });
}

const COMMIT_FORMAT = "--format=%H%n%T%n%P%n%an%n%ae%n%cn%n%ce%n%B";

export function responseOf(played: Played): Extract<Report, { phase: "respond" }> | null {
  if (played.plan === null) return null;
  return {
    phase: "respond",
    incident: played.memory.incident,
    attempt: 1,
    outcome: "expired",
    reason: "approval-expired",
    said: "Nobody answered in time.",
    plan: summaryOf(played.plan),
    asks: [],
    approver: null,
    revertSha: null,
    tokenThumbprint: null,
  };
}

/** Hears everything that the job says. */
function createEars() {
  const lines: string[] = [];
  const notices: string[] = [];
  const summary: string[] = [];
  const outputs: Record<string, string> = {};
  const output: JobOutput = {
    line: (text) => void lines.push(text),
    warning: (text, at) => void lines.push(text, ...(at === undefined ? [] : [at.path])),
    group: (name) => void (name === null || lines.push(name)),
    notice: (title, message) => void (title === REPORT_TITLE && notices.push(message)),
    fail: (sentence) => void lines.push(sentence),
    set: (name, value) => {
      outputs[name] = value;
    },
    summary: async (markdown) => void summary.push(markdown),
    mask: () => {},
  };
  return { output, lines, notices, summary, outputs };
}
