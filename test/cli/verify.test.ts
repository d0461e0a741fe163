import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openScratch } from "../../src/adapters/git.ts";
import { encodeBlock } from "../../src/audit/block.ts";
import { bundleCommand } from "../../src/cli/bundle.ts";
import { exportCommand } from "../../src/cli/export.ts";
import { verifyCommand } from "../../src/cli/verify.ts";
import { encodeMemory } from "../../src/incident/memory.ts";
import { PLAN, recordedIncident } from "../audit/record-fixture.ts";
import { closed } from "../notice/incident-fixture.ts";

/** A folder as the drill keeps one, with a real repository in it. */
let dir: string;
let commit: string;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "sentinel-verify-"));
  const made = await repository(join(dir, "github.git"));
  commit = made.commit;
  const incident = recordedIncident(42, 1, made);
  writeFileSync(
    join(dir, "issue.md"),
    `# Page\n\n${encodeBlock(incident.app)}\n\n---\n\n${encodeBlock(incident.respond)}\n`,
  );
  const memory = { ...closed.memory, record: [...incident.app] };
  writeFileSync(
    join(dir, "check-run.json"),
    JSON.stringify({ name: "Sentinel", output: { text: encodeMemory(memory) } }),
  );
});

afterAll(() => rmSync(dir, { recursive: true, force: true }));

describe("sentinel verify", () => {
  it("finds a kept drill intact, and anchored by check run and commit", async () => {
    const { code, said } = await run(verifyCommand, [dir]);
    expect(said).toMatch(
      /^app: 5 entries, anchored, head [0-9a-f]{64}\nrespond:9001\/1: 6 entries, anchored, head [0-9a-f]{64}\nintact, anchored\n$/,
    );
    expect(code).toBe(0);
  });

  it("says that a page alone is unanchored", async () => {
    const { code, said } = await run(verifyCommand, [join(dir, "issue.md")]);
    expect(said).toContain("intact, unanchored: a record written anew from its start would look the same.");
    expect(code).toBe(0);
  });

  it("ends with 1 and names the commit when the trailers say otherwise", async () => {
    const other = await repository(join(dir, "other.git"), "mallory (66)");
    const incident = recordedIncident(42, 1, other);
    const file = join(dir, "other.md");
    writeFileSync(file, encodeBlock(incident.respond));
    const { code, said } = await run(verifyCommand, [file, "--git", join(dir, "other.git")]);
    expect(said).toContain(
      `${other.commit}: The rollback commit's trailers do not agree with the record. Sentinel-Approved-By should say lead (501). (wrong-trailer)`,
    );
    expect(code).toBe(1);
  });

  it("takes a folder that is no clone for a wrong flag, and not for a changed record", async () => {
    for (const folder of [tmpdir(), join(dir, "nowhere"), join(dir, "issue.md")]) {
      const { code, said } = await run(verifyCommand, [join(dir, "issue.md"), "--git", folder]);
      expect([code, said]).toEqual([2, expect.stringMatching(/^--git wants a clone/)]);
    }
  });

  it("ends with 1 when an anchor from elsewhere is not in the record", async () => {
    const { code, said } = await run(verifyCommand, [dir, "--anchor", "0".repeat(64), "--json"]);
    expect(JSON.parse(said)).toMatchObject({
      verdict: "broken",
      findings: [{ code: "anchor-missing", where: "--anchor" }],
    });
    expect(code).toBe(1);
  });

  it.each([[[]], [["a", "b"]], [["x.md", "--anchor", "short"]], [["x.md", "--what"]]])(
    "ends with 2 for %j",
    async (args) => {
      expect((await run(verifyCommand, args)).code).toBe(2);
    },
  );
});

describe("sentinel bundle", () => {
  it("holds all that is needed to verify later, with the anchors that were known", async () => {
    const file = join(dir, "bundle.json");
    expect((await run(bundleCommand, [dir, "--out", file])).code).toBe(0);
    const { code, said } = await run(verifyCommand, [file]);
    expect(said).toContain("intact, anchored");
    expect(code).toBe(0);
  });

  it("names the flag where its file cannot be written", async () => {
    const out = join(dir, "nowhere", "x.json");
    const day = closed.memory.openedAt.slice(0, 10);
    for (const written of [
      run(bundleCommand, [dir, "--out", out]),
      run(exportCommand, ["--from", day, "--to", day, dir, "--out", out]),
    ])
      await expect(written).rejects.toThrow(`--out: ${out} cannot be written`);
  });

  it("is refused where there is no record", async () => {
    writeFileSync(join(dir, "empty.md"), "nothing\n");
    expect(await run(bundleCommand, [join(dir, "empty.md")])).toMatchObject({ code: 1 });
  });
});

describe("sentinel export", () => {
  it("writes a period's incidents with who approved, what ran and whether it verifies", async () => {
    const { code, said } = await run(exportCommand, ["--from", "2026-11-01", "--to", "2026-11-30", dir]);
    const { incidents } = JSON.parse(said);
    expect(incidents).toHaveLength(1);
    expect(incidents[0]).toMatchObject({
      incident: 42,
      approval: { approver: { id: 501, login: "lead" }, at: "2026-11-23T03:12:40Z", planDigest: PLAN },
      execution: { commit },
      refusals: [{ reason: "step-up-required" }],
      verification: { verdict: "intact", anchoring: "anchored", findings: [] },
    });
    expect(code).toBe(0);
  });

  it("leaves out what lies outside the period", async () => {
    const { said } = await run(exportCommand, ["--from", "2026-12-01", "--to", "2026-12-31", dir]);
    expect(JSON.parse(said).incidents).toEqual([]);
  });

  it("ends with 2 without a period", async () => {
    expect((await run(exportCommand, [dir])).code).toBe(2);
  });
});

type CommandOf = (args: readonly string[], out: NodeJS.WritableStream) => Promise<number>;

async function run(command: CommandOf, args: readonly string[]): Promise<{ code: number; said: string }> {
  let said = "";
  const out = new Writable({
    write: (chunk, _encoding, done) => {
      said += String(chunk);
      done();
    },
  });
  return { code: await command(args, out), said };
}

/** A bare repository with a bad commit and the rollback on top of it, with our trailers. */
async function repository(at: string, approver = "lead (501)") {
  mkdirSync(at);
  const git = await openScratch(at, "file:///nowhere", null);
  const who = {
    GIT_AUTHOR_NAME: "x",
    GIT_AUTHOR_EMAIL: "x@example.com",
    GIT_COMMITTER_NAME: "x",
    GIT_COMMITTER_EMAIL: "x@example.com",
  };
  const make = async (args: readonly string[], input: string) => (await git.run(args, { input, env: who })).trim();
  const tree = await make(["mktree"], "");
  const parent = await make(["commit-tree", tree, "-F", "-"], "Bad\n");
  const trailers = `Sentinel-Incident: #42\nSentinel-Plan: ${PLAN}\nSentinel-Approved-By: ${approver}\n`;
  const commit = await make(["commit-tree", tree, "-p", parent, "-F", "-"], `Restore main\n\nWords.\n\n${trailers}`);
  return { commit, tree, parent };
}
