import type { SlackMessage } from "../../drill/slack/types.ts";
import { decodeMemory } from "../../src/incident/memory.ts";
import type { Scenery } from "./crash-scenes.ts";

/** Everything of ours in the world, without what differs from one play to the next: times, ids and addresses. */
export function worldOf(on: Scenery): unknown {
  const { github, repo } = on.stage;
  return plain({
    rulesets: github.state.rulesets(repo).map(({ name, source }) => ({ name, source })),
    issues: github.state.issues(repo).map(({ number, state, title, labels, assignees, body, comments }) => ({
      number,
      state,
      title,
      labels,
      assignees,
      body,
      comments: comments.map((one) => one.body),
    })),
    runs: github.state
      .runs(repo)
      .map(({ path, attempt, status, conclusion }) => ({ path, attempt, status, conclusion })),
    checks: on.heads.map((sha) =>
      github.state.checkRuns(repo, sha).map(({ name, status, conclusion, output }) => {
        const { title, summary, text } = output as Readonly<Record<string, string>>;
        const memory = decodeMemory(text ?? null);
        return { name, status, conclusion, title, summary, memory: { ...memory, handled: memory?.handled?.length } };
      }),
    ),
    messages: messagesOf(on).map(({ channel, text, blocks, threadTs }) => ({
      channel,
      text,
      blocks,
      isReply: threadTs !== null,
    })),
  });
}

/**
 * What is said in Slack. By nothing that a token for writing may ask can a message be found again, so one whose answer was
 * lost with the App is the single thing that stands there twice; the second is the one that is remembered and edited.
 */
function messagesOf({ slack, gate }: Scenery): readonly SlackMessage[] {
  const messages = slack?.messages ?? [];
  const isLost = gate.died?.kind === "POST /api/chat.postMessage" && gate.died.when === "after";
  if (!isLost) return messages;
  const isSame = (a: SlackMessage, b: SlackMessage) =>
    a.threadTs === b.threadTs && (a.threadTs === null || a.text === b.text);
  const lost = messages.find((one, at) => messages.slice(at + 1).some((later) => isSame(one, later)));
  return messages.filter((one) => one !== lost);
}

function plain(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value)
      .replaceAll(/"comment":-?\d+/g, '"comment":0')
      .replaceAll(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z| UTC)/g, "TIME")
      .replaceAll(/\d\d:\d\d:\d\d UTC/g, "TIME")
      .replaceAll(/\((?:\d+ (?:s|min|h|d) ?)+\)/g, "(SPAN)")
      .replaceAll(/\b[0-9a-f]{64}\b/g, "DIGEST")
      .replaceAll(/[0-9a-f]{40}|[0-9a-f]{12}/g, "SHA")
      .replaceAll(/\brun \d+/g, "run 0")
      .replaceAll(/"id":\d+/g, '"id":0')
      .replaceAll(/\/(runs|rules|rulesets)\/\d+/g, "/$1/0")
      .replaceAll(/"node_id":"[^"]*"/g, '"node_id":""')
      .replaceAll(/sentinel \d+ main/g, "sentinel 0 main")
      .replaceAll(/(\\*"(?:repoId|repo)\\*":)\d+/g, (_, key: string) => `${key}0`)
      .replaceAll(/"value":"\d+#/g, '"value":"0#')
      .replaceAll(/127\.0\.0\.1:\d+/g, "HOST")
      .replaceAll(/<!-- answers -?\d+ -->/g, "<!-- answers 0 -->")
      .replaceAll(/"ts":"[\d.]+"/g, '"ts":0')
      .replaceAll(/"run":\{[^}]*\}/g, '"run":0'),
  );
}
