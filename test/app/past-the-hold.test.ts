import { rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { decodeMemory, type Memory } from "../../src/incident/memory.ts";
import { encodeReport } from "../../src/incident/report.ts";
import { APPROVER, atRest, holdsOf, OWNER, openStage, type Stage, until } from "./stage.ts";

let stage: Stage;
afterEach(() => stage.close());

const SUITES = "GET /repos/{owner}/{repo}/rulesets/rule-suites";
const asked = () => stage.calls.filter(({ path }) => path.includes("/rulesets/rule-suites?")).length;
const issue = () => stage.github.state.issues(stage.repo).find(({ number }) => number === 1);
const comments = () => issue()?.comments.filter(({ body }) => body.includes("past the hold")) ?? [];

function memoryOn(sha: string): Memory | null {
  const [check] = stage.github.state.checkRuns(stage.repo, sha).filter((run) => run.name === "Sentinel");
  return decodeMemory((check?.output as { text?: string } | undefined)?.text ?? null);
}

const said = (sha: string) =>
  memoryOn(sha)
    ?.timeline.map(({ text }) => text)
    .filter((text) => text.includes("past the hold")) ?? [];

/** A hand's own GitHub App, through which a person's token may write. */
async function openWithHands(options: Parameters<typeof openStage>[0] = {}): Promise<void> {
  stage = await openStage(options);
  stage.github.addApp({ slug: "hands", name: "Hands", permissions: { contents: "write" }, events: [] });
  stage.github.install("hands", OWNER, "all");
}

async function breakTheShop(): Promise<string> {
  const bad = await stage.commit("Break the shop");
  stage.deploy(bad, "failure");
  return bad;
}

async function rest(method: string, path: string, body: unknown): Promise<{ sha: string; tree: { sha: string } }> {
  const response = await fetch(`${stage.github.apiUrl}/repos/${stage.repo.owner}/${stage.repo.name}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${stage.github.userToken(APPROVER.login, "hands")}`,
      accept: "application/vnd.github+json",
      "content-type": "application/json",
    },
    ...(body === null ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`);
  return (await response.json()) as { sha: string; tree: { sha: string } };
}

/** One of those whom the hold lets through puts the last good tree on top, as the approved rollback does too. */
async function moveByHand(from: string, message = "Take it back"): Promise<string> {
  const good = await rest("GET", `/git/commits/${stage.good}`, null);
  const { sha } = await rest("POST", "/git/commits", { message, tree: good.tree.sha, parents: [from] });
  await rest("PATCH", "/git/refs/heads/main", { sha, force: false });
  return sha;
}

describe("whom the hold lets through", () => {
  test("is named once when they push without an approval, and nothing is fought", async () => {
    await openWithHands();
    const bad = await breakTheShop();
    await atRest(stage);
    expect(asked()).toBe(0);
    const moved = await moveByHand(bad);
    await atRest(stage);
    expect(said(bad)).toEqual([
      expect.stringMatching(`^lead moved main past the hold to ${moved.slice(0, 12)} at .*, without an approval`),
    ]);
    expect(memoryOn(bad)?.record?.at(-1)).toMatchObject({
      kind: "noted",
      reason: "bypass-not-approved",
      person: { id: APPROVER.id, login: APPROVER.login },
      refs: { commit: moved },
    });
    expect(comments().map(({ body }) => body)).toEqual([expect.stringContaining("@lead lead moved main")]);
    expect(issue()?.body).toContain("Past the hold");
    expect(await stage.github.state.head(stage.repo, "main")).toBe(moved);
    expect(holdsOf(stage)).toHaveLength(1);

    const before = asked();
    await stage.restart();
    await atRest(stage);
    expect(asked()).toBe(before);
    expect(comments()).toHaveLength(1);
    const again = await moveByHand(moved, "And once more");
    await atRest(stage);
    expect(said(bad)).toEqual([
      expect.stringContaining(moved.slice(0, 12)),
      expect.stringContaining(again.slice(0, 12)),
    ]);
    expect(comments()).toHaveLength(2);
  });

  test("ends the incident with a green deployment as anybody would, and it is said all the same", async () => {
    await openWithHands();
    const bad = await breakTheShop();
    await atRest(stage);
    // The deployment is what the App hears of; the push is lost on the way.
    stage.github.faults.webhooks.drop = 1;
    const moved = await moveByHand(bad);
    stage.deploy(moved, "success");
    await atRest(stage);
    expect(holdsOf(stage)).toEqual([]);
    expect(issue()?.state).toBe("closed");
    expect(memoryOn(bad)).toMatchObject({ state: "closed", released: { head: moved } });
    expect(said(bad)).toHaveLength(1);
    expect(comments()).toHaveLength(1);
  });

  test("is not known where GitHub does not show the rule suites, and nothing else depends on it", async () => {
    await openWithHands();
    const bad = await breakTheShop();
    await atRest(stage);
    Object.assign(stage.github.faults.of(SUITES), { failBefore: 100, failStatus: 403 });
    const moved = await moveByHand(bad);
    await atRest(stage);
    expect(said(bad)).toEqual([expect.stringContaining("is not known")]);
    expect(comments()).toEqual([]);
    stage.deploy(moved, "success");
    await atRest(stage);
    expect(holdsOf(stage)).toEqual([]);
    expect(issue()?.state).toBe("closed");
    Object.assign(stage.github.faults.of(SUITES), { failBefore: 0 });
  });

  test("is nobody's concern where the branch moved before it was held", async () => {
    await openWithHands();
    const bad = await breakTheShop();
    await atRest(stage);
    const other = await stage.commit("Went in at the last moment");
    await atRest(stage);
    expect(memoryOn(bad)?.passed).toEqual({ lookedAt: other, moves: [] });
    expect(said(bad)).toEqual([]);
  });
});

test("a push to a branch that is not held asks GitHub nothing", async () => {
  await openWithHands();
  await atRest(stage);
  const ours = () => stage.calls.filter(({ actor }) => actor.includes("sentinel")).length;
  const before = ours();
  await stage.commit("Change the shop");
  await atRest(stage);
  expect(ours()).toBe(before);
});

describe("an approved rollback", () => {
  const release = join(tmpdir(), `sentinel-past-the-hold-${process.pid}`);
  const responder = `until [ -f ${release} ]; do sleep 0.05; done; cat ${release}`;

  const report = (revertSha: string, tokenThumbprint: string | null) =>
    encodeReport("Rolled back.", {
      phase: "respond",
      incident: 1,
      attempt: 1,
      outcome: "rolled-back",
      reason: "rolled-back",
      said: "It ran.",
      plan: null,
      asks: [],
      approver: APPROVER.login,
      revertSha,
      tokenThumbprint,
    })
      .replaceAll("%", "%25")
      .replaceAll("\n", "%0A");

  async function rollBack(tokenThumbprint: string | null): Promise<{ bad: string; moved: string }> {
    await rm(release, { force: true });
    await openWithHands({ responder });
    const bad = await breakTheShop();
    await until(() => memoryOn(bad)?.run != null, "the responder runs");
    const moved = await moveByHand(bad, "Restore main");
    await until(() => asked() > 0, "the App has looked at who moved the branch");
    // Its push comes before its report, so nothing may be said of it yet.
    expect(said(bad)).toEqual([]);
    // All of it at once: the responder reads it as soon as it is there.
    await writeFile(`${release}.new`, `::notice title=sentinel-report::${report(moved, tokenThumbprint)}\n`);
    await rename(`${release}.new`, release);
    await atRest(stage, 600);
    return { bad, moved };
  }

  test("is not taken for a push without approval, though it is pushed before it is reported", async () => {
    const { bad, moved } = await rollBack("f".repeat(64));
    expect(memoryOn(bad)?.passed).toEqual({ lookedAt: moved, explained: expect.any(Number), moves: [] });
    expect(said(bad)).toEqual([]);
    expect(comments()).toEqual([]);
  });

  test("stays explained when the bad revision is deployed again and the incident reopened", async () => {
    const { bad, moved } = await rollBack("f".repeat(64));
    stage.deploy(moved, "success");
    await atRest(stage);
    expect(issue()?.state).toBe("closed");
    stage.deploy(bad, "success");
    await atRest(stage);
    expect(issue()?.state).toBe("open");
    await stage.commit("Work on");
    await stage.restart();
    await atRest(stage);
    expect(said(bad)).toEqual([]);
    expect(comments()).toEqual([]);
  });

  test("counts only where the vault gave the attempt a token", async () => {
    const { bad } = await rollBack(null);
    expect(said(bad)).toHaveLength(1);
    expect(comments()).toHaveLength(1);
  });
});
