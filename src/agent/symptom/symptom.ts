import type { Annotation, FailedDeployment, FailingJob } from "../ports.ts";
import type { Signal } from "../suspects/types.ts";
import { tame, tameLine } from "../tame.ts";
import { type Anomaly, anomalies } from "./anomalies.ts";
import { cleanLog, ERROR_MARK } from "./clean-log.ts";
import { cutFailure, speaksOfFailure } from "./cut-failure.ts";
import { type Frame, failingTests, stackFrames } from "./traces.ts";

/** What went wrong, as far as the evidence says it: for the ranking, for the reasoner and for people. */
export type Symptom = {
  readonly signal: Signal;
  readonly jobs: readonly JobSymptom[];
  readonly frames: readonly Frame[];
  readonly tests: readonly string[];
  readonly anomalies: readonly Anomaly[];
  /** The one line that says most. */
  readonly headline: string;
  /** Lines that speak for the machine rather than the change, as found. */
  readonly infrastructure: readonly string[];
};

export type JobSymptom = { readonly job: FailingJob; readonly excerpt: string; readonly lines: readonly string[] };

const EXCERPT_CHARS = 6000;
const SIGNAL_CHARS = 12_000;

export function readSymptom(jobs: readonly FailingJob[], deployment: FailedDeployment | null): Symptom {
  const read = jobs.map((job) => {
    const lines = cleanLog(job.log ?? "");
    return { job, lines, excerpt: tame(cutFailure(lines, EXCERPT_CHARS), EXCERPT_CHARS) };
  });
  const failing = read.flatMap(({ lines }) => lines.filter((line) => speaksOfFailure(line) && !isVerdict(line)));
  const frames = stackFrames(read.flatMap(({ lines }) => lines));
  const tests = failingTests(read.flatMap(({ lines }) => lines));
  const annotations = jobs.flatMap((job) => job.annotations).filter(saysSomething);
  return {
    signal: toSignal(read, deployment, annotations, { failing, frames, tests }),
    jobs: read,
    frames,
    tests,
    anomalies: anomalies([
      ...(deployment?.description ?? "").split("\n"),
      ...read.flatMap(({ excerpt }) => excerpt.split("\n")),
    ]),
    headline: headline({ failing, tests }, read, deployment),
    infrastructure: read
      .flatMap(({ excerpt }) => excerpt.split("\n"))
      .filter((line) => INFRASTRUCTURE.test(line))
      .slice(0, 5),
  };
}

function toSignal(
  jobs: readonly JobSymptom[],
  deployment: FailedDeployment | null,
  annotations: readonly Annotation[],
  machine: {
    readonly failing: readonly string[];
    readonly frames: readonly Frame[];
    readonly tests: readonly string[];
  },
): Signal {
  const says = jobs.some(({ excerpt }) => excerpt !== "");
  const text = [
    // A deployer's own word is often the same for every failure; the log of the job says it better where there is one.
    says ? "" : (deployment?.description ?? ""),
    ...annotations.map(({ path, message }) => `${path} ${message}`),
    ...jobs.map(({ excerpt }) =>
      excerpt
        .split("\n")
        .filter((line) => !isVerdict(line))
        .join("\n"),
    ),
  ];
  const evidence = [
    ...machine.tests,
    ...machine.frames.map(({ path, line }) => `${path}:${line}`),
    ...machine.failing.slice(0, 80).map((line) => line.replace(ERROR_MARK, "")),
  ];
  return {
    text: tame(text.filter((part) => part !== "").join("\n"), SIGNAL_CHARS),
    evidence: tame(evidence.join("\n"), SIGNAL_CHARS),
  };
}

function headline(
  { failing, tests }: { readonly failing: readonly string[]; readonly tests: readonly string[] },
  jobs: readonly JobSymptom[],
  deployment: FailedDeployment | null,
): string {
  const prose = jobs
    .flatMap(({ lines }) => lines)
    .find((line) => line !== "" && !isVerdict(line) && !line.startsWith("▸"));
  const named = failing.find((line) => /\w(?:Error|Exception)\b|panic:|: error/i.test(line));
  const says = named ?? tests[0] ?? failing[0] ?? prose ?? deployment?.description ?? "";
  return tameLine(says.replace(ERROR_MARK, ""), 200);
}

/** The runner's own last word names nothing. */
function isVerdict(line: string): boolean {
  return /^(?:##\[error\])?Process completed with exit code \d+\.?$/.test(line);
}

function saysSomething({ message }: Annotation): boolean {
  return !isVerdict(tameLine(message, 200));
}

/** Words of machines that broke, not of code that did. Narrow on purpose: a fault of the code must not be read as weather. */
const INFRASTRUCTURE =
  /\b(?:the (?:hosted )?runner (?:has received a shutdown signal|lost communication with the server)|no space left on device|lost connection to the runner|toomanyrequests: you have reached your pull rate limit|temporary failure in name resolution|could not resolve host|the self-hosted runner:? .{0,100}lost communication|service unavailable.{0,40}registry|502 bad gateway|503 service unavailable|TLS handshake timeout|EAI_AGAIN)\b/i;
