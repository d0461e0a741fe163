import { getOctokit } from "@actions/github";
import { createGitHubApp, type Powers, type Reader } from "../../../src/adapters/github-app.ts";
import { createGitHubRequest } from "../../../src/adapters/github-request.ts";
import { createRollbackWriter } from "../../../src/adapters/github-user.ts";
import type { Repo } from "../../../src/incident/world.ts";
import { systemClock } from "../../../src/kernel/clock.ts";
import { Secret } from "../../../src/kernel/secret.ts";
import type { RollbackWriter } from "../../../src/rollback/perform.ts";
import { githubWorld } from "../../standins/github-world.ts";
import { credentials, isLive } from "./live.ts";

/** A repository with the App on it and two people who may write, whichever GitHub it is on. */
export type GitHubTarget = {
  readonly repo: Repo;
  readonly reader: Reader;
  readonly powers: Powers;
  /** Another look of the same App, with tokens of its own. */
  morePowers(): Powers;
  readonly approver: { readonly id: number; readonly writer: RollbackWriter };
  readonly other: { readonly id: number; readonly writer: RollbackWriter };
  /** A branch of its own for this test, gone with `close`. */
  readonly branch: string;
  close(): Promise<void>;
};

const LIVE = [
  "SENTINEL_LIVE_GITHUB_APP_ID",
  "SENTINEL_LIVE_GITHUB_PRIVATE_KEY",
  "SENTINEL_LIVE_GITHUB_INSTALLATION",
  "SENTINEL_LIVE_GITHUB_REPOSITORY",
  "SENTINEL_LIVE_GITHUB_APPROVER_TOKEN",
  "SENTINEL_LIVE_GITHUB_OTHER_TOKEN",
] as const;

const live = isLive ? credentials("GitHub", LIVE) : null;
export const hasGitHub = !isLive || live !== null;

export async function openGitHub(): Promise<GitHubTarget> {
  return live ? openLive(live) : openStandIn();
}

async function openStandIn(): Promise<GitHubTarget> {
  const world = await githubWorld();
  const { github, app, installation, repo } = world;
  const target = await open({
    apiUrl: github.apiUrl,
    app: { id: app.id, key: app.privateKey, installation },
    owner: repo.owner,
    name: repo.name,
    approver: github.userToken("lead", "hands"),
    other: github.userToken("writer", "hands"),
  });
  return {
    ...target,
    close: async () => {
      await target.close();
      await world.close();
    },
  };
}

function openLive(env: NonNullable<typeof live>): Promise<GitHubTarget> {
  const [owner = "", name = ""] = env.SENTINEL_LIVE_GITHUB_REPOSITORY.split("/");
  return open({
    apiUrl: process.env.SENTINEL_LIVE_GITHUB_API_URL ?? "https://api.github.com",
    app: {
      id: Number(env.SENTINEL_LIVE_GITHUB_APP_ID),
      key: env.SENTINEL_LIVE_GITHUB_PRIVATE_KEY.replaceAll("\\n", "\n"),
      installation: Number(env.SENTINEL_LIVE_GITHUB_INSTALLATION),
    },
    owner,
    name,
    approver: env.SENTINEL_LIVE_GITHUB_APPROVER_TOKEN,
    other: env.SENTINEL_LIVE_GITHUB_OTHER_TOKEN,
  });
}

type Place = {
  readonly apiUrl: string;
  readonly app: { readonly id: number; readonly key: string; readonly installation: number };
  readonly owner: string;
  readonly name: string;
  readonly approver: string;
  readonly other: string;
};

async function open({ apiUrl, app, owner, name, approver, other }: Place): Promise<GitHubTarget> {
  const client = getOctokit(approver, { baseUrl: apiUrl });
  const { data } = await client.rest.repos.get({ owner, repo: name });
  const base = await client.rest.git.getRef({ owner, repo: name, ref: `heads/${data.default_branch}` });
  const branch = `contract-${process.pid}-${process.hrtime.bigint()}`;
  await client.rest.git.createRef({ owner, repo: name, ref: `refs/heads/${branch}`, sha: base.data.object.sha });
  const github = createGitHubApp({ apiUrl, appId: app.id, key: new Secret(app.key) }, systemClock);
  const powers = () => github.powers(app.installation, data.id);
  const own = powers();
  return {
    repo: { id: data.id, owner, name, url: data.html_url, defaultBranch: data.default_branch },
    reader: github.reader(app.installation),
    powers: own,
    morePowers: powers,
    approver: await person(apiUrl, approver, { owner, name }),
    other: await person(apiUrl, other, { owner, name }),
    branch,
    close: async () => {
      await client.rest.git.deleteRef({ owner, repo: name, ref: `heads/${branch}` }).catch(() => {});
      await own.end();
      github.close();
    },
  };
}

async function person(apiUrl: string, token: string, repo: { readonly owner: string; readonly name: string }) {
  const { request } = getOctokit(token, { baseUrl: apiUrl });
  const writer = createRollbackWriter(createGitHubRequest(request, systemClock), repo, null);
  return { id: await writer.whoAmI(), writer };
}
