import { beforeAll, describe, expect, test } from "vitest";
import { judgeToken, makeGrant } from "../../src/approval/grant.ts";
import { Secret } from "../../src/kernel/secret.ts";
import { commitMessage } from "../../src/rollback/commit-message.ts";
import { LostAnswer, type RevertPorts, type RollbackWriter, revert } from "../../src/rollback/perform.ts";
import { type Plan, planDigest } from "../../src/rollback/plan.ts";
import { type Credential, redeem } from "../../src/vault/credential.ts";
import { mutate } from "../action/gate-world.ts";
import { LEAD, PLAN } from "../approval/plan.ts";

const COMMIT = "c".repeat(40);
let credential: Credential;
beforeAll(async () => {
  credential = await credentialFor(PLAN);
});

async function credentialFor(plan: Plan): Promise<Credential> {
  const now = Date.now();
  const claims = { sub: LEAD.auth0, azp: "asks", scope: "rollback:sev2", iat: now / 1000 };
  const judged = judgeToken({ kind: "claims", claims }, new Secret("t"), {
    person: LEAD,
    digest: planDigest(plan),
    severity: "sev2",
    authorizationDetails: null,
    clientId: "asks",
    sentAt: now,
    now,
  });
  const grant = judged.kind === "approval" ? makeGrant(planDigest(plan), [judged.approval], 1) : null;
  const vault = { exchange: async () => ({ kind: "ok", value: { token: new Secret("g") } }) as const };
  const redeemed = grant && (await redeem(vault, grant, planDigest(plan), now));
  if (redeemed?.kind !== "credential") throw new Error("no credential");
  return redeemed.credential;
}

/** GitHub where everything is as planned, but for what a test changes. */
function github(change: Partial<RollbackWriter> = {}) {
  const writes: string[] = [];
  let head = PLAN.expectedHead;
  const writer: RollbackWriter = {
    whoAmI: async () => LEAD.id,
    bypass: async () => "always",
    head: async () => head,
    createCommit: async () => {
      writes.push("commit");
      return COMMIT;
    },
    moveBranch: async (_, to) => {
      writes.push("move");
      head = to;
    },
    mergeAsPullRequest: async () => {
      writes.push("merge");
      head = "e".repeat(40);
      return { isTaken: true, said: "" };
    },
    readCommit: async () => ({ tree: PLAN.resultingTree, parents: [PLAN.expectedHead] }),
    ...change,
  };
  const run = (ports: Partial<RevertPorts> = {}, plan = PLAN) =>
    revert(plan, credential, {
      writer,
      rulesetId: 5,
      recompute: async () => plan,
      objection: async () => null,
      record: null,
      now: Date.now,
      pause: async () => true,
      ...ports,
    });
  return {
    run,
    writes,
    moveTo: (sha: string) => {
      head = sha;
    },
  };
}

test("an approved plan is written once and read back", async () => {
  const { run, writes } = github();
  expect(await run()).toMatchObject({ kind: "rolled-back", sha: COMMIT });
  expect(writes).toEqual(["commit", "move"]);
});

const REFUSED: readonly (readonly [string, Partial<RollbackWriter>, string])[] = [
  ["the token is somebody else's", { whoAmI: async () => 99 }, "credential-not-theirs"],
  ["the hold lets them through only by pull request", { bypass: async () => "pull_requests_only" }, "bypass-missing"],
  ["the hold does not let them through", { bypass: async () => "never" }, "bypass-missing"],
  ["the head moved", { head: async () => "9".repeat(40) }, "head-moved"],
  ["the branch is gone", { head: async () => null }, "head-moved"],
];

describe("nothing is written", () => {
  test.each(REFUSED)("when %s", async (_, change, reason) => {
    const { run, writes } = github(change);
    expect(await run()).toMatchObject({ kind: "refused", reason });
    expect(writes).toEqual([]);
  });

  test("when the yes is too old by now", async () => {
    const { run, writes } = github();
    expect(await run({ now: () => Date.now() + 301_000 })).toMatchObject({ reason: "approval-expired" });
    expect(writes).toEqual([]);
  });

  test("when somebody objected elsewhere meanwhile, and that is asked last of all", async () => {
    const asked: string[] = [];
    const asking =
      <T>(what: string, answer: T) =>
      async (): Promise<T> => {
        asked.push(what);
        return answer;
      };
    const { run, writes } = github({ bypass: asking("bypass", "always") });
    const recompute = asking("recompute", PLAN);
    const objection = asking("objection", { reason: "denied-meanwhile" as const, detail: "by x" });
    expect(await run({ recompute, objection })).toMatchObject({ kind: "refused", reason: "denied-meanwhile" });
    expect(asked).toEqual(["bypass", "recompute", "objection"]);
    expect(writes).toEqual([]);
  });

  test("when nobody can say whether somebody objected", async () => {
    const { run, writes } = github();
    await expect(run({ objection: async () => Promise.reject(new Error("away")) })).rejects.toThrow("away");
    expect(writes).toEqual([]);
  });

  test("when no plan can be made any more", async () => {
    const { run, writes } = github();
    expect(await run({ recompute: async () => null })).toMatchObject({ reason: "plan-changed" });
    expect(writes).toEqual([]);
  });

  test.each(Object.keys(PLAN) as (keyof Plan)[])("when the plan computed again differs in %s", async (field) => {
    const { run, writes } = github();
    expect(await run({ recompute: async () => mutate(PLAN, field) })).toMatchObject({ reason: "plan-changed" });
    expect(writes).toEqual([]);
  });

  test.each(Object.keys(PLAN) as (keyof Plan)[])(
    "when the plan to run differs from the approved one in %s",
    async (field) => {
      const { run, writes } = github();
      expect(await run({ recompute: async () => PLAN }, mutate(PLAN, field))).toMatchObject({ reason: "plan-changed" });
      expect(writes).toEqual([]);
    },
  );
});

describe("a write is judged by what stands on the branch", () => {
  test("also when its answer was lost", async () => {
    const world = github({
      moveBranch: async (_, to) => {
        world.moveTo(to);
        throw new Error("socket hang up");
      },
    });
    expect(await world.run()).toMatchObject({ kind: "rolled-back" });
  });

  test("a refusal leaves the branch and says GitHub's words", async () => {
    const { run } = github({ moveBranch: async () => Promise.reject(new Error("Cannot update this protected ref.")) });
    expect(await run()).toMatchObject({ reason: "write-refused", detail: "Cannot update this protected ref." });
  });

  test("also when the first looks fail, or still show what stood there before", async () => {
    const looks: (() => string)[] = [];
    const world = github({
      head: async () => looks.shift()?.() ?? COMMIT,
      moveBranch: async () => {},
    });
    const away = (): string => {
      throw new Error("away");
    };
    for (const first of [away, () => PLAN.expectedHead]) {
      looks.splice(0, 0, () => PLAN.expectedHead, first);
      expect(await world.run()).toMatchObject({ kind: "rolled-back", sha: COMMIT });
    }
  });

  test.each([
    ["GitHub took it", async () => {}],
    ["its answer was lost", async () => Promise.reject(new LostAnswer("socket hang up"))],
  ] as const)("nobody knows what became of it, when %s but it cannot be seen there", async (_, moveBranch) => {
    const { run } = github({ moveBranch });
    expect(await run()).toMatchObject({ kind: "unknown", commit: COMMIT });
    for (const after of [async () => null, async () => Promise.reject(new Error("away"))]) {
      let looks = 0;
      const head = () => (++looks === 1 ? Promise.resolve(PLAN.expectedHead) : after());
      expect(await github({ moveBranch, head }).run()).toMatchObject({ kind: "unknown", commit: COMMIT });
    }
  });

  test("it is looked for no longer than there is time", async () => {
    let looks = 0;
    const head = async () => {
      looks++;
      return PLAN.expectedHead;
    };
    const { run } = github({ head, moveBranch: async () => {} });
    expect(await run({ pause: async () => false })).toMatchObject({ kind: "unknown" });
    expect(looks).toBe(2);
  });

  test("a refusal is one, though the branch cannot be read afterwards", async () => {
    let looks = 0;
    const head = async () => {
      if (++looks > 1) throw new Error("away");
      return PLAN.expectedHead;
    };
    const { run } = github({ head, moveBranch: async () => Promise.reject(new Error("No.")) });
    expect(await run()).toMatchObject({ reason: "write-refused", detail: "No." });
  });

  test("another tree is called out", async () => {
    const { run } = github({ readCommit: async () => ({ tree: "0".repeat(40), parents: [PLAN.expectedHead] }) });
    expect(await run()).toMatchObject({ reason: "read-back-differs" });
  });

  test("somebody else's commit of the same tree is not ours", async () => {
    const readCommit = async () => ({ tree: PLAN.resultingTree, parents: ["9".repeat(40)] });
    expect(await github({ readCommit }).run()).toMatchObject({ reason: "read-back-differs" });
    const world = github({
      readCommit,
      moveBranch: async () => {
        world.moveTo("e".repeat(40));
        throw new Error("Update is not a fast forward");
      },
    });
    expect(await world.run()).toMatchObject({ reason: "head-moved" });
  });

  test("a branch that takes pull requests alone gets one", async () => {
    const { run, writes } = github({
      moveBranch: async () => Promise.reject(new Error("Changes must be made through a pull request.")),
    });
    expect(await run()).toMatchObject({ kind: "rolled-back", sha: "e".repeat(40) });
    expect(writes).toEqual(["commit", "merge"]);
  });
});

describe("a branch that takes pull requests alone", () => {
  const DEMANDED = "Changes must be made through a pull request.";
  const moved = { readCommit: async () => ({ tree: PLAN.resultingTree, parents: ["9".repeat(40)] }) };
  const merging = (isTaken: boolean | null, change: Partial<RollbackWriter> = {}) => {
    const world = github({
      moveBranch: async () => Promise.reject(new Error(DEMANDED)),
      mergeAsPullRequest: async () => {
        world.moveTo("e".repeat(40));
        return { isTaken, said: "words" };
      },
      ...change,
    });
    return world.run();
  };

  test("is left alone when it moved, or somebody objected, before the pull request", async () => {
    const world = github({
      moveBranch: async () => {
        world.moveTo("9".repeat(40));
        throw new Error(DEMANDED);
      },
    });
    expect(await world.run()).toMatchObject({ reason: "head-moved" });
    expect(world.writes).toEqual(["commit"]);
    const { run, writes } = github({ moveBranch: async () => Promise.reject(new Error(DEMANDED)) });
    let looks = 0;
    const objection = async () => (++looks > 1 ? ({ reason: "denied-meanwhile", detail: "" } as const) : null);
    expect(await run({ objection })).toMatchObject({ reason: "denied-meanwhile" });
    expect(writes).toEqual(["commit"]);
  });

  test("calls a person when the merge landed on something that nobody approved, or may have", async () => {
    expect(await merging(true, moved)).toMatchObject({ reason: "read-back-differs" });
    expect(await merging(null, moved)).toMatchObject({ reason: "read-back-differs" });
    expect(await merging(false, moved)).toMatchObject({ reason: "head-moved" });
  });

  test("is rolled back also when the answer to the merge was lost", async () => {
    expect(await merging(null)).toMatchObject({ kind: "rolled-back" });
  });

  test("is asked through a branch that no lost attempt can have left there", async () => {
    const names: string[] = [];
    for (const digit of ["1", "2"]) {
      await merging(true, {
        createCommit: async () => digit.repeat(40),
        mergeAsPullRequest: async ({ temporary }) => {
          names.push(temporary);
          return { isTaken: false, said: "" };
        },
      });
    }
    expect(new Set(names).size).toBe(2);
  });
});

test("the commit says who approved which plan, and nothing that anybody else wrote", () => {
  expect(commitMessage(PLAN, [LEAD], "f".repeat(64))).toMatchInlineSnapshot(`
    "Restore main to bbbbbbbbbbbb

    This undoes 2 commits, newest first:
    - aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
    - cccccccccccccccccccccccccccccccccccccccc

    The tree is that of bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb.
    Approved as plan FVJH-OCTN.

    Sentinel-Incident: #3
    Sentinel-Plan: 2d52770a6dd52bb2a45daaafc9859ab29005c4b873d94b64e0507676bada8766
    Sentinel-Approved-By: lead (7)
    Sentinel-Record: ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff
    "
  `);
});
