import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startAuth0 } from "../drill/auth0/tenant.ts";
import type { Auth0 } from "../drill/auth0/types.ts";
import { createJournal } from "../drill/journal.ts";
import { createTls, trustTls } from "../drill/tls.ts";
import { createAuth0Approval } from "../src/adapters/auth0-approval.ts";
import { sendAsk } from "../src/approval/ask.ts";
import type { ApprovalServer } from "../src/approval/server.ts";
import { waitForAnswer } from "../src/approval/wait.ts";
import { systemClock } from "../src/kernel/clock.ts";
import { Secret } from "../src/kernel/secret.ts";
import { authorizationDetails, bindingMessage, DETAILS_TYPE } from "../src/notice/phone.ts";
import type { Plan } from "../src/rollback/plan.ts";
import { asked, outputFile } from "./asked.ts";

/**
 * How long after the tap the job has the token. With an interval of five seconds nobody can do better than half of it on average;
 * forty flows side by side are tapped at forty evenly spaced moments of it.
 */

const INTERVAL_S = 5;
const PHASES = 40;
/** Every flow waits out this many whole intervals before its phase begins. */
const INTERVALS_BEFORE = 1;
const AUDIENCE = "https://sentinel.example/api";

async function main(): Promise<number> {
  const values = asked("bench:approval", { json: { type: "string" } });
  outputFile("bench:approval", values.json);
  const dir = mkdtempSync(join(tmpdir(), "sentinel-approval-"));
  const tls = await createTls(dir);
  trustTls(tls.certPem);
  const journal = createJournal();
  const { privateKey, publicKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  const auth0 = await startAuth0({
    journal,
    tls,
    interval: INTERVAL_S,
    clients: [{ id: "asks", publicKeyPem: publicKey, kind: "ciba" }],
    apis: [{ audience: AUDIENCE, permissions: ["rollback:sev2"], authorizationDetailsTypes: [DETAILS_TYPE] }],
    users: Array.from({ length: PHASES }, (_, i) => ({
      id: `auth0|${i}`,
      name: `Person ${i}`,
      permissions: ["rollback:sev2"],
      enrolled: "confirmed" as const,
      connected: {},
    })),
  });
  try {
    const client = { domain: auth0.domain, clientId: "asks", privateKey: new Secret(privateKey) };
    const server = createAuth0Approval(client, AUDIENCE);
    const flows = await Promise.all(Array.from({ length: PHASES }, (_, i) => flow(auth0, server, i)));
    const waits = flows.map(({ waitS }) => waitS).sort((a, b) => a - b);
    const trips = flows.flatMap(({ tripsS }) => tripsS).sort((a, b) => a - b);
    const roundTripS = trips[Math.floor(trips.length / 2)] ?? 0;
    const metrics = {
      meanS: round(waits.reduce((sum, wait) => sum + wait, 0) / waits.length),
      p95S: round(waits[Math.floor(waits.length * 0.95)] ?? 0),
      roundTripS: round(roundTripS),
      allowedMeanS: round(INTERVAL_S / 2 + 2 * roundTripS + 0.05),
      slowDowns: flows.reduce((sum, { slowDowns }) => sum + slowDowns, 0),
      polls: trips.length,
    };
    console.table(metrics);
    if (values.json !== undefined)
      writeFileSync(values.json, `${JSON.stringify({ metrics, runs: PHASES }, null, 2)}\n`);
    return metrics.meanS <= metrics.allowedMeanS && metrics.slowDowns === 0 ? 0 : 1;
  } finally {
    await auth0.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

type Flow = { readonly waitS: number; readonly slowDowns: number; readonly tripsS: readonly number[] };

/** One ask, tapped at its own phase of the interval. */
async function flow(auth0: Auth0, server: ApprovalServer, index: number): Promise<Flow> {
  const person = { github: `person-${index}`, id: index + 1, auth0: `auth0|${index}`, approves: ["sev2" as const] };
  const plan = planNumber(index);
  const request = {
    user: person.auth0,
    scope: "rollback:sev2",
    bindingMessage: bindingMessage(plan),
    authorizationDetails: authorizationDetails(plan),
    expiresInS: 60,
  };
  // Flows begin one after the other, or all would look at the same instant and measure the crowd.
  await systemClock.sleep((index / PHASES) * INTERVAL_S * 1000);
  const sent = await sendAsk(server, person, request, Date.now);
  if (sent.kind === "not-sent") throw new Error(`${sent.reason}: ${sent.detail}`);
  const [tripsS, slow]: [number[], string[]] = [[], []];
  const watched: ApprovalServer = {
    ...server,
    poll: async (id, signal) => {
      const startedAt = performance.now();
      const answer = await server.poll(id, signal);
      tripsS.push((performance.now() - startedAt) / 1000);
      if (answer.kind === "error" && answer.error === "slow_down") slow.push(answer.error);
      return answer;
    },
  };
  // Every phase once, in an order that has nothing to do with when the flow began.
  const phase = (((index * 17) % PHASES) + 0.5) / PHASES;
  const tapAfterMs = (INTERVALS_BEFORE + phase) * INTERVAL_S * 1000;
  const tapped = systemClock.sleep(sent.answeredAt + tapAfterMs - Date.now()).then(async () => {
    const waiting = auth0.inbox().find(({ user }) => user.id === person.auth0);
    await auth0.decide(waiting?.id ?? "", "approve", "button");
    // From here on the tenant has the yes.
    return performance.now();
  });
  const signal = new AbortController().signal;
  const answer = await waitForAnswer(sent, { server: watched, clock: systemClock, signal, onTick: () => {} });
  const at = performance.now();
  if (answer.kind !== "token") throw new Error(`flow ${index} ended ${answer.kind}`);
  return { waitS: (at - (await tapped)) / 1000, slowDowns: slow.length, tripsS };
}

function planNumber(index: number): Plan {
  return {
    v: 1,
    repoId: 1,
    repo: "acme/shop",
    branch: "main",
    incident: index + 1,
    kind: "restore-last-good",
    expectedHead: "a".repeat(40),
    lastGood: "b".repeat(40),
    undoes: ["a".repeat(40)],
    resultingTree: "d".repeat(40),
    risks: [],
    severity: "sev2",
    policyDigest: "e".repeat(64),
  };
}

function round(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}

process.exitCode = await main();
