import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { ci, people, seeding } from "./acting.ts";
import { githubContract } from "./contract/contract.ts";
import { warm } from "./contract/warm.ts";
import { createGitHubFaults } from "./faults.ts";
import { isGitRequest, serveGit } from "./git/smart-http.ts";
import { API_PREFIX, createRouter } from "./router.ts";
import { ROUTES } from "./routes.ts";
import { logFile } from "./runs/log-files.ts";
import { prepareRunner } from "./runs/play.ts";
import { createState, type State, track } from "./state.ts";
import type { GitHub, GitHubOptions } from "./types.ts";
import { views } from "./views.ts";

/**
 * A GitHub on loopback: REST, git and webhooks over one state, so that the product can be played whole without an account.
 * It must never be kinder than GitHub: what it does not know it refuses loudly, and `idle()` tells the test.
 */
export async function startGitHub(options: GitHubOptions): Promise<GitHub> {
  const state = createState(options, createGitHubFaults(ROUTES.map(({ operation }) => operation)));
  prepareRunner(state, options);
  const contract = githubContract();
  if (options.warm) void warm(contract);
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
      return track(state, rest(request, response, url));
    if (isGitRequest(url)) return track(state, serveGit(state, request, response, url));
    const log = url.pathname.startsWith("/_logs/") ? logFile(state, url) : null;
    response.writeHead(log === null ? 404 : 200, { "content-type": log?.type ?? "text/plain; charset=utf-8" });
    response.end(log?.content ?? "Not Found");
  });
  // Node's five seconds would cut connections that clients are about to use again; GitHub keeps them for longer.
  server.keepAliveTimeout = 75_000;
  await new Promise<void>((done, fail) => {
    server.once("error", fail);
    server.listen(port, "127.0.0.1", done);
  });
  state.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  state.apiUrl = state.url + API_PREFIX;
  return server;
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
