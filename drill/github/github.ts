import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { mintUserToken } from "./auth/tokens.ts";
import { githubContract } from "./contract/contract.ts";
import { createGitHubFaults } from "./faults.ts";
import { headOf } from "./git/ref-changes.ts";
import { isGitRequest, serveGit } from "./git/smart-http.ts";
import type { Repository, Run } from "./records.ts";
import { checkRunShape } from "./rest/check-shapes.ts";
import { addComment } from "./rest/comments.ts";
import { addDeployment, addStatus } from "./rest/deployment-records.ts";
import { jobLog } from "./rest/jobs.ts";
import { storedShape } from "./rest/ruleset-shapes.ts";
import { removeRuleset } from "./rest/rulesets.ts";
import { unsuccessful } from "./rest/workflow-runs.ts";
import { API_PREFIX, createRouter } from "./router.ts";
import { ROUTES } from "./routes.ts";
import { finishedRun } from "./runs/ci.ts";
import { cancelRun, prepareRunner, rerun } from "./runs/play.ts";
import { latestJobs } from "./runs/records.ts";
import { addAccount, addApp, addRepository, appBySlug, commitFiles, install, requireAccount } from "./seeds.ts";
import { createState, isoNow, type State, track } from "./state.ts";
import type { GitHub, GitHubOptions, RepoRef } from "./types.ts";

/**
 * A GitHub on loopback: REST, git and webhooks over one state, so that the product can be played whole without an account.
 * It must never be kinder than GitHub: what it does not know it refuses loudly, and `idle()` tells the test.
 */
export async function startGitHub(options: GitHubOptions): Promise<GitHub> {
  const state = createState(options.journal, options.dir, createGitHubFaults(ROUTES.map(({ operation }) => operation)));
  prepareRunner(state, options);
  githubContract();
  const server = await listen(state, options.port ?? 0);
  return {
    url: state.url,
    apiUrl: state.apiUrl,
    ...seeding(state),
    ci: ci(state),
    onPush: (listener) => state.pushListeners.push(listener),
    onJobLine: (listener) => state.lineListeners.push(listener),
    state: views(state),
    person: people(state),
    faults: state.faults,
    problems: () => [...state.problems],
    forgetProblems: () => {
      state.problems.length = 0;
    },
    idle: () => idle(state),
    close: async () => {
      state.closing = true;
      await Promise.all(allRuns(state).map((run) => run.cancel?.()));
      await settle(state);
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

async function listen(state: State, port: number) {
  const rest = createRouter(state, ROUTES);
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    if (url.pathname === API_PREFIX || url.pathname.startsWith(`${API_PREFIX}/`))
      return void rest(request, response, url);
    if (isGitRequest(url)) return track(state, serveGit(state, request, response, url));
    const log = url.pathname.startsWith("/_logs/") ? jobLog(state, url) : null;
    response.writeHead(log === null ? 404 : 200, { "content-type": "text/plain; charset=utf-8" });
    response.end(log ?? "Not Found");
  });
  await new Promise<void>((done, fail) => {
    server.once("error", fail);
    server.listen(port, "127.0.0.1", done);
  });
  state.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  state.apiUrl = state.url + API_PREFIX;
  return server;
}

function seeding(state: State) {
  return {
    addUser: (seed) => addAccount(state, seed),
    addOrganization: (login) => addAccount(state, { login, type: "Organization" }),
    addApp: (seed) => {
      const { app, keys } = addApp(state, seed);
      const { id, slug, clientId } = app;
      return {
        id,
        slug,
        clientId,
        get privateKey() {
          return keys().privateKey;
        },
      };
    },
    install: (slug, owner, repositories) => install(state, slug, owner, repositories),
    addRepository: async (seed) => refOf(await addRepository(state, seed)),
    addEnvironment: (repo, environment) => {
      const createdAt = isoNow(state);
      find(state, repo).environments.set(environment.name, { id: state.nextId(), createdAt, seed: environment });
    },
    setVariables: (repo, variables) => {
      find(state, repo).variables = variables;
    },
    commitFiles: (repo, branch, files, message, author) =>
      commitFiles(state, find(state, repo), branch, files, message, author),
    userToken: (login, slug) => mintUserToken(state, requireAccount(state, login), appBySlug(state, slug)),
    revokeUserToken: (token) => {
      state.tokens.delete(token);
    },
  } satisfies Partial<GitHub>;
}

function ci(state: State): GitHub["ci"] {
  return {
    finishedRun: (run) => finishedRun(state, find(state, run.repo), run),
    deployment: ({ repo, sha, ref, environment, creator }) =>
      addDeployment(state, find(state, repo), {
        sha,
        ref,
        environment,
        task: "deploy",
        production: environment === "production",
        transient: false,
        payload: {},
        description: null,
        creator: requireAccount(state, creator),
        app: null,
      }),
    deploymentStatus: ({ repo, deployment: id, state: value, description, logUrl }) => {
      const stored = find(state, repo);
      const deployment = stored.deployments.find((candidate) => candidate.id === id);
      if (!deployment) throw new Error(`invariant: no deployment ${id}`);
      const { environment, creator } = deployment;
      const log = logUrl ?? "";
      const seed = {
        state: value,
        description: description ?? "",
        environment,
        environmentUrl: "",
        logUrl: log,
        creator,
      };
      return addStatus(state, stored, deployment, seed);
    },
  };
}

function views(state: State): GitHub["state"] {
  return {
    rulesets: (ref) => {
      const repo = find(state, ref);
      return [...repo.rulesets.values()].map((ruleset) => ({
        id: ruleset.id,
        name: ruleset.name,
        source: storedShape(state, repo, ruleset),
      }));
    },
    issues: (ref) =>
      find(state, ref).issues.map(({ number, title, body, state: open, labels, comments }) => ({
        number,
        title,
        body: body ?? "",
        state: open,
        labels: [...labels],
        comments: comments.map(({ id, user, body: text }) => ({ id, author: user.login, body: text })),
      })),
    checkRuns: (ref, sha) => {
      const repo = find(state, ref);
      return repo.checkRuns
        .filter(({ headSha }) => headSha === sha)
        .map((checkRun) => checkRunShape(state, repo, checkRun));
    },
    runs: (ref) =>
      find(state, ref).runs.map((run) => ({
        id: run.id,
        path: run.workflow.path,
        status: run.status,
        conclusion: run.conclusion,
        attempt: run.attempt,
        jobs: latestJobs(run).map(({ id, name, conclusion, log, summary }) => ({ id, name, conclusion, log, summary })),
      })),
    head: (ref, branch) => headOf(find(state, ref), branch),
    annotations: (ref, runId) =>
      runIn(find(state, ref), runId).jobs.flatMap(({ key, checkRun }) =>
        checkRun.annotations.map(({ title, message }) => ({ job: key, title: title ?? "", message })),
      ),
  };
}

function people(state: State): GitHub["person"] {
  return {
    comment: (ref, number, login, body) => {
      const repo = find(state, ref);
      const issue = repo.issues.find((candidate) => candidate.number === number);
      if (!issue) throw new Error(`invariant: no issue ${number}`);
      const { id } = addComment(state, repo, issue, body, requireAccount(state, login), null);
      return { id };
    },
    cancelRun: (ref, id) => {
      const repo = find(state, ref);
      return cancelRun(state, repo, runIn(repo, id));
    },
    rerunFailed: async (ref, id, login) => {
      const repo = find(state, ref);
      const run = runIn(repo, id);
      rerun(state, repo, run, unsuccessful(run), requireAccount(state, login));
    },
    deleteRuleset: (ref, id, login) => {
      const repo = find(state, ref);
      const ruleset = repo.rulesets.get(id);
      if (ruleset) removeRuleset(state, repo, ruleset, requireAccount(state, login));
    },
  };
}

function runIn(repo: Repository, id: number): Run {
  const run = repo.runs.find((candidate) => candidate.id === id);
  if (!run) throw new Error(`invariant: no run ${id}`);
  return run;
}

function find(state: State, { id }: RepoRef): Repository {
  const repo = state.repositories.get(id);
  if (!repo) throw new Error(`invariant: no repository ${id}`);
  return repo;
}

function refOf({ id, owner, name, gitDir }: Repository): RepoRef {
  return { id, owner: owner.login, name, gitDir };
}

function allRuns(state: State) {
  return [...state.repositories.values()].flatMap(({ runs }) => runs);
}

/** Work may start more work, so it waits until nothing is left. */
async function settle(state: State): Promise<void> {
  while (state.pending.size > 0) await Promise.all(state.pending);
}

async function idle(state: State): Promise<void> {
  await settle(state);
  const [first, ...rest] = state.problems;
  if (first === undefined) return;
  state.problems.length = 0;
  throw new Error(`The stand-in GitHub was misused:\n${[first, ...rest].join("\n")}`);
}
