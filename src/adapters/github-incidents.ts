import { z } from "zod";
import type { EarlierIncident } from "../agent/ports.ts";
import { INCIDENT_LABEL } from "../incident/names.ts";
import { GitHubError, type GitHubRequest } from "./github-request.ts";

export type IncidentPlace = {
  readonly owner: string;
  readonly repo: string;
  /** The incident at hand. */
  readonly incident: number;
};

/**
 * Incidents that the bot opened which opened the one at hand: anybody may write an issue with our label or our marker. Who may read
 * pull requests but not issues is shown an empty list rather than a refusal, so a list without the incident at hand counts as not read.
 */
export async function earlierIncidents(
  request: GitHubRequest,
  { owner, repo, incident }: IncidentPlace,
): Promise<readonly EarlierIncident[]> {
  const { data } = await request("GET /repos/{owner}/{repo}/issues", {
    owner,
    repo,
    labels: INCIDENT_LABEL,
    state: "all",
    per_page: 100,
  });
  const issues = Issues.parse(data);
  // The hold's name says its number, so that it is ours is sure; GitHub says of a bot's issue no more than the bot.
  const bot = issues.find(({ number }) => number === incident)?.user;
  if (bot?.type !== "Bot") {
    throw new GitHubError("forbidden", 200, "this incident is not among the issues shown: the job lacks issues: read");
  }
  return issues
    .filter(({ number, user }) => number !== incident && user?.id === bot.id)
    .slice(0, MOST)
    .map(({ number, title, state, created_at, body }) => ({
      number,
      title,
      state,
      at: created_at ?? "",
      body: (body ?? "").slice(0, BODY_CHARS),
    }));
}

const MOST = 20;
const BODY_CHARS = 60_000;

const Issues = z.array(
  z.looseObject({
    number: z.int(),
    title: z.string(),
    state: z.string(),
    created_at: z.string().nullish(),
    body: z.string().nullish(),
    user: z.looseObject({ id: z.int(), type: z.string() }).nullish(),
  }),
);
