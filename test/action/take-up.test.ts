import { generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { ActionContext } from "../../src/action/context.ts";
import type { RespondInputs } from "../../src/action/inputs.ts";
import { approve } from "../../src/action/respond/approve.ts";
import { type ApproveParts, sealAll, takeUp } from "../../src/action/respond/asking.ts";
import { createDesk, type Desk } from "../../src/action/respond/desk.ts";
import type { JobGitHub } from "../../src/adapters/github-job.ts";
import type { Sent } from "../../src/approval/ask.ts";
import { unseal } from "../../src/approval/seal.ts";
import type { ApprovalServer, AskRequest } from "../../src/approval/server.ts";
import type { Partaker } from "../../src/approval/who.ts";
import type { Memory } from "../../src/incident/memory.ts";
import { Secret } from "../../src/kernel/secret.ts";
import { authorizationDetails } from "../../src/notice/phone.ts";
import { Policy } from "../../src/policy/schema.ts";
import { planDigest } from "../../src/rollback/plan.ts";
import { LEAD, PLAN } from "../approval/plan.ts";

const KEY = new Secret(
  generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
);
const SENT: Sent = {
  kind: "sent",
  person: LEAD,
  authReqId: new Secret("id-1"),
  sentAt: 1000,
  answeredAt: 1000,
  expiresAt: 301_000,
  intervalMs: 5000,
  authorizationDetails: authorizationDetails(PLAN),
};

function memory(change: Partial<Memory> = {}): Memory {
  const policy = Policy.parse({ version: 1, signals: [{ deployment: "production" }], people: [LEAD] });
  return { policy, denied: null, ...change } as Memory;
}

async function takenUp(known: {
  readonly memory?: Memory;
  readonly partakers?: readonly Partaker[];
  readonly plan?: typeof PLAN;
}) {
  const said: string[] = [];
  const parts = (block: string | null) =>
    ({
      context: { inputs: { auth0: { privateKey: KEY } }, output: { line: (text: string) => said.push(text) } },
      desk: { earlier: async () => block },
    }) as unknown as ApproveParts;
  const sealed = sealAll(parts(null), PLAN, [SENT]);
  const sents = await takeUp(parts(sealed), known.memory ?? memory(), known.plan ?? PLAN, known.partakers ?? []);
  return { sents, said };
}

describe("an earlier push of the same run", () => {
  test("is taken up with everything a wait needs", async () => {
    const { sents } = await takenUp({});
    expect(sents).toEqual([SENT]);
    expect(sents[0]?.authReqId.expose()).toBe("id-1");
  });

  test("is not, for another plan, and that is said aloud", async () => {
    const { sents, said } = await takenUp({ plan: { ...PLAN, resultingTree: "0".repeat(40) } });
    expect(sents).toEqual([]);
    expect(said.join()).toContain("another plan");
  });

  test("is not, when it went to somebody who had a part in what is undone", async () => {
    expect((await takenUp({ partakers: [{ id: LEAD.id, names: [], role: "merger" }] })).sents).toEqual([]);
  });

  test("is not, when it went to somebody whom the policy no longer names", async () => {
    const policy = Policy.parse({
      version: 1,
      signals: [{ deployment: "production" }],
      people: [{ ...LEAD, id: 99 }],
    });
    expect((await takenUp({ memory: memory({ policy }) })).sents).toEqual([]);
  });

  test("is not, after a no", async () => {
    expect((await takenUp({ memory: memory({ denied: { by: "lead", at: "x" } }) })).sents).toEqual([]);
  });
});

describe("of two people to ask", () => {
  const second = { ...LEAD, github: "second", id: 8, auth0: "auth0|second" };
  const policy = Policy.parse({
    version: 1,
    signals: [{ deployment: "production" }],
    people: [LEAD, second],
    approval: { approvers: { sev2: 2 } },
  });
  const value = { authReqId: new Secret("id-1"), expiresInS: 300, intervalS: 5 };
  const openedBy = (sealed: string | null) =>
    unseal(sealed ?? "", KEY, { repoId: PLAN.repoId, incident: PLAN.incident, digest: planDigest(PLAN) });

  function asking(
    answerOfSecond: () => Promise<Awaited<ReturnType<ApprovalServer["ask"]>>>,
    signal = new AbortController().signal,
  ) {
    const context = {
      inputs: { auth0: { privateKey: KEY, clientId: "asks" } },
      env: { repo: { owner: "acme", name: "shop", id: 5 } },
      output: { line: () => {}, warning: () => {} },
      clock: { now: () => 1000, sleep: async () => {} },
      signal,
    } as unknown as ActionContext<RespondInputs>;
    const ledger = { add: () => {}, entries: () => [], head: () => null };
    const desk = createDesk(context, { ownComments: async () => [] } as unknown as JobGitHub, ledger);
    const asked: string[] = [];
    const ask = async ({ user }: AskRequest) => {
      asked.push(user);
      return user === LEAD.auth0 ? ({ kind: "ok", value } as const) : answerOfSecond();
    };
    const parts = { context, server: { ask }, desk, ledger, asksElsewhere: [] } as unknown as ApproveParts;
    return { desk, asked, approved: approve(parts, memory({ policy, asks: [] }), PLAN, []) };
  }

  test("the first one's push is left for a re-run when the second cannot be asked", async () => {
    const refused = { status: 400, error: "unknown_user_id", description: null, retryAfterMs: null };
    const approved = await asking(async () => ({ kind: "error", ...refused })).approved;
    expect(approved).toMatchObject({
      ...{ kind: "not-granted", reason: "approver-unknown" },
      asks: [{ approverId: LEAD.id }],
    });
    const sealed = approved.kind === "not-granted" ? approved.sealed : null;
    expect(openedBy(sealed)).toMatchObject([{ authReqId: "id-1", approverId: LEAD.id }]);
  });

  test("nobody is, once the job is cancelled", async () => {
    const { asked, approved } = asking(() => new Promise(() => {}), AbortSignal.abort());
    expect(await approved).toMatchObject({ kind: "not-granted", reason: "cancelled", asks: [], sealed: null });
    expect(asked).toEqual([]);
  });

  test("the first one's push is known to a job that is cancelled while the second is being asked", async () => {
    const desk = await new Promise<Desk>((found) => {
      const asked = asking(() => {
        found(asked.desk);
        return new Promise(() => {});
      });
    });
    const { plan, asks, sealed } = desk.known();
    expect({ plan, asks }).toMatchObject({ plan: PLAN, asks: [{ approverId: LEAD.id, answer: "none" }] });
    expect(openedBy(sealed)).toMatchObject([{ authReqId: "id-1", approverId: LEAD.id }]);
  });
});
