import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createGitHubApp } from "../adapters/github-app.ts";
import { createSlackPost } from "../adapters/slack.ts";
import { createSlackAnswer } from "../adapters/slack-answer.ts";
import { createWorkerVault } from "../adapters/token-vault-worker.ts";
import type { Clock } from "../kernel/clock.ts";
import { type AnomalyPorts, receiveAnomaly } from "./anomaly.ts";
import { createSorter } from "./deliveries.ts";
import type { Target } from "./gaze.ts";
import { createHeard } from "./heard.ts";
import { createHeld } from "./held.ts";
import { createHost } from "./host.ts";
import type { createLog } from "./log.ts";
import { type Looked, type LookPorts, look } from "./look.ts";
import { createLooks } from "./looks.ts";
import { createMetrics } from "./metrics.ts";
import { obey } from "./obey.ts";
import { createPolicies } from "./policies.ts";
import { createPolicyDesk } from "./policy-desk.ts";
import { redeliverFailed } from "./redeliver.ts";
import { createWebServer, type Handler, send } from "./server.ts";
import type { Settings, SlackSettings } from "./settings.ts";
import { type ClickPorts, receiveClick, SLACK_PATH } from "./slack-clicks.ts";
import { createSweep } from "./sweep.ts";

/** The App, wired and running. It must never hold anything that a restart would lose. */
export type App = {
  readonly port: number;
  /** Stops taking requests, lets what is under way finish, and ends. */
  stop(): Promise<void>;
};

export async function startApp(
  settings: Settings,
  clock: Clock,
  log: ReturnType<typeof createLog>,
  timing: Timing = TIMING,
): Promise<App> {
  const metrics = createMetrics(() => looks.underWay);
  const { apiUrl, appId, privateKey: key } = settings;
  const github = createGitHubApp({ apiUrl, appId, key }, clock, { onCall: metrics.called });
  const policies = createPolicies(settings.mode);
  const slack = settings.slack && slackWith(settings.slack, settings.slackSigningSecret !== null);
  const eyes = {
    github,
    appId: settings.appId,
    policies,
    past: new Map(),
    badHeads: new Map(),
    clock,
    patienceMs: timing.patienceMs,
  };
  const policyDesk = createPolicyDesk({ github, policies, clock, log });
  const held = createHeld();
  const lookPorts: LookPorts = { eyes, github, slack, clock, log, onPerformed: metrics.performed, onSeen: held.learn };
  const looks = createLooks(
    async (target, occasion, onStanding) => {
      const start = performance.now();
      const looked = await look(lookPorts, target, occasion, onStanding);
      metrics.looked(looked.kind, performance.now() - start);
      if (isAtRest(looked, target)) await policyDesk.settle(target, looked.world.head);
      return looked;
    },
    log,
    timing.againMs,
  );
  const sweep = createSweep({ github, policies, policyDesk, looks, log });
  const known = {
    appId: settings.appId,
    watched: policies.watched,
    heard: createHeard(),
    isHeld: held.has,
    isAnyHeld: held.isAny,
  };
  const sorter = createSorter(
    [settings.webhookSecret, ...(settings.oldWebhookSecret ? [settings.oldWebhookSecret] : [])],
    known,
  );
  const isOff = settings.mode === "off";
  const host = createHost(settings, {
    github,
    looks,
    known,
    log,
    obey: ({ place, comment }) => obey({ github, looks, clock, appId: settings.appId }, place, comment),
    sweepInstallation: sweep.installation,
  });
  const sweepAll = async () => {
    await sweep.all();
    await redeliverFailed(github, clock, log);
  };
  let isReady = isOff;
  const server = createWebServer({
    sorter,
    // The kill switch: deliveries are taken and nothing comes of them.
    host: isOff ? { receive: async () => {} } : host,
    log,
    isReady: () => isReady,
    count: (counted) => {
      metrics.delivered(counted);
      log.debug(counted, "delivery");
    },
    routes: {
      ...anomalyRoute(settings, { github, looks, policies, appId, place: sweep.place }),
      ...slackRoute(settings, { github, looks, clock, appId, place: sweep.placeOf }),
    },
    metrics: async (_request, response) => send(response, 200, await metrics.text(), metrics.contentType),
  });
  const port = await listen(server, settings);
  const stopSweeping = isOff
    ? () => {}
    : keepSweeping(settings.sweepSeconds, log, sweepAll, (ok) => {
        metrics.swept(ok);
        isReady ||= ok;
        return isReady;
      });
  return {
    port,
    stop: async () => {
      stopSweeping();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeIdleConnections();
      await looks.settle();
      server.closeAllConnections();
      await closed;
      github.close();
    },
  };
}

/** The default branch has no incident, so nobody waits behind what else there is to do. */
function isAtRest(looked: Looked, { repo, branch }: Target): looked is Extract<Looked, { kind: "done" }> {
  return looked.kind === "done" && branch === repo.defaultBranch && looked.world.incident === null;
}

/** A hold and what follows it take a second or two; twice that and more is a replica that died. */
export type Timing = { readonly patienceMs: number; readonly againMs: number };
const TIMING: Timing = { patienceMs: 8000, againMs: 5000 };

type Anomalies = Omit<AnomalyPorts, "token">;

/** Off without a token; the kill switch takes it away as well. */
function anomalyRoute({ anomalyToken: token, mode }: Settings, ports: Anomalies): Readonly<Record<string, Handler>> {
  if (token === null || mode === "off") return {};
  return { "/api/anomaly": (request, response) => receiveAnomaly({ ...ports, token }, request, response) };
}

type Clicks = Omit<ClickPorts, "secret" | "answer">;

/** Off without a signing secret; the kill switch takes it away as well. */
function slackRoute(settings: Settings, ports: Clicks): Readonly<Record<string, Handler>> {
  const { slack, slackSigningSecret: secret, mode } = settings;
  if (slack === null || secret === null || mode === "off") return {};
  const answer = createSlackAnswer(slack.apiUrl);
  return { [SLACK_PATH]: (request, response) => receiveClick({ ...ports, secret, answer }, request, response) };
}

function slackWith({ apiUrl, domain, clientId, privateKey, user }: SlackSettings, hasButtons: boolean) {
  const vault = createWorkerVault({ domain, clientId, privateKey, user });
  const post = createSlackPost(apiUrl, (connection) => vault(connection, "Sentinel tells an incident's channel"));
  return { post, hasButtons };
}

async function listen(server: Server, { host, port }: Settings): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  return (server.address() as AddressInfo).port;
}

/** One after the other, never two at once; until one has gone well, again soon. `onEnd` says whether one ever has. */
function keepSweeping(
  seconds: number,
  log: Pick<ReturnType<typeof createLog>, "warn">,
  all: () => Promise<void>,
  onEnd: (ok: boolean) => boolean,
): () => void {
  let timer: NodeJS.Timeout | null = null;
  let isStopped = false;
  const again = async () => {
    const ok = await all().then(
      () => true,
      (error: unknown) => {
        log.warn({ err: error }, "the sweep failed");
        return false;
      },
    );
    const wait = onEnd(ok) ? seconds : Math.min(seconds, SOON_S);
    if (!isStopped) timer = setTimeout(again, wait * 1000);
  };
  void again();
  return () => {
    isStopped = true;
    if (timer) clearTimeout(timer);
  };
}

const SOON_S = 5;
