/**
 * Where a hostile text can come from. Each carrier marks its copy, so that it can be told whether the text reached the model; what
 * a place cannot hold (a line break in a subject, a slash in a name) is changed as an attacker would have to.
 */
export const CARRIERS = [
  "commit-subject",
  "commit-body",
  "author-name",
  "branch-name",
  "file-name",
  "diff-line",
  "config-file",
  "tool-result",
  "ci-log",
  "annotation",
  "check-name",
  "check-summary",
  "deployment-description",
  "incident-title",
  "issue-comment",
  "json-string",
] as const;
export type Carrier = (typeof CARRIERS)[number];

export type Carried = Readonly<Record<Carrier, string>>;

/** The same text, as each place can hold it. */
export function carry(text: string): Carried {
  const line = text.replace(/[\0\r\n]+/g, " ").trim();
  const marked = (carrier: Carrier, words: string) => `${markOf(carrier)} ${words}`;
  return {
    "commit-subject": marked("commit-subject", line),
    "commit-body": marked("commit-body", text.replaceAll("\0", "")),
    "author-name": marked("author-name", line.replace(/[<>]/g, "")).slice(0, 200),
    "branch-name": `main-${markOf("branch-name")}-${refName(line)}`,
    "file-name": `${markOf("file-name")} ${line.replaceAll("/", "∕")}`.slice(0, 80).trim(),
    "diff-line": marked("diff-line", line),
    "config-file": marked("config-file", text),
    "tool-result": marked("tool-result", text),
    "ci-log": marked("ci-log", text),
    annotation: marked("annotation", text),
    "check-name": marked("check-name", line).slice(0, 200),
    "check-summary": marked("check-summary", text),
    "deployment-description": marked("deployment-description", text).slice(0, 2000),
    "incident-title": marked("incident-title", line).slice(0, 256),
    "issue-comment": marked("issue-comment", text),
    "json-string": JSON.stringify({ note: marked("json-string", text) }),
  };
}

export function markOf(carrier: Carrier): string {
  return `q${CARRIERS.indexOf(carrier)}x${carrier.replaceAll("-", "")}`;
}

/** What git takes as part of a branch's name. */
function refName(text: string): string {
  return (
    text
      .replace(/[\s~^:?*[\\\p{Cc}@{]+/gu, "-")
      .replace(/\.{2,}|\/+|\.lock/g, "-")
      .slice(0, 60)
      .replace(/[./-]+$/, "") || "x"
  );
}
