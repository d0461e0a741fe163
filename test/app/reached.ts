import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

/** Which places in the App's own source that send something never ran, by what V8 saw of the processes (NODE_V8_COVERAGE). */
const ROOT = join(import.meta.dirname, "../..");
const OURS = /\/src\/(?:app|adapters)\/[\w/-]+\.ts$/;
/** How the App sends: one write to GitHub, a call of a vendor's client, or a request of its own. Reads do not count. */
const SENDS = /\bpowers\.write\(|\bwire\.send\((?!"GET")|\bslack\.chat\.\w+\(|\bawait fetch\(|\basApp\("POST"/g;

type Range = { readonly startOffset: number; readonly endOffset: number; readonly count: number };
type Script = { readonly url: string; readonly functions: readonly { readonly ranges: readonly Range[] }[] };

/** `file:line` of each; empty when every one of them ran in at least one of the processes whose coverage is in `dir`. */
export async function unreachedSends(dir: string): Promise<readonly string[]> {
  const scripts = new Map<string, Script[]>();
  for (const file of await readdir(dir)) {
    const { result } = JSON.parse(await readFile(join(dir, file), "utf8")) as { readonly result: readonly Script[] };
    for (const script of result.filter(({ url }) => OURS.test(url)))
      scripts.set(script.url, [...(scripts.get(script.url) ?? []), script]);
  }
  const unreached: string[] = [];
  let seen = 0;
  for (const [url, runs] of scripts) {
    const text = await readFile(fileURLToPath(url), "utf8");
    const sends = [...text.matchAll(SENDS)];
    const reached = sends.filter(({ index }) => runs.some((script) => hasRun(script, index)));
    // The same method once more, when it was refused, is not another thing that is sent.
    const methods = new Set(reached.flatMap(([words]) => (words.includes(".chat.") ? [words] : [])));
    for (const send of sends) {
      seen += 1;
      const { index } = send;
      if (reached.includes(send) || methods.has(send[0])) continue;
      const line = text.slice(0, index).split("\n").length;
      unreached.push(`${relative(ROOT, fileURLToPath(url))}:${line}`);
    }
  }
  if (seen === 0) throw new Error("invariant: nothing that sends was loaded");
  return unreached;
}

/** The innermost range around a place says how often it ran. */
function hasRun({ functions }: Script, offset: number): boolean {
  const around = functions
    .flatMap(({ ranges }) => ranges)
    .filter(({ startOffset, endOffset }) => startOffset <= offset && offset < endOffset)
    .toSorted((a, b) => a.endOffset - a.startOffset - (b.endOffset - b.startOffset));
  return (around[0]?.count ?? 0) > 0;
}
