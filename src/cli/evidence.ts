import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { Bundle, evidenceOf, headsIn } from "../audit/bundle.ts";
import type { Anchor, Evidence } from "../audit/verify.ts";
import { decodeMemory, type Memory } from "../incident/memory.ts";
import { headOf } from "../incident/record.ts";

/** What a person points `verify` at, read from this machine alone. */
export type LocalEvidence = { readonly evidence: Evidence; readonly gitDir: string | null };

/** A bundle, a page saved as Markdown, or a folder as `npm run drill -- --keep` leaves one. Throws for anything else. */
export function readLocal(path: string): LocalEvidence {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined)
    throw new Error(
      `${path}: there is no such file or folder, and owner/repo#number is how an incident on GitHub is named.`,
    );
  if (found.isDirectory()) return readFolder(path);
  const text = readFileSync(path, "utf8");
  if (!path.endsWith(".json")) return { evidence: { text }, gitDir: null };
  return { evidence: evidenceOf(readBundle(path, text)), gitDir: null };
}

function readBundle(path: string, text: string): Bundle {
  try {
    return Bundle.parse(JSON.parse(text));
  } catch {
    throw new Error(`${path} is no bundle: \`sentinel bundle\` writes one.`);
  }
}

function readFolder(dir: string): LocalEvidence {
  const read = (name: string): string => (existsSync(join(dir, name)) ? readFileSync(join(dir, name), "utf8") : "");
  const gitDir = join(dir, "github.git");
  return {
    evidence: {
      text: read("issue.md"),
      anchors: [...checkRunAnchors(read("check-run.json")), ...headsIn(read("slack.json"), "slack.json")],
    },
    gitDir: existsSync(gitDir) ? gitDir : null,
  };
}

/** What the App remembers in its check run, which nobody else can change: its own chain, in full. */
function checkRunAnchors(json: string): readonly Anchor[] {
  const memory = checkRunMemory(json);
  const head = memory?.record ? headOf(memory.record) : null;
  return head === null ? [] : [{ head: head.head, from: "check run" }];
}

/** The memory in a check run as GitHub's API shows it; null when there is none. */
export function checkRunMemory(json: string): Memory | null {
  if (json === "") return null;
  return decodeMemory(CheckRun.parse(JSON.parse(json))?.output.text ?? null);
}

const CheckRun = z.looseObject({ output: z.looseObject({ text: z.string().nullish() }) }).nullable();
