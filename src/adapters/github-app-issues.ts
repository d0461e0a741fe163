import { z } from "zod";
import { INCIDENT_LABEL } from "../incident/names.ts";
import type { Repo } from "../incident/world.ts";
import type { Reader } from "./github-app.ts";
import { pathOf } from "./github-app-path.ts";

/** Issues and comments that our App wrote. It must never hand out anybody else's as ours, whatever label it carries. */

const Issue = z.looseObject({
  number: z.int(),
  state: z.enum(["open", "closed"]),
  title: z.string(),
  body: z.string().nullish(),
  user: z.looseObject({ login: z.string(), type: z.string().nullish() }).nullish(),
  pull_request: z.unknown().optional(),
  created_at: z.string().nullish(),
});
export type Issue = z.infer<typeof Issue>;

/** Open incidents that our App itself opened, oldest first. */
export async function openIncidents(github: Reader, repo: Repo, label = INCIDENT_LABEL): Promise<readonly Issue[]> {
  const query = `labels=${encodeURIComponent(label)}&state=open&per_page=100`;
  return (await oursAmong(github, repo, query)).toSorted((a, b) => a.number - b.number);
}

/** Every issue with this label that our App itself opened, open or closed, oldest first. */
export async function issuesLabelled(github: Reader, repo: Repo, label: string): Promise<readonly Issue[]> {
  const query = `labels=${encodeURIComponent(label)}&state=all&sort=created&direction=asc&per_page=100`;
  return (await oursAmong(github, repo, query)).toSorted((a, b) => a.number - b.number);
}

/** Incidents that are over, the newest first, as far as they matter for a day. */
export async function closedIncidents(github: Reader, repo: Repo): Promise<readonly Issue[]> {
  const query = `labels=${encodeURIComponent(INCIDENT_LABEL)}&state=closed&sort=created&direction=desc&per_page=100`;
  return oursAmong(github, repo, query);
}

async function oursAmong(github: Reader, repo: Repo, query: string): Promise<readonly Issue[]> {
  const [issues, login] = await Promise.all([
    github.get(`${pathOf(repo)}/issues?${query}`, z.array(Issue)),
    github.ownLogin(),
  ]);
  return issues.filter((issue) => isOurs(issue, login));
}

export async function issueNumbered(github: Reader, repo: Repo, number: number): Promise<Issue | null> {
  const [issue, login] = await Promise.all([github.find(`${pathOf(repo)}/issues/${number}`, Issue), github.ownLogin()]);
  return issue && isOurs(issue, login) ? issue : null;
}

/** Whether GitHub lets an issue be assigned to this person. */
export async function isAssignable(github: Reader, repo: Repo, login: string): Promise<boolean> {
  const path = `${pathOf(repo)}/assignees/${encodeURIComponent(login)}`;
  return (
    (await github.find(
      path,
      z.unknown().transform(() => true),
    )) ?? false
  );
}

/** GitHub names the App of a bot's comment, but of a bot's issue only the bot; `performed_via_github_app` is null there. */
function isOurs({ user, pull_request }: Issue, login: string): boolean {
  return user?.type === "Bot" && user.login === login && pull_request === undefined;
}

/** What our App wrote under an issue: of the first thousand comments, far more than an incident has. */
export async function commentsOn(github: Reader, repo: Repo, issue: number, appId: number): Promise<readonly string[]> {
  const shape = z.array(
    z.looseObject({
      body: z.string().nullish(),
      performed_via_github_app: z.looseObject({ id: z.int() }).nullish(),
    }),
  );
  const ours: string[] = [];
  for (let page = 1; page <= COMMENT_PAGES; page++) {
    const path = `${pathOf(repo)}/issues/${issue}/comments?per_page=100${page === 1 ? "" : `&page=${page}`}`;
    const found = (await github.find(path, shape)) ?? [];
    ours.push(...found.flatMap((one) => (one.performed_via_github_app?.id === appId ? (one.body ?? "") : [])));
    if (found.length < 100) break;
  }
  return ours;
}

const COMMENT_PAGES = 10;
