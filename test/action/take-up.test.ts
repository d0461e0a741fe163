import { generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { type ApproveParts, sealAll, takeUp } from "../../src/action/respond/asking.ts";
import type { Sent } from "../../src/approval/ask.ts";
import type { Partaker } from "../../src/approval/who.ts";
import type { Memory } from "../../src/incident/memory.ts";
import { Secret } from "../../src/kernel/secret.ts";
import { authorizationDetails } from "../../src/notice/phone.ts";
import { Policy } from "../../src/policy/schema.ts";
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
