import { setTimeout as delay } from "node:timers/promises";
import { createJournal } from "../../drill/journal.ts";
import { signature } from "../../drill/slack/callback.ts";
import { startSlack } from "../../drill/slack/slack.ts";
import type { Slack } from "../../drill/slack/types.ts";
import { freePort } from "../../drill/story/ports.ts";
import { createTls } from "../../drill/tls.ts";
import { encodeReport } from "../../src/incident/report.ts";
import { PRIVATE_KEY, startSampleTenant } from "../standins/sample-tenant.ts";
import type { Gate } from "./gate.ts";
import { APPROVER, policyOf, type Stage, type StageOptions } from "./stage.ts";

/** What may happen around the App while it dies, as data: each scene is what went before, and the steps in which it may die. */
export type Scene = {
  readonly name: string;
  readonly options?: StageOptions;
  readonly before?: readonly Step[];
  readonly steps: readonly Step[];
};

export type Step = (on: Scenery) => Promise<void>;

/** What a step may touch. */
export type Scenery = {
  readonly stage: Stage;
  readonly gate: Gate;
  /** Revisions of main, in the order they were pushed. */
  readonly heads: string[];
  readonly clock: { behindMs: number };
  /** Starts the App, with these settings beside those it had. */
  start(env?: Readonly<Record<string, string>>): Promise<void>;
  stop(): Promise<void>;
  /** Where the App that runs now answers; waits while a dead one is replaced. */
  url(): Promise<string>;
  /** Does something again for as long as it fails, as whoever does it would. */
  insist(act: () => Promise<boolean>): Promise<void>;
  /** Closed at the end. */
  readonly closers: (() => Promise<void>)[];
  slack?: Slack;
};

const start: Step = (on) => on.start();
const breakIt: Step = async ({ stage, heads }) => {
  heads.push(await stage.commit("Break the shop"));
  stage.deploy(heads.at(-1) ?? "", "failure", "no page answers");
};
const repairIt: Step = async ({ stage, heads }) => {
  heads.push(await stage.commit("Repair the shop"));
  stage.deploy(heads.at(-1) ?? "", "success");
};
const deployAgain =
  (which: number): Step =>
  async ({ stage, heads }) => {
    stage.deploy(heads[which] ?? "", "success");
  };
const say =
  (login: string, body: string): Step =>
  async ({ stage }) => {
    stage.github.person.comment(stage.repo, 1, login, body);
  };

const REPORT = encodeReport("Asked and denied.", {
  phase: "respond",
  incident: 1,
  attempt: 2,
  outcome: "denied",
  reason: "denied-by-approver",
  said: "The approver said no.",
  plan: null,
  asks: [{ at: "2026-01-01T00:00:00Z", approver: "lead", approverId: 700, digest: "d".repeat(64), answer: "denied" }],
  approver: null,
  revertSha: null,
  tokenThumbprint: null,
});
const NOTICE = `::notice title=sentinel-report::${REPORT.replaceAll("%", "%25").replaceAll("\n", "%0A")}`;
/** The responder fails at first, and when it is run again reports a "no". */
const SAYS_NO = `[ "$GITHUB_RUN_ATTEMPT" = 1 ] || echo '${NOTICE}'; exit 1`;
/** The responder fails at first, and when it is run again it works until somebody ends it. */
const WORKS_LONG = '[ "$GITHUB_RUN_ATTEMPT" = 1 ] && exit 1; exec sleep 300';

const runAgain: Step = async ({ stage }) => {
  const [run] = stage.github.state.runs(stage.repo);
  await stage.github.person.rerunFailed(stage.repo, run?.id ?? 0, "lead");
};

/** Alertmanager sends again what was not taken. */
const ALERTS_TOKEN = "an-anomaly-token-of-the-tests";
const alert =
  (status: "firing" | "resolved"): Step =>
  (on) =>
    on.insist(async () => {
      const labels = { alertname: "HighLatency", repository: "acme/shop", environment: "production" };
      const startsAt = "2026-11-23T08:00:00Z";
      const answer = await fetch(`${await on.url()}/api/anomaly`, {
        method: "POST",
        headers: { authorization: `Bearer ${ALERTS_TOKEN}`, "content-type": "application/json" },
        body: JSON.stringify({ version: "4", alerts: [{ status, labels, annotations: {}, startsAt }] }),
      });
      return answer.ok && (await answer.text()).includes("noted");
    });
const slowDown: Step = async ({ stage, heads }) => {
  heads.push(await stage.commit("Slow the shop down"));
  stage.deploy(heads.at(-1) ?? "", "success");
};

/** From now on the App may speak in Slack, with tokens of the vault, all through the gate. */
const connectSlack: Step = async (on) => {
  const tls = await createTls(process.env.SENTINEL_TLS_DIR ?? "");
  const users = ["U0SENTINEL", "U0LEAD", "U0DEV"].map((id) => ({
    id,
    name: id,
    realName: id,
    email: `${id}@x.example`,
  }));
  const slack = await startSlack({ journal: createJournal(), users });
  on.slack = slack;
  const port = await freePort();
  const front = await on.gate.door(`https://localhost:${port}/`, tls);
  const connected = { "sign-in-with-slack": () => slack.issueToken() };
  const { auth0 } = await startSampleTenant({
    port,
    domain: new URL(front).host,
    users: [{ id: "auth0|speaker", name: "Sentinel", permissions: [], enrolled: "none", connected }],
  });
  on.closers.push(slack.close, auth0.close);
  await on.stop();
  await on.start({
    AUTH0_DOMAIN: auth0.domain,
    AUTH0_WORKER_CLIENT_ID: "worker",
    AUTH0_PRIVATE_KEY: PRIVATE_KEY,
    SLACK_AUTH0_USER: "auth0|speaker",
    SLACK_API_URL: await on.gate.door(slack.apiUrl),
    SLACK_SIGNING_SECRET: slack.signingSecret,
  });
};

/** Whoever presses a button and sees it fail, or is told nothing because the App died, presses it again. */
const press =
  (action: string, user: string): Step =>
  (on) =>
    on.insist(async () => {
      const { slack } = on;
      const message = slack?.messages.find(({ threadTs }) => threadTs === null);
      if (!slack || !message) return false;
      const told = slack.told.length;
      const died = on.gate.died;
      const payload = {
        type: "block_actions",
        user: { id: user },
        container: { message_ts: message.ts, channel_id: message.channel },
        response_url: on.gate.inner(slack.responseUrl(user)),
        actions: [{ action_id: action, value: `${on.stage.repo.id}#1`, action_ts: (Date.now() / 1000).toFixed(6) }],
      };
      const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
      const timestamp = String(Math.floor(Date.now() / 1000));
      const headers = {
        "content-type": "application/x-www-form-urlencoded",
        "x-slack-request-timestamp": timestamp,
        "x-slack-signature": signature(slack.signingSecret, timestamp, body),
      };
      const answer = await fetch(`${await on.url()}/api/slack/interactions`, { method: "POST", headers, body });
      if (!answer.ok) return false;
      while (slack.told.length === told && on.gate.died === died) await delay(20);
      return slack.told.length > told;
    });

const PEOPLE_OF_SLACK = policyOf({
  slack: { channel: "C0INCIDENTS" },
  people: [
    {
      github: APPROVER.login,
      id: APPROVER.id,
      auth0: "auth0|lead",
      approves: ["sev1", "sev2", "sev3"],
      slack: "U0LEAD",
    },
    { github: "dev", id: 701, auth0: "auth0|dev", approves: ["sev2"], slack: "U0DEV" },
  ],
});

export const SCENES: readonly Scene[] = [
  { name: "while it holds a branch and lets it go", steps: [start, breakIt, repairIt] },
  {
    name: "while it hears the responder",
    options: { responder: SAYS_NO },
    before: [start, breakIt],
    steps: [runAgain],
  },
  {
    name: "while it obeys people",
    options: { responder: "exit 1" },
    before: [start, breakIt],
    steps: [
      say("dev", "/sentinel retry"),
      say("dev", "/sentinel rollback restore"),
      say("lead", "/sentinel release known and harmless"),
    ],
  },
  {
    name: "while a bad revision is deployed again",
    before: [start, breakIt, repairIt],
    steps: [deployAgain(0), deployAgain(1)],
  },
  {
    name: "while it speaks in Slack",
    options: { policy: PEOPLE_OF_SLACK, responder: WORKS_LONG },
    before: [start, breakIt],
    steps: [connectSlack, press("sentinel_ask_now", "U0DEV"), press("sentinel_deny", "U0LEAD")],
  },
  {
    name: "while monitoring speaks",
    options: {
      policy: policyOf({
        signals: [{ anomaly: "HighLatency", environment: "production", severity: "sev2" }],
        assignees: ["lead"],
      }),
      env: { SENTINEL_ANOMALY_TOKEN: ALERTS_TOKEN },
    },
    before: [start, slowDown],
    steps: [alert("firing")],
  },
  {
    name: "while it only watches",
    options: { policy: policyOf({ mode: "shadow" }) },
    before: [start],
    steps: [breakIt, breakIt],
  },
  {
    name: "while it catches up on what was said when it was down",
    before: [
      start,
      breakIt,
      async (on) => {
        await on.stop();
        // What is younger than some seconds may still be under way, and is not asked for again.
        on.clock.behindMs = 60_000;
        await say("dev", "/sentinel extend 5h")(on);
        await on.stage.github.idle();
        on.clock.behindMs = 0;
      },
    ],
    steps: [start],
  },
];
