import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openHistory } from "../adapters/git-history.ts";
import { createSignals } from "../adapters/github-evidence.ts";
import { createLogReader } from "../adapters/github-logs.ts";
import { type Analysis, analyse as investigate } from "../agent/analysis.ts";
import { createMask } from "../agent/mask.ts";
import type { PointedLine } from "../agent/pointed-lines.ts";
import type { Recording } from "../agent/recording.ts";
import { rankSuspects } from "../agent/suspects/rank.ts";
import { type Diagnosis, Proposal } from "../incident/diagnosis.ts";
import type { Memory } from "../incident/memory.ts";
import { REPORT_TITLE } from "../incident/names.ts";
import { explain, type Reason } from "../incident/reason.ts";
import { reportNotices } from "../incident/report.ts";
import { encodeResult, type Result } from "../incident/result.ts";
import { canonicalJson } from "../kernel/digest.ts";
import { shortSha } from "../kernel/sha.ts";
import { analysisSummary } from "../notice/job-summary.ts";
import { plainText } from "../notice/safe-text.ts";
import { chooseReasoner } from "./choose-reasoner.ts";
import type { ActionContext } from "./context.ts";
import { readFailure } from "./failure.ts";
import { findIncident } from "./find-incident.ts";
import type { AnalyseInputs } from "./inputs.ts";
import { withScratch } from "./scratch.ts";

/**
 * The phase `analyse`: reads everything there is to read about one incident and hands over one typed proposal. It must never
 * hold a secret beyond the model's own, nor change anything: it reads hostile bytes.
 */
export async function analyse(context: ActionContext<AnalyseInputs>): Promise<void> {
  const { inputs, output } = context;
  output.set("incident", String(inputs.incident));
  try {
    const found = await findIncident(context.github, context.env.repo, inputs);
    if (found.kind === "refused") return refuse(context, found.reason);
    if (found.memory.lastGood === null) return refuse(context, "no-last-good");
    const analysis = await investigateIn(context, found.memory, found.memory.lastGood);
    await keepRecording(context, analysis.recording);
    pointOut(context, analysis.lines);
    await handOver(context, found.memory, found.memory.lastGood, analysis.diagnosis);
  } catch (error) {
    const { reason, detail } = context.signal.aborted ? CANCELLED : readFailure(error);
    if (reason !== "internal-error") return refuse(context, reason, detail);
    setResult(context, { outcome: "failed", reason, culprit: null });
    output.set("reason", reason);
    throw error;
  } finally {
    output.group(null);
  }
}

/** What was under way then ends in whatever error its own abort is. */
const CANCELLED = { reason: "cancelled", detail: "" } as const;

function refuse(context: ActionContext<AnalyseInputs>, reason: Reason, detail = ""): void {
  const { output } = context;
  setResult(context, { outcome: "held", reason, culprit: null });
  output.set("reason", reason);
  output.fail(detail === "" ? explain(reason) : `${explain(reason)} (${plainText(detail, 300)})`);
}

/** There is no plan yet, and nobody was asked. */
function setResult(
  { inputs, output }: ActionContext<AnalyseInputs>,
  told: Pick<Result, "outcome" | "reason" | "culprit">,
): void {
  const { phase, incident } = inputs;
  const none = { plan: null, approver: null, revertSha: null, record: null };
  output.set("result", encodeResult({ ...none, ...told, phase, incident }));
}

function investigateIn(context: ActionContext<AnalyseInputs>, memory: Memory, good: string): Promise<Analysis> {
  const { env, inputs, output, clock, signal } = context;
  const place = { owner: env.repo.owner, repo: env.repo.name, appId: inputs.appId, ...memory };
  const { apiKey } = inputs.gemini;
  return withScratch(context, async (git) =>
    investigate(
      { good, bad: memory.badHead, branch: memory.branch, source: memory.source, policy: memory.policy },
      {
        eyes: {
          history: openHistory(git, good, memory.badHead, signal),
          signals: createSignals(context.github, createLogReader(env.apiUrl, inputs.githubToken, signal), place),
        },
        rank: rankSuspects,
        reasoner: await chooseReasoner(context, process.env),
        mask: createMask([inputs.githubToken.expose(), ...(apiKey === null ? [] : [apiKey.expose()])]),
        clock,
        signal,
        say: (line) => output.line(plainText(line, 700)),
        phase: (name) => output.group(name),
      },
    ),
  );
}

/** For whoever wants to keep or replay it: a later step of the job may upload this file. */
async function keepRecording({ env, output }: ActionContext<AnalyseInputs>, recording: Recording): Promise<void> {
  const file = join(env.temp, "sentinel-recording.json");
  await writeFile(file, JSON.stringify(recording));
  output.line(`The whole conversation stands in ${file}`);
}

/** The suspect's lines, where GitHub shows them beside the code. */
function pointOut({ output }: ActionContext<AnalyseInputs>, lines: readonly PointedLine[]): void {
  for (const { path: hostile, line, sha, why } of lines) {
    const path = plainText(hostile, 300);
    const did = why === "stack-trace" ? "last changed this line, which the stack trace names" : "changed lines here";
    output.warning(`${path}:${line}: the first suspect, ${shortSha(sha)}, ${did}.`, { title: "Suspect", path, line });
  }
}

async function handOver(
  context: ActionContext<AnalyseInputs>,
  memory: Memory,
  lastGood: string,
  diagnosis: Diagnosis,
): Promise<void> {
  const { env, output } = context;
  const { incident, repoId, branch, badHead } = memory;
  const proposal = Proposal.parse({ v: 1, incident, repoId, branch, badHead, lastGood, diagnosis });
  output.group("Proposal");
  output.line(headline(diagnosis));
  output.set("proposal", canonicalJson(proposal));
  output.set("culprit", diagnosis.culprit ?? "");
  const ended =
    diagnosis.option === "hold"
      ? ({ outcome: "held", reason: "verdict-hold" } as const)
      : ({ outcome: "proposed", reason: null } as const);
  setResult(context, { ...ended, culprit: diagnosis.culprit });
  await output.summary(analysisSummary(diagnosis, `${env.serverUrl}/${env.repo.owner}/${env.repo.name}`));
  const report = { phase: "analyse", incident, attempt: env.attempt, diagnosis } as const;
  for (const notice of reportNotices(headline(diagnosis), report)) output.notice(REPORT_TITLE, notice);
}

/** Words of ours alone: it stands in an annotation. */
function headline({ verdict, option, culprit, suspects, by }: Diagnosis): string {
  const who = culprit === null ? `no commit named out of ${suspects.length} suspects` : `culprit ${shortSha(culprit)}`;
  return `Analysis (${by}): ${verdict}, proposes ${option}, ${who}.`;
}
