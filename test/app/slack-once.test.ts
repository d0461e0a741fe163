import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createJournal } from "../../drill/journal.ts";
import { startSlack } from "../../drill/slack/slack.ts";
import type { Slack } from "../../drill/slack/types.ts";
import { decodeMemory, type Memory } from "../../src/incident/memory.ts";
import { PRIVATE_KEY, startSampleTenant } from "../standins/sample-tenant.ts";
import { atRest, openStage, policyOf, type Stage, startAppProcess, until } from "./stage.ts";

let stage: Stage;
let slack: Slack;
let gate: Gate;
let bad: string;
const closers: (() => Promise<unknown>)[] = [];

/** Stands before Slack and calls `onPosted` when a message stands there, before anybody is told so. */
type Gate = { readonly apiUrl: string; onPosted: (() => Promise<unknown>) | null; readonly server: Server };

async function openGate(target: string): Promise<Gate> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { authorization = "", "content-type": type = "" } = request.headers;
    const headers = { authorization, "content-type": type };
    const url = new URL(request.url ?? "/", target);
    const answer = await fetch(url, { method: "POST", headers, body: Buffer.concat(chunks) }).catch(() => null);
    if (answer === null) return void request.socket.destroy();
    const text = await answer.text();
    if (url.pathname.endsWith("chat.postMessage")) await gate.onPosted?.();
    response.writeHead(answer.status, { "content-type": "application/json" }).end(text);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { apiUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/`, onPosted: null, server };
}

beforeEach(async () => {
  slack = await startSlack({ journal: createJournal() });
  gate = await openGate(slack.apiUrl);
  const connected = { "sign-in-with-slack": () => slack.issueToken() };
  const { auth0 } = await startSampleTenant({
    users: [{ id: "auth0|speaker", name: "Sentinel", permissions: [], enrolled: "none", connected }],
  });
  closers.push(slack.close, auth0.close, async () => {
    gate.server.closeAllConnections();
    gate.server.close();
  });
  const env = {
    AUTH0_DOMAIN: auth0.domain,
    AUTH0_WORKER_CLIENT_ID: "worker",
    AUTH0_PRIVATE_KEY: PRIVATE_KEY,
    SLACK_AUTH0_USER: "auth0|speaker",
    SLACK_API_URL: gate.apiUrl,
  };
  stage = await openStage({ policy: policyOf({ slack: { channel: "C0INCIDENTS" } }), env });
  bad = await stage.commit("Break the shop");
});
afterEach(async () => {
  await stage.close();
  for (const close of closers.splice(0)) await close();
});

function memory(): Memory | null {
  const [check] = stage.github.state.checkRuns(stage.repo, bad).filter((run) => run.name === "Sentinel");
  return decodeMemory((check?.output as { text?: string } | undefined)?.text ?? null);
}

const inChannel = () => slack.messages.filter(({ threadTs }) => threadTs === null);

describe("the one Slack message of an incident", () => {
  test("is not posted again where the App died before it could remember it", async () => {
    const died = Promise.withResolvers<void>();
    gate.onPosted = async () => {
      gate.onPosted = null;
      await stage.app.stop("SIGKILL");
      died.resolve();
    };
    stage.deploy(bad, "failure");
    await died.promise;
    expect(inChannel()).toHaveLength(1);
    expect(memory()?.slack).toBeNull();

    await stage.restart();
    await atRest(stage, 600);
    expect(inChannel()).toHaveLength(1);
    expect(memory()?.slack?.ts).toBe(inChannel()[0]?.ts);
  });

  test("says what is so now, though it was posted before the App died", async () => {
    const died = Promise.withResolvers<void>();
    gate.onPosted = async () => {
      gate.onPosted = null;
      await stage.app.stop("SIGKILL");
      died.resolve();
    };
    stage.deploy(bad, "failure");
    await died.promise;
    const better = await stage.commit("Repair the shop");
    stage.deploy(better, "success");
    await stage.restart();
    await atRest(stage, 600);
    expect(stage.github.state.issues(stage.repo)[0]?.state).toBe("closed");
    expect(inChannel()).toHaveLength(1);
    expect(inChannel()[0]?.text).toContain("Closed.");
  });

  test("is posted once where two replicas catch up at the same moment", async () => {
    slack.faults.refuse = true;
    stage.deploy(bad, "failure");
    await atRest(stage, 600);
    await stage.app.stop();
    expect(slack.messages).toEqual([]);
    slack.faults.refuse = false;
    // Each has sent its own before either is answered.
    let waiting = 0;
    const both = Promise.withResolvers<void>();
    gate.onPosted = async () => {
      waiting += 1;
      if (waiting === 2) both.resolve();
      await both.promise;
    };
    const replicas = await Promise.all([0, 1].map(() => startAppProcess({ ...stage.env, PORT: "0" })));
    await until(() => memory()?.slack != null, "the message is remembered", 20_000);
    gate.onPosted = null;
    await atRest(stage, 600);
    expect(waiting).toBeGreaterThanOrEqual(2);
    expect(inChannel()).toHaveLength(1);
    expect(memory()?.slack?.ts).toBe(inChannel()[0]?.ts);
    await Promise.all(replicas.map((replica) => replica.stop()));
  });
});
