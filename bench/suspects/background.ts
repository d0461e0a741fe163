import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { addProse, addToken, noTerms } from "../../src/agent/suspects/terms.ts";

/**
 * Counts in how many commits of public histories each word stands, so that the ranking knows that "server" is common
 * everywhere and `tftp` is not. Every history counts the same, however long.
 *
 * Usage: node bench/suspects/background.ts OUT.json CLONE...
 */
const [out, ...clones] = process.argv.slice(2);
if (!out || clones.length === 0) throw new Error("usage: background.ts OUT.json CLONE...");
const share = new Map<string, number>();
const histories = new Map<string, number>();
let used = 0;
for (const clone of clones) {
  const commits = commitsOf(clone);
  if (commits.length < 200) continue;
  used += 1;
  const seen = new Map<string, number>();
  for (const words of commits) for (const word of words) seen.set(word, (seen.get(word) ?? 0) + 1);
  for (const [word, count] of seen) {
    share.set(word, (share.get(word) ?? 0) + count / commits.length);
    histories.set(word, (histories.get(word) ?? 0) + 1);
  }
}
const common = [...share]
  .filter(([word]) => (histories.get(word) ?? 0) >= Math.max(3, used / 8))
  .map(([word, sum]) => [word, sum / used] as const)
  .sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
  .slice(0, 4000);
const data = Object.fromEntries(common.map(([word, mean]) => [word, Math.round(-Math.log(mean) * 10)]));
writeFileSync(out, `${JSON.stringify(data)}\n`);
console.log(`${used} histories, ${common.length} words`);

function commitsOf(dir: string): Set<string>[] {
  const args = [
    "-c",
    "safe.directory=*",
    "log",
    "--no-merges",
    "--no-renames",
    "-n",
    "4000",
    "--name-only",
    "--format=%x01%s%n%b%x00",
  ];
  const text = execFileSync("git", args, { cwd: dir, encoding: "utf8", maxBuffer: 2 ** 30 });
  return text
    .split("\x01")
    .slice(1)
    .map((entry) => {
      const [message, names] = entry.split("\0");
      const terms = noTerms();
      addProse(terms, (message ?? "").slice(0, 2000));
      for (const name of (names ?? "").split("\n").slice(0, 40))
        for (const part of name.split("/")) addToken(terms, part, 1);
      return new Set(terms.words.keys());
    });
}
