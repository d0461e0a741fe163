import { parseArgs } from "node:util";
import { readBlocks } from "../audit/block.ts";
import { Bundle } from "../audit/bundle.ts";
import type { Evidence } from "../audit/verify.ts";
import { verifyChain } from "../audit/verify-chain.ts";
import { findEvidence } from "./verify.ts";
import { writeOut } from "./write-out.ts";

const USAGE = `usage: sentinel bundle <owner/repo#number | issue URL | file.md | folder> [--out FILE]

Writes one JSON that holds everything needed to verify one incident's record later, without GitHub: \`sentinel verify FILE\`.`;

/** Gathers one incident's evidence into a file. Gives the exit code. */
export async function bundleCommand(args: readonly string[], out: NodeJS.WritableStream): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { out: { type: "string" }, help: { type: "boolean" } },
    allowPositionals: true,
  });
  const [target] = positionals;
  if (values.help || target === undefined || positionals.length > 1) {
    out.write(`${USAGE}\n`);
    return values.help ? 0 : 2;
  }
  const { evidence } = await findEvidence(target);
  const bundle = bundleOf(evidence, target);
  if (bundle === null) {
    out.write(`${target} holds no record.\n`);
    return 1;
  }
  writeOut(values.out ?? null, `${JSON.stringify(bundle, null, 2)}\n`, out);
  return 0;
}

/** Null when there is no entry to say which incident it is. */
function bundleOf({ text, anchors = [], plans = [] }: Evidence, name: string): Bundle | null {
  const [first] = readBlocks(text).blocks.flatMap((block) => verifyChain(block).entries);
  if (first === undefined) return null;
  return Bundle.parse({
    v: 1,
    kind: "sentinel-incident",
    repo: { id: first.repo, name: name.replace(/#\d+$/, "") },
    incident: first.incident,
    text,
    anchors,
    plans,
  });
}
