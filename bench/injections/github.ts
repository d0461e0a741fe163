import type { GitHubRequest } from "../../src/adapters/github-request.ts";
import { GitHubError } from "../../src/adapters/github-request.ts";
import { encodeMemory, type Memory } from "../../src/incident/memory.ts";
import { CHECK_NAME, holdName } from "../../src/incident/names.ts";
import type { Carried } from "./carriers.ts";
import type { Range } from "./history.ts";

/**
 * GitHub's answers about one incident, with the text wherever somebody could have put it. It writes down whatever is not a read.
 * Every other incident's checks run elsewhere than in Actions: then there is no log, but what the other system wrote.
 */
export type ScriptedGitHub = { readonly request: GitHubRequest; readonly writes: string[] };

export const APP_ID = 4711;

export function scriptGitHub(memory: Memory, range: Range, carried: Carried): ScriptedGitHub {
  const writes: string[] = [];
  const run = { id: memory.incident, name: "Deploy", path: ".github/workflows/deploy.yml", status: "completed" };
  const failedRun = { ...run, head_sha: range.bad, conclusion: "failure", created_at: TIME };
  const answers: readonly (readonly [RegExp, unknown])[] = [
    [/\/rulesets$/, [{ id: 1, name: holdName(memory.branch, memory.badHead, memory.incident) }]],
    [/\/git\/ref\/\{ref\}$/, { object: { sha: range.bad } }],
    [/\/commits\/\{ref\}\/check-runs$/, { check_runs: [ourCheckRun(memory), foreignCheckRun(range, carried)] }],
    [
      /\/actions\/runs$/,
      {
        workflow_runs:
          memory.incident % 2 === 0
            ? []
            : [failedRun, { ...run, id: 999_999, head_sha: range.good, conclusion: "success" }],
      },
    ],
    [
      /\/actions\/runs\/\{run_id\}\/jobs$/,
      { jobs: [{ id: memory.incident, name: carried["check-name"], conclusion: "failure" }] },
    ],
    [
      /\/annotations$/,
      [{ path: carried["file-name"], start_line: 2, annotation_level: "failure", message: carried.annotation }],
    ],
    [/\/deployments$/, [{ id: 1, sha: range.bad, environment: "production", created_at: TIME }]],
    [/\/statuses$/, [{ state: "failure", description: carried["deployment-description"], created_at: TIME }]],
    [/\/issues$/, [ourIssue(memory.incident, "Incident"), ourIssue(999_999, carried["incident-title"])]],
    [/\/pulls$/, []],
  ];
  const request: GitHubRequest = async (route) => {
    if (!route.startsWith("GET ")) writes.push(route);
    const answer = answers.find(([pattern]) => pattern.test(route));
    if (!answer) throw new GitHubError("not-found", 404, `${route}: not found`);
    return { status: 200, data: answer[1], link: null };
  };
  return { request, writes };
}

const TIME = "2026-11-23T03:12:09Z";

/** Opened by our App; whoever may write can have edited its title and page since. */
function ourIssue(number: number, title: string) {
  const user = { id: 2, login: "sentinel[bot]", type: "Bot" };
  return { number, title, body: title, state: "closed", created_at: TIME, user };
}

function ourCheckRun(memory: Memory) {
  return {
    id: 1,
    name: CHECK_NAME,
    head_sha: memory.badHead,
    app: { id: APP_ID },
    conclusion: null,
    output: { text: encodeMemory(memory) },
  };
}

function foreignCheckRun(range: Range, carried: Carried) {
  const output = { title: carried["check-summary"], summary: carried["check-summary"], text: carried["json-string"] };
  return {
    id: 2,
    name: carried["check-name"],
    head_sha: range.bad,
    app: { id: 15_368 },
    conclusion: "failure",
    output,
  };
}
