export type StatedReason = {
  readonly signal: string;
  readonly evidence: string;
  readonly tags: readonly string[];
  readonly failure_like: boolean;
};

/**
 * Why a revert was made, out of its message, with everything taken out that names what it reverts: shas, links, numbers and
 * the titles given. Null where no reason is stated.
 */
export function statedReason(message: string, titles: readonly string[]): StatedReason | null {
  let text = message.replace(/\r/g, "");
  for (const end of ORIGINAL) text = text.split(end)[0] ?? "";
  text = text
    .split("\n")
    .filter((line) => !DROPPED.some((pattern) => pattern.test(line)))
    .join("\n");
  for (const title of titles) text = text.replaceAll(title.replace(/ \(#\d+\)$/, ""), "[ref]");
  text = text
    .replace(/https?:\/\/\S+/g, "[url]")
    .replace(/\b[\w.-]+\/[\w.-]+#\d+|(?:GH-|#)\d+/g, "[ref]")
    .replace(/\b(?=[0-9a-f]*\d)[0-9a-f]{7,40}\b/g, "[sha]")
    .replace(/@[\w-]+/g, "[person]")
    .replace(/\bReason for revert(ing)?:/gi, "")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
  const words = text.replace(/\[\w+\]/g, "").match(/[A-Za-z]{3,}/g) ?? [];
  if (text.length < 40 || words.length < 6 || text.length > 4000) return null;
  if (!TROUBLE.test(text) || NO_REASON.some((pattern) => pattern.test(text))) return null;
  const evidence = text
    .split("\n")
    .filter((line) => MACHINE.test(line))
    .join("\n");
  return { signal: text, evidence, tags: [], failure_like: evidence !== "" };
}

const TROUBLE =
  /break|broke|fail|error|crash|bug|regress|caus|slow|wrong|issue|problem|incorrect|not work|n't|flak|panic|exception|conflict|incompatib|segfault|hang|timeout|timing out|unable|cannot|invalid|missing|leak|race|deadlock|unexpected|warning|not ready|unsafe|bad |hurt|degrad|undefined|stuck|red\b|trip|confus|disrupt|block/i;

/** A squashed list of commits, a title, a list of conflicts, or the story of a change that comes back. */
const NO_REASON = [
  /(?:^\s*[*-] [^\n]*\n[\s\S]*){3}^\s*[*-] /m,
  /^(fix|feat|chore|build|refactor|add|update)\b[^.]{0,80}\(\[ref\]\)/i,
  /^Conflicts:/i,
  /^.{0,80}(re-?(land|apply|instate|introduce)|unrevert|revert.{0,20}revert)/i,
];

/** What follows repeats the message of the reverted commit. */
const ORIGINAL = [
  /^.*original (change|commit|pr|description)('s)?.*$/im,
  /^.*This change reverts the following.*$/im,
  /^> /m,
];

const DROPPED = [
  /^\s*\**\s*(partial(ly)? )?revert(s|ed|ing)?:? ["'`“]/i,
  /this reverts (merge )?commit/i,
  /^(reversing changes|changes,? reversing)/i,
  /^\s*reversing$/i,
  /^[A-Z][\w-]*(-by|-Id|-on|-url|-bug|-issue):/i,
  /^(Bug|Change-Id|BUG|TBR|R|Fixes|Closes|Refs?|PR-URL|Issue|Topic|Commit-Queue|Auto-Submit|Cr-Commit-Position|PiperOrigin-RevId|Tracked-On|Cq-[\w-]+|No-[\w-]+)\s*[:=#]/i,
  /^\(?cherry.picked from/i,
  /^Merge (pull request|branch|"|remote)/,
  /^Revert\b.{0,160}\(#\d+\)$/,
  /^PUBLIC:|^\s*-+\s*$/,
];

const MACHINE =
  /\b\w*(Error|Exception|panic|FAIL(ED)?|Traceback|fatal|undefined|segfault)\b|^\s+at \S+|\.\w{1,4}:\d+|\b(test_\w+|\w+Test)\b|exit (code|status)/;
