import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { createGitHubApp } from "../../src/adapters/github-app.ts";
import { createLog } from "../../src/app/log.ts";
import { redeliverFailed } from "../../src/app/redeliver.ts";
import { type Clock, systemClock } from "../../src/kernel/clock.ts";
import { Secret } from "../../src/kernel/secret.ts";
import { githubWorld } from "../standins/github-world.ts";

/** More than GitHub lists on one page. */
const LATER = 110;
const aMinuteLater: Clock = { ...systemClock, now: () => Date.now() + 60_000 };

test("a delivery that failed before a hundred others arrived is asked for again, once", async () => {
  const received: string[] = [];
  let answers = 200;
  const server = createServer((request, response) => {
    received.push(String(request.headers["x-github-delivery"]));
    request.resume();
    response.writeHead(answers).end();
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  const world = await githubWorld({ webhook: { url: `http://127.0.0.1:${port}/`, secret: "it is signed" } });
  const { github, repo, app, first } = world;
  const deployed = () => {
    const { id } = github.ci.deployment({ repo, sha: first, ref: "main", environment: "night", creator: "writer" });
    github.ci.deploymentStatus({ repo, deployment: id, state: "success" });
    return github.idle();
  };
  await github.idle();
  received.length = 0;
  answers = 500;
  await deployed();
  const [lost] = received;
  answers = 200;
  for (let count = 0; count < LATER; count++) await deployed();
  received.length = 0;

  const asApp = createGitHubApp({ apiUrl: github.apiUrl, appId: app.id, key: new Secret(app.privateKey) }, systemClock);
  await redeliverFailed(asApp, aMinuteLater, createLog("silent"));
  await github.idle();
  expect(received).toEqual([lost]);
  await redeliverFailed(asApp, aMinuteLater, createLog("silent"));
  await github.idle();
  expect(received).toEqual([lost]);
  asApp.close();
  await world.close();
  server.close();
});
