import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startGitHub } from "../../drill/github/github.ts";
import type { GitHub, RepoRef } from "../../drill/github/types.ts";
import { createJournal } from "../../drill/journal.ts";
import { encodeBlock } from "../../src/audit/block.ts";
import { verifyCommand } from "../../src/cli/verify.ts";
import { recordedIncident } from "../audit/record-fixture.ts";

/** An incident with two records, read by a person who has nothing but a token. */
let github: GitHub;
let repo: RepoRef;
const dir = mkdtempSync(join(tmpdir(), "sentinel-verify-github-"));
const journal = createJournal();
const before = { token: process.env.GITHUB_TOKEN, url: process.env.GITHUB_API_URL };

beforeAll(async () => {
  github = await startGitHub({ journal, dir });
  github.addUser({ login: "auditor" });
  const app = github.addApp({
    slug: "reader",
    name: "Reader",
    permissions: { issues: "write", checks: "read", metadata: "read" },
    events: [],
  });
  repo = await github.addRepository({ owner: "auditor", name: "shop", defaultBranch: "main" });
  github.install(app.slug, "auditor", "all");
  process.env.GITHUB_TOKEN = github.userToken("auditor", app.slug);
  process.env.GITHUB_API_URL = github.apiUrl;
  const { app: page, respond } = recordedIncident(1);
  await post("issues", { title: "incident", body: `# Page\n\n${encodeBlock(page)}` });
  github.person.comment(repo, 1, "github-actions[bot]", encodeBlock(respond));
});

afterAll(async () => {
  await github.close();
  rmSync(dir, { recursive: true, force: true });
  process.env.GITHUB_TOKEN = before.token ?? "";
  process.env.GITHUB_API_URL = before.url ?? "";
});

describe("sentinel verify owner/repo#number", () => {
  it("reads page and comments from GitHub and recomputes them here", async () => {
    const { code, said } = await run(["auditor/shop#1"]);
    expect(said).toContain("app: 5 entries");
    expect(said).toContain("respond:9001/1: 6 entries");
    expect(code).toBe(0);
  });

  it("finds a record that belongs to another incident, though it is intact in itself", async () => {
    await post("issues", { title: "copy", body: encodeBlock(recordedIncident(1).app) });
    const { code, said } = await run(["auditor/shop#2"]);
    expect(said).toContain("(wrong-place)");
    expect(code).toBe(1);
  });

  it("changes nothing", () => {
    const writes = journal.entries.filter(({ method, path }) => method !== "GET" && !path.endsWith("/issues"));
    expect(writes).toEqual([]);
  });
});

async function post(path: string, body: object): Promise<void> {
  const answer = await fetch(`${github.apiUrl}/repos/auditor/shop/${path}`, {
    method: "POST",
    headers: {
      authorization: `token ${process.env.GITHUB_TOKEN}`,
      "content-type": "application/json",
      "user-agent": "test",
    },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
}

async function run(args: readonly string[]): Promise<{ readonly code: number; readonly said: string }> {
  let said = "";
  const out = new Writable({
    write: (chunk, _encoding, done) => {
      said += String(chunk);
      done();
    },
  });
  return { code: await verifyCommand(args, out), said };
}
