import * as core from "@actions/core";
import { getOctokit } from "@actions/github";
import { LONGEST_CALL_MS } from "../adapters/github-fetch.ts";
import { createGitHubRequest, type GitHubRequest } from "../adapters/github-request.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Secret } from "../kernel/secret.ts";
import type { JobOutput } from "./context.ts";

/** Everything that needs the Actions toolkit, in one place that is loaded late: it brings an HTTP client of its own. */

/** The runner's own ways to speak, through the Actions core. What we print can never be read as a workflow command. */
export function createJobOutput(): JobOutput {
  let isGrouped = false;
  return {
    line: (text) => core.info(inert(text)),
    // The core escapes what could end a property, so that a file's name stays one.
    warning: (text, at) =>
      core.warning(inert(text), at === undefined ? {} : { title: at.title, file: at.path, startLine: at.line }),
    group: (name) => {
      if (isGrouped) core.endGroup();
      isGrouped = name !== null;
      if (name !== null) core.startGroup(inert(name));
    },
    notice: (title, message) => core.notice(message, { title }),
    fail: (sentence, exitCode = 1) => {
      core.setFailed(inert(sentence));
      process.exitCode = exitCode;
    },
    set: (name, value) => core.setOutput(name, value),
    summary: async (markdown) => {
      // A runner without summaries has no file for it; and what was done stands, whether or not the words arrive.
      if (!process.env.GITHUB_STEP_SUMMARY) return;
      await core.summary
        .addRaw(markdown, true)
        .write()
        .catch((error: unknown) =>
          core.warning(
            inert(`The summary could not be written: ${error instanceof Error ? error.message : "no words"}`),
          ),
        );
    },
    mask: (secret) => {
      core.setSecret(secret.expose());
    },
  };
}

/** GitHub's REST API in the name of whoever this token belongs to; of itself the client would wait for minutes. */
export function connectPerson(
  token: Secret,
  apiUrl: string,
  clock: Clock,
  longestCallMs: number = LONGEST_CALL_MS,
): GitHubRequest {
  const octokit = getOctokit(token.expose(), { baseUrl: apiUrl, log: SILENT });
  return createGitHubRequest((route, parameters) => {
    const signal = AbortSignal.timeout(longestCallMs);
    return octokit.request(route, { ...parameters, request: { signal } });
  }, clock);
}

/** Octokit would print deprecations and request lines of its own into the job log. */
const SILENT = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** The runner reads `::name::` and `##[name]` at the start of a line as commands. */
function inert(text: string): string {
  return text
    .split(/\r\n|[\n\r\u2028\u2029]/)
    .map((line) => line.replace(/^(\s*)(::|##\[)/, "$1\u200B$2"))
    .join("\n");
}
