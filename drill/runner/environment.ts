import { delimiter, dirname, join } from "node:path";
import type { Value } from "./expression.ts";
import type { RunnerHost, RunRequest } from "./types.ts";

/** What a job is told about its run: the `github` and `runner` contexts and the variables made from them. */

export type JobPlace = {
  /** The root of this job's temporary tree; the paths below lie in it. */
  readonly root: string;
  readonly workspace: string;
  readonly temp: string;
  readonly toolCache: string;
  readonly home: string;
  readonly eventPath: string;
};

export function placeIn(root: string, repository: string): JobPlace {
  return {
    root,
    workspace: join(root, "work", repository, repository),
    temp: join(root, "work", "_temp"),
    toolCache: join(root, "tools"),
    home: join(root, "home"),
    eventPath: join(root, "work", "_temp", "_github_workflow", "event.json"),
  };
}

type About = {
  readonly request: RunRequest;
  readonly host: Pick<RunnerHost, "serverUrl" | "apiUrl">;
  readonly workflowName: string;
};

/** The `github` context before a job has begun; ids are strings there, as GitHub gives them. */
export function githubContext({ request, host, workflowName }: About): Readonly<Record<string, Value>> {
  const { repository } = request;
  const fullName = `${repository.owner}/${repository.name}`;
  return {
    server_url: host.serverUrl,
    api_url: host.apiUrl,
    graphql_url: `${host.apiUrl.replace(/\/v3$/, "")}/graphql`,
    repository: fullName,
    repository_id: String(repository.id),
    repository_owner: repository.owner,
    repository_owner_id: String(repository.ownerId),
    repositoryUrl: `${host.serverUrl.replace(/^https?/, "git")}/${fullName}.git`,
    ref: request.ref,
    ref_name: refName(request.ref),
    ref_type: request.ref.startsWith("refs/tags/") ? "tag" : "branch",
    ref_protected: request.refProtected ?? false,
    head_ref: "",
    base_ref: "",
    sha: request.sha,
    workflow: workflowName,
    workflow_ref: `${fullName}/${request.workflowPath}@${request.ref}`,
    workflow_sha: request.sha,
    run_id: String(request.runId),
    run_number: String(request.runNumber),
    run_attempt: String(request.attempt),
    retention_days: "90",
    actor: request.actor,
    triggering_actor: request.triggeringActor,
    event_name: request.event.name,
    event: jsonValue(request.event.payload),
    secret_source: "Actions",
  };
}

/** Context fields that GitHub also gives as GITHUB_* variables, in its spelling. */
const VARIABLES = [
  "server_url",
  "api_url",
  "graphql_url",
  "repository",
  "repository_id",
  "repository_owner",
  "repository_owner_id",
  "ref",
  "ref_name",
  "ref_type",
  "ref_protected",
  "head_ref",
  "base_ref",
  "sha",
  "workflow",
  "workflow_ref",
  "workflow_sha",
  "run_id",
  "run_number",
  "run_attempt",
  "retention_days",
  "actor",
  "triggering_actor",
  "event_name",
] as const;

/** The clean environment of a job's processes: nothing of this machine but the way to Node and the system's tools. */
export function jobVariables(
  github: Readonly<Record<string, Value>>,
  job: string,
  place: JobPlace,
): Record<string, string> {
  return {
    ...Object.fromEntries(VARIABLES.map((name) => [`GITHUB_${name.toUpperCase()}`, String(github[name] ?? "")])),
    GITHUB_ACTIONS: "true",
    GITHUB_JOB: job,
    GITHUB_WORKSPACE: place.workspace,
    GITHUB_EVENT_PATH: place.eventPath,
    CI: "true",
    HOME: place.home,
    LANG: "C.UTF-8",
    PATH: [dirname(process.execPath), ...SYSTEM_PATH].join(delimiter),
    ...Object.fromEntries(
      Object.entries(runnerContext(place)).map(([name, value]) => [`RUNNER_${name.toUpperCase()}`, value]),
    ),
  };
}

export function runnerContext(place: JobPlace): Readonly<Record<string, string>> {
  return {
    name: "GitHub Actions 1",
    os: OS[process.platform] ?? "Linux",
    arch: ARCH[process.arch] ?? "X64",
    temp: place.temp,
    tool_cache: place.toolCache,
    environment: "github-hosted",
    workspace: dirname(place.workspace),
  };
}

const SYSTEM_PATH = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];
const OS: Readonly<Record<string, string>> = { linux: "Linux", darwin: "macOS", win32: "Windows" };
const ARCH: Readonly<Record<string, string>> = { x64: "X64", arm64: "ARM64", ia32: "X86", arm: "ARM" };

function refName(ref: string): string {
  return ref.replace(/^refs\/(heads|tags|pull)\//, "");
}

/** The event as plain JSON data, which is all that an expression can hold. */
function jsonValue(payload: unknown): Value {
  const value: Value = JSON.parse(JSON.stringify(payload));
  return value;
}
