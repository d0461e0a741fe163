import { describe, expect, it } from "vitest";
import { encodeBlock, readBlocks } from "../../src/audit/block.ts";
import { verify } from "../../src/audit/verify.ts";
import { type Commit, verifyCommits } from "../../src/audit/verify-commit.ts";
import { chained, headOf, type RecordEntry } from "../../src/incident/record.ts";
import { canonicalJson } from "../../src/kernel/digest.ts";
import { type Incident, PARENT, PLAN, recordedIncident, TREE } from "./record-fixture.ts";

const intact = recordedIncident(42);
const head = (entries: readonly RecordEntry[]) => ({ head: headOf(entries)?.head ?? "", from: "check run" });

describe("an intact record", () => {
  it("is intact, and unanchored when nothing outside it is known", () => {
    expect(verify({ text: page(intact) })).toMatchObject({ verdict: "intact", anchoring: "unanchored", findings: [] });
  });

  it("is anchored by the head of the App's chain, which names the job's", () => {
    const { anchoring, chains } = verify({ text: page(intact), anchors: [head(intact.app)] });
    expect(anchoring).toBe("anchored");
    expect(chains.map(({ chain, entries, anchoredTo }) => [chain, entries, anchoredTo])).toEqual([
      ["app", 5, 5],
      ["respond:9001/1", 6, 6],
    ]);
  });

  it("is only partly anchored by a head that was taken earlier", () => {
    const { verdict, anchoring, chains } = verify({
      text: page(intact),
      anchors: [{ head: intact.respond[2]?.hash ?? "", from: "phone" }],
    });
    expect([verdict, anchoring]).toEqual(["intact", "partly"]);
    expect(chains[1]?.anchoredTo).toBe(3);
  });

  it("survives the line ends of a browser and text around it", () => {
    expect(verify({ text: `Words\n\n${page(intact)}`.replaceAll("\n", "\r\n") }).verdict).toBe("intact");
  });

  it("reads back as it was written", () => {
    const { blocks, unreadable } = readBlocks(page(intact));
    expect(unreadable).toBe(0);
    expect(blocks.map(({ lines }) => lines.map((line) => JSON.parse(line)))).toEqual([intact.app, intact.respond]);
  });
});

describe("a record that was tampered with", () => {
  const lines = page(intact).split("\n");
  const third = lines.findIndex((line) => line.includes('"seq":3'));

  it.each([
    [
      "an entry's actor changed",
      edit((text) => text.replace('"actor":"lead"', '"actor":"anna"')),
      "wrong-hash",
      "respond:9001/1 #4",
    ],
    ["a space added", edit((text) => text.replace('"seq":3', '"seq": 3')), "not-canonical", "app #3"],
    ["a line removed", lines.toSpliced(third, 1).join("\n"), "wrong-summary", "app"],
    ["a line repeated", lines.toSpliced(third, 0, lines[third] ?? "").join("\n"), "wrong-link", "app #4"],
    ["two lines swapped", swapped(lines, third), "wrong-link", "app #3"],
    ["the title changed", edit((text) => text.replace("5 entries", "4 entries")), "wrong-summary", "app"],
    [
      "the fence broken",
      edit((text) => text.replace("```jsonl sentinel-record", "```json")),
      "unreadable-block",
      "text",
    ],
    ["a line that is no entry", edit((text) => text.replace('"v":1', '"v":2')), "not-an-entry", "app #1"],
    ["a chain shown twice", `${page(intact)}\n${encodeBlock(intact.app)}`, "chain-twice", "app"],
    ["no record at all", "nothing here", "no-record", "text"],
  ])("shows %s and where", (_, text, code, where) => {
    const { verdict, findings } = verify({ text });
    expect(verdict).toBe("broken");
    expect(findings.map((found) => `${found.code} at ${found.where}`)).toContain(`${code} at ${where}`);
  });

  it("shows a chain cut off at its end by the anchor that it no longer has", () => {
    const cut = { ...intact, app: intact.app.slice(0, 3) };
    expect(verify({ text: page(cut) })).toMatchObject({ verdict: "intact", anchoring: "unanchored" });
    expect(codes(page(cut), [head(intact.app)])).toContain("anchor-missing");
  });

  it("shows a chain written anew from its start by the anchor, and by the chain that named it", () => {
    const respond = rehashed(intact.respond);
    expect(verify({ text: encodeBlock(respond) })).toMatchObject({ verdict: "intact", anchoring: "unanchored" });
    expect(codes(encodeBlock(respond), [head(intact.respond)])).toEqual(["anchor-missing"]);
    expect(codes(page({ app: intact.app, respond }), [])).toEqual(["cross-mismatch"]);
  });

  it("shows an entry that was moved from another incident", () => {
    const other = recordedIncident(43);
    expect(codes(encodeBlock([...intact.app.slice(0, 2), ...other.app.slice(2)]), [])).toContain("wrong-place");
    expect(codes(page(other), [], { repo: 77, incident: 42 })).toContain("wrong-place");
  });

  it("shows a rollback that nobody approved", () => {
    const origin = { repo: 77, incident: 42, chain: "respond:9001/1" };
    const forged = chained(intact.respond.slice(0, 3), origin, {
      at: "2026-11-23T03:13:00Z",
      actor: "respond",
      kind: "rolled-back",
      reason: "rolled-back",
      digests: { plan: PLAN },
    });
    expect(codes(encodeBlock(forged), [])).toEqual(["effect-unapproved"]);
  });

  it("shows a plan that is not the recorded one", () => {
    const { findings } = verify({ text: page(intact), plans: [{ v: 1, branch: "main" }] });
    expect(new Set(findings.map(({ code }) => code))).toEqual(new Set(["unknown-plan"]));
  });
});

describe("the rollback commit", () => {
  const commit: Commit = {
    tree: TREE,
    parents: [PARENT],
    message: `Restore main\n\nwords\n\nSentinel-Incident: #42\nSentinel-Plan: ${PLAN}\nSentinel-Approved-By: lead (501)\nSentinel-Record: ${intact.respond[4]?.hash}\n`,
  };
  const verified = (found: Commit | null) => verifyCommits([...intact.app, ...intact.respond], async () => found);

  it("agrees with the record and anchors it", async () => {
    const { findings, anchors } = await verified(commit);
    expect(findings).toEqual([]);
    expect(verify({ text: page(intact), anchors }).chains[1]?.anchoredTo).toBe(5);
  });

  it.each([
    ["is gone", null, "wrong-commit"],
    ["has another tree", { ...commit, tree: PARENT }, "wrong-commit"],
    ["has another parent", { ...commit, parents: [TREE] }, "wrong-commit"],
    ["names another plan", { ...commit, message: commit.message.replace(PLAN, "0".repeat(64)) }, "wrong-trailer"],
    [
      "names another approver",
      { ...commit, message: commit.message.replace("lead (501)", "mallory (66)") },
      "wrong-trailer",
    ],
  ])("that %s is found", async (_, found, code) => {
    const { findings } = await verified(found);
    expect(findings.map((one) => one.code)).toContain(code);
  });
});

function page({ app, respond }: Incident): string {
  return `${encodeBlock(app)}\n\nA comment\n\n${encodeBlock(respond)}\n`;
}

function codes(text: string, anchors: readonly { head: string; from: string }[], incident = {}): readonly string[] {
  return verify({ text, anchors, incident }).findings.map(({ code }) => code);
}

function edit(change: (text: string) => string): string {
  return change(page(intact));
}

function swapped(lines: readonly string[], at: number): string {
  return lines.toSpliced(at, 2, lines[at + 1] ?? "", lines[at] ?? "").join("\n");
}

/** As somebody would who can run our code: one answer changed, every hash after it made right again. */
function rehashed(entries: readonly RecordEntry[]): readonly RecordEntry[] {
  return entries.reduce<readonly RecordEntry[]>((known, entry) => {
    const { v: _v, seq: _seq, prev: _prev, hash: _hash, repo, incident, chain, ...fact } = entry;
    const changed = fact.kind === "asked" ? { ...fact, at: "2026-11-23T03:12:12Z" } : fact;
    return chained(known, { repo, incident, chain }, JSON.parse(canonicalJson(changed)));
  }, []);
}
