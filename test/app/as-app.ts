import { z } from "zod";
import { createGitHubApp, type GitHubApp } from "../../src/adapters/github-app.ts";
import { systemClock } from "../../src/kernel/clock.ts";
import { Secret } from "../../src/kernel/secret.ts";
import type { Stage } from "./stage.ts";

/** The App's own access to GitHub beside the process under test, for what another replica would do. Close it. */
export function asApp({ env, appId }: Stage): GitHubApp {
  const { GITHUB_API_URL: apiUrl = "", PRIVATE_KEY: key = "" } = env;
  return createGitHubApp({ apiUrl, appId, key: new Secret(key) }, systemClock);
}

const Delivery = z.looseObject({ id: z.int(), event: z.string() });

/** Has GitHub send some deliveries of an event once more, chosen from the ids of those there were, newest first. */
export async function deliverAgain(
  stage: Stage,
  event: string,
  choose: (newestFirst: readonly number[]) => readonly number[],
): Promise<void> {
  const github = asApp(stage);
  const deliveries = await github.listAsApp("/app/hook/deliveries", Delivery, 1);
  for (const id of choose(deliveries.filter((one) => one.event === event).map((one) => one.id)))
    await github.asApp("POST", `/app/hook/deliveries/${id}/attempts`, z.unknown());
  github.close();
}
