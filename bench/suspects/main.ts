import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Weights } from "../../src/agent/suspects/model.ts";
import { rankWith } from "../../src/agent/suspects/rank.ts";
import { SPEAKS_FROM, WEIGHTS } from "../../src/agent/suspects/weights.ts";
import { asked as askedFor, inputFile, outputFile, wholeNumber, wrongUsage } from "../asked.ts";
import { baselines } from "./baselines.ts";
import { type Case, type CasesRead, readCases, withhold } from "./cases.ts";
import { fitWeights, prepare } from "./fit.ts";
import { type Answered, groupedPlaces, places, reliability, rounded, spoken } from "./measure.ts";

/**
 * Measures the ranking of suspects on real cases, and fits its weights. It must never score a case with weights that have
 * seen the case's repository without saying so: `--leave-one-out` is the honest figure on cases that were fitted to.
 *
 * npm run bench:suspects -- --cases FILE [--leave-one-out] [--leave-out 3] [--withhold 0.2] [--seed S] [--json FILE]
 * npm run bench:suspects -- --cases FILE... --fit OUT.json|OUT.ts [--prior FILE|none]
 */
const NAME = "bench:suspects";
const values = askedFor(NAME, {
  cases: { type: "string", multiple: true },
  "leave-one-out": { type: "boolean", default: false },
  "leave-out": { type: "string", default: "1" },
  withhold: { type: "string", default: "0" },
  seed: { type: "string", default: "" },
  json: { type: "string" },
  fit: { type: "string" },
  prior: { type: "string", default: fileURLToPath(new URL("prior.json", import.meta.url)) },
});
if (!values.cases?.length) wrongUsage(NAME, "--cases wants a file of JSON lines, gzipped or not");
const share = Number(values.withhold);
if (!(share >= 0 && share < 1)) wrongUsage(NAME, `--withhold wants a share from 0 up to 1, not "${values.withhold}"`);
const atATime = wholeNumber(NAME, "leave-out", values["leave-out"]);
outputFile(NAME, values.json);
const read = values.cases.map((file) => parseOrExit(file, inputFile(NAME, "cases", file)));
const cases = read.flatMap((part) => part.cases);
const unresolved = read.reduce((sum, part) => sum + part.unresolved, 0);
if (cases.length === 0) wrongUsage(NAME, "--cases: no case names a culprit that is among its candidates");
const prior: Weights | null =
  values.prior === "none" ? null : JSON.parse(inputFile(NAME, "prior", values.prior).toString("utf8"));

if (values.fit) writeWeights(values.fit, fitWeights(cases.map(prepare), prior));
else report(values["leave-one-out"] || atATime > 1 ? atATime : 0);

function parseOrExit(file: string, bytes: Buffer): CasesRead {
  try {
    return readCases(file, bytes);
  } catch (error) {
    return wrongUsage(NAME, `--cases: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function report(leaveOut: number): void {
  const asked = withhold(cases, share, values.seed);
  const started = performance.now();
  const answered = leaveOut > 0 ? leavingOut(asked, leaveOut) : asked.map((one) => answer(WEIGHTS, one));
  const took = performance.now() - started;
  const { ece, table } = reliability(answered);
  const atThreshold = spoken(answered, SPEAKS_FROM);
  const result = {
    ...places(answered),
    n: answered.length,
    unresolved,
    weights: leaveOut > 0 ? `fitted without the scored repository (${leaveOut} at a time)` : "shipped",
    withheld: answered.filter(({ one }) => one.culprits.size === 0).length,
    byRepo: groupedPlaces(answered, ({ repo }) => [repo]),
    byTag: groupedPlaces(answered, ({ tags }) => tags),
    ece,
    reliability: table,
    ...atThreshold,
    curve: Array.from({ length: 19 }, (_, at) => spoken(answered, (at + 1) / 20)),
    baselines: baselines(asked),
    msPerCase: rounded(took / Math.max(1, answered.length)),
    msForFifty: rounded(msForFifty(asked)),
  };
  const { byRepo: _, byTag: __, curve: ___, reliability: ____, ...short } = result;
  console.log(JSON.stringify(short, null, 1));
  if (values.json) writeFileSync(values.json, `${JSON.stringify(result, null, 1)}\n`);
}

function answer(weights: Weights, one: Case): Answered {
  return { one, ranking: rankWith(weights, one.signal, one.candidates) };
}

/** Scores each repository, or few together, with weights that were fitted to the cases of all others. */
function leavingOut(asked: readonly Case[], atATime: number): Answered[] {
  const prepared = cases.map(prepare);
  const repositories = [...new Set(cases.map(({ repo }) => repo))].sort();
  const groups = Array.from({ length: Math.ceil(repositories.length / atATime) }, (_, at) =>
    repositories.slice(at * atATime, (at + 1) * atATime),
  );
  return groups.flatMap((group) => {
    const weights = fitWeights(
      prepared.filter(({ repo }) => !group.includes(repo)),
      prior,
    );
    return asked.filter(({ repo }) => group.includes(repo)).map((one) => answer(weights, one));
  });
}

/** Milliseconds of CPU to rank fifty commits, the median of 21 different symptoms. */
function msForFifty(asked: readonly Case[]): number {
  const fifty = asked.flatMap(({ candidates }) => candidates).slice(0, 50);
  const runs = asked.slice(0, 21).map(({ signal }) => {
    const before = process.cpuUsage();
    rankWith(WEIGHTS, signal, fifty);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  });
  return runs.sort((a, b) => a - b)[Math.floor(runs.length / 2)] ?? 0;
}

function writeWeights(out: string, weights: Weights): void {
  const short = JSON.stringify(
    weights,
    (_, value) => (typeof value === "number" ? Number(value.toPrecision(6)) : value),
    2,
  );
  if (out.endsWith(".json")) writeFileSync(out, `${short}\n`);
  else writeFileSync(out, readFileSync(out, "utf8").replace(/(WEIGHTS: Weights = )[^;]*;/, `$1${short};`));
  console.log(`fitted to ${cases.length} cases`);
}
