import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createJournal } from "./journal.ts";
import { AUDIENCE, CLIENTS, OWNER, openStandIns, PEOPLE, REPOSITORY, type StandIns } from "./standins/open.ts";

/**
 * `npm run standins`: starts GitHub, Auth0, Slack and Gemini on loopback and prints where they are and who is inside, until
 * Ctrl+C. Every account is made up and lives as long as this process; `--once` only measures, `--json FILE` keeps the figures.
 */
const { values } = parseArgs({ options: { once: { type: "boolean", default: false }, json: { type: "string" } } });
const dir = await mkdtemp(join(tmpdir(), "sentinel-standins-"));
try {
  const journal = createJournal(({ service, method, path, actor, status }) => {
    if (!values.once) console.log(`${service.padEnd(7)} ${status} ${method} ${path} (${actor})`);
  });
  const standIns = await openStandIns({ journal, dir });
  const rssMb = Math.round(process.memoryUsage().rss / 1024 / 1024);
  await printWhatIsThere(standIns, rssMb);
  if (values.json !== undefined)
    await writeFile(values.json, `${JSON.stringify({ startedInMs: standIns.startedIn, rssMb }, null, 2)}\n`);
  if (!values.once) await interrupted();
  await standIns.close();
} finally {
  await rm(dir, { recursive: true, force: true, maxRetries: 3 });
}

async function printWhatIsThere(standIns: StandIns, rssMb: number): Promise<void> {
  const { github, auth0, slack, gemini, app, startedIn, tls } = standIns;
  const keys = { app: join(dir, "app.pem"), clients: join(dir, "clients.pem") };
  await writeFile(keys.app, app.privateKey, { mode: 0o600 });
  await writeFile(keys.clients, standIns.privateKey, { mode: 0o600 });
  const people = Object.entries(PEOPLE).map(
    ([login, role]) => `${login} (${role}): ${github.userToken(login, "console")}`,
  );
  section(`GitHub, started in ${startedIn.github} ms`, [
    `REST       ${github.apiUrl}`,
    `git        ${github.url}/${OWNER}/${REPOSITORY}.git`,
    `App        ${app.slug}, id ${app.id}, private key ${keys.app}`,
    ...people.map((person) => `person     ${person}`),
  ]);
  section(`Auth0, started in ${startedIn.auth0} ms`, [
    `domain     ${auth0.domain} (certificate ${tls.caPath})`,
    `phone      ${auth0.phoneUrl}`,
    `API        ${AUDIENCE}`,
    `clients    ${Object.values(CLIENTS).join(", ")}, private key ${keys.clients}`,
    "person     auth0|lead, who is lead on GitHub",
  ]);
  section(`Slack, started in ${startedIn.slack} ms`, [
    `API        ${slack.apiUrl}`,
    `token      ${standIns.slackToken}`,
  ]);
  section(`Gemini, started in ${startedIn.gemini} ms`, [`API        ${gemini.baseUrl}`, `key        ${gemini.apiKey}`]);
  console.log(`\nAll four together: ${rssMb} MB. ${values.once ? "" : "Ctrl+C ends them."}`);
}

function section(title: string, lines: readonly string[]): void {
  console.log(`\n${title}`);
  for (const line of lines) console.log(`  ${line}`);
}

function interrupted(): Promise<void> {
  const alive = setInterval(() => {}, 60_000);
  return new Promise((resolve) => {
    for (const name of ["SIGINT", "SIGTERM"] as const)
      process.once(name, () => {
        clearInterval(alive);
        resolve();
      });
  });
}
