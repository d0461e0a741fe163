import { writeFileSync } from "node:fs";
import { type Anchor, verify } from "../src/audit/verify.ts";
import { headOf, type RecordEntry } from "../src/incident/record.ts";
import { recordedIncident } from "../test/audit/record-fixture.ts";
import { asked, outputFile, wholeNumber } from "./asked.ts";
import { createRandom } from "./record/random.ts";
import { rewritten, tamperingWays, textOf } from "./record/ways.ts";

/**
 * `npm run bench:record -- --json FILE [--runs N] [--seed N]`: tampers with records in every way a writer of the repository could,
 * and counts what verification finds; leaves as many alone and counts false alarms; then verifies as fast as it can.
 */
const NAME = "bench:record";
const values = asked(NAME, {
  json: { type: "string" },
  runs: { type: "string", default: "10000" },
  seed: { type: "string", default: "1" },
});
const runs = wholeNumber(NAME, "runs", values.runs);
const random = createRandom(wholeNumber(NAME, "seed", values.seed, 0));
outputFile(NAME, values.json);
const metrics = { ...tampering(), ...rehashing(), verifyPerSecond: speed() };
const result = { metrics, runs };
if (values.json) writeFileSync(values.json, `${JSON.stringify(result, null, 2)}\n`);
console.log(JSON.stringify(result, null, 2));
const isAsPromised =
  metrics.detected === metrics.tampered && metrics.falseAlarms === 0 && metrics.rehashedFound === metrics.rehashed;
process.exitCode = isAsPromised ? 0 : 1;

/** The anchor is the head that the App remembers in its check run; it names the job's chain. */
function tampering() {
  const ways = tamperingWays(random);
  const byWay: Record<string, number> = {};
  let detected = 0;
  let falseAlarms = 0;
  for (let n = 0; n < runs; n++) {
    const incident = recordedIncident(n + 1, random.below(4));
    const anchors = [anchorOf(incident.app)];
    const clean = textOf(incident);
    if (verify({ text: clean, anchors }).verdict !== "intact") falseAlarms++;
    const { name, tamper } = random.pick(ways);
    const text = tamper(incident, clean);
    if (text === clean) throw new Error(`invariant: "${name}" changed nothing`);
    if (verify({ text, anchors }).verdict === "broken") detected++;
    else console.error(`not detected: ${name}, seed ${values.seed}, run ${n}`);
    byWay[name] = (byWay[name] ?? 0) + 1;
  }
  console.error(`tampered: ${JSON.stringify(byWay)}`);
  return { tampered: runs, detected, falseAlarms };
}

/** Without an anchor a chain written anew can only be called unanchored; with either chain's head it is found. */
function rehashing() {
  let rehashedFound = 0;
  for (let n = 0; n < runs; n++) {
    const incident = recordedIncident(n + 1, random.below(4));
    const text = textOf(rewritten(incident));
    const alone = verify({ text });
    const against = verify({ text, anchors: [anchorOf(random.pick([incident.app, incident.respond]))] });
    const isFound = against.findings.some(({ code }) => code === "anchor-missing");
    if (alone.verdict === "intact" && alone.anchoring === "unanchored" && isFound) rehashedFound++;
  }
  return { rehashed: runs, rehashedFound };
}

/** Incidents a second, each with both its chains and an anchor, on one core: the best of five rounds. */
function speed(): number {
  const pages = Array.from({ length: 1000 }, (_, n) => {
    const incident = recordedIncident(n + 1, n % 4);
    return { text: textOf(incident), anchors: [anchorOf(incident.app)] };
  });
  const round = (): number => {
    const start = performance.now();
    for (const page of pages) verify(page);
    return (pages.length / (performance.now() - start)) * 1000;
  };
  return Math.round(Math.max(...Array.from({ length: 5 }, round)));
}

function anchorOf(entries: readonly RecordEntry[]): Anchor {
  return { head: headOf(entries)?.head ?? "", from: "check run" };
}
