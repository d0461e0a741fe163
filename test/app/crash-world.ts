import { decodeMemory } from "../../src/incident/memory.ts";
import type { Scenery } from "./crash-scenes.ts";

/** Everything of ours in the world, without what differs from one play to the next: times, ids and addresses. */
export function worldOf({ stage, heads, slack }: Scenery): unknown {
  const { github, repo } = stage;
  const runs = github.state.runs(repo);
  /** Which of them, in the order in which they came. */
  const place = (run: number | undefined) =>
    run === undefined ? undefined : runs.filter(({ id }) => id <= run).length;
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
    runs: runs.map(({ path, attempt, status, conclusion }) => ({ path, attempt, status, conclusion })),
    checks: heads.map((sha) =>
      github.state.checkRuns(repo, sha).map(({ name, status, conclusion, output }) => {
        const { title, summary, text } = output as Readonly<Record<string, string>>;
        const memory = decodeMemory(text ?? null);
        const [handled, earlierRun] = [memory?.handled?.length, place(memory?.earlierRun)];
        return { name, status, conclusion, title, summary, memory: { ...memory, handled, earlierRun } };
      }),
    ),
    messages: slack?.messages.map(({ channel, text, blocks, threadTs }) => ({
      channel,
      text,
      blocks,
      isReply: threadTs !== null,
    })),
  });
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
      .replaceAll(/"run":(?:\{[^}]*\}|\d+)/g, '"run":0'),
  );
}
