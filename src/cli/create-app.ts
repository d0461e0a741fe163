import { rm, writeFile } from "node:fs/promises";
import type { Writable } from "node:stream";
import { parseArgs } from "node:util";
import { type Created, createApp } from "./create-app/flow.ts";
import { appManifest, handsManifest } from "./create-app/manifest.ts";
import { isHelp, wrongUsage } from "./wrong-usage.ts";

const USAGE = `usage: sentinel create-app --url URL [--org NAME] [--name NAME] [--out FILE]
       sentinel create-app --hands --domain AUTH0_DOMAIN [--org NAME] [--name NAME] [--out FILE]

  --org NAME      the organisation that will own the App (default: your own account)
  --name NAME     its name (default Sentinel, Sentinel hands)
  --url URL       where the App will run, as GitHub reaches it
  --hands         the second App, in whose name an approver's own token acts; Auth0 gets its client id and secret
  --out FILE      settings are written here, readable by you alone (default sentinel.env, sentinel-hands.env)
  --github URL    a GitHub Enterprise Server (default https://github.com)`;

/** Opens nothing by itself: prints the page to open, waits for the click, and writes the settings. Gives the exit code. */
export async function createAppCommand(args: readonly string[], out: Pick<Writable, "write">): Promise<number> {
  if (isHelp(args)) {
    out.write(`${USAGE}\n`);
    return 0;
  }
  const wish = parse(args);
  if (typeof wish === "string") {
    out.write(`${wish}\n\n${USAGE}\n`);
    return 2;
  }
  await probe(wish.out);
  const created = await createApp({
    ...places(wish.github),
    organisation: wish.org,
    manifest: wish.manifest,
    onPage: (url) => out.write(`Open ${url} and confirm on GitHub.\n`),
  });
  await writeFile(wish.out, settingsOf(created, wish.isHands), { mode: 0o600, flag: "wx" });
  out.write(
    `Created ${created.slug}. Its settings are in ${wish.out}; install it from ${created.url}/installations/new\n`,
  );
  return 0;
}

/** Before the click: GitHub hands the key out once, and it must not be lost to a file that cannot be written. */
async function probe(file: string): Promise<void> {
  await writeFile(file, "", { mode: 0o600, flag: "wx" }).catch((error: NodeJS.ErrnoException) => {
    const why = error.code === "EEXIST" ? "is there already" : "cannot be written";
    throw new Error(`--out: ${file} ${why}; move it, or name another with --out FILE.`);
  });
  await rm(file);
}

function parse(args: readonly string[]) {
  const text = { type: "string" } as const;
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { url: text, org: text, name: text, out: text, github: text, domain: text, hands: { type: "boolean" } },
    });
    const isHands = values.hands === true;
    const place = (isHands ? values.domain : values.url) ?? "";
    if (isHands && !/^[a-z0-9.-]+(:\d+)?$/i.test(place))
      return `--domain wants the Auth0 tenant's domain alone, such as acme.eu.auth0.com, not "${place}".`;
    if (!isHands && !isAddress(place))
      return `--url wants where the App will run, such as https://sentinel.example.com, not "${place}".`;
    if (values.github !== undefined && !isAddress(values.github))
      return `--github wants a server such as https://github.example.com, not "${values.github}".`;
    const name = values.name ?? (isHands ? "Sentinel hands" : "Sentinel");
    return {
      isHands,
      org: values.org ?? null,
      github: values.github ?? "https://github.com",
      out: values.out ?? (isHands ? "sentinel-hands.env" : "sentinel.env"),
      manifest: (redirect: string) =>
        isHands ? handsManifest(name, place, redirect, values.org === undefined) : appManifest(name, place, redirect),
    };
  } catch (error) {
    return wrongUsage(error);
  }
}

function isAddress(text: string): boolean {
  return URL.canParse(text) && /^https?:/.test(text);
}

function places(github: string): { readonly webUrl: string; readonly apiUrl: string } {
  const webUrl = github.replace(/\/+$/, "");
  return { webUrl, apiUrl: webUrl === "https://github.com" ? "https://api.github.com" : `${webUrl}/api/v3` };
}

/** The App's own settings; of the second App only what Auth0's connection wants. */
function settingsOf(app: Created, isHands: boolean): string {
  const lines = isHands
    ? [`GITHUB_CLIENT_ID=${app.clientId}`, `GITHUB_CLIENT_SECRET=${app.clientSecret}`]
    : [
        `APP_ID=${app.id}`,
        `PRIVATE_KEY="${app.pem.trim().replaceAll("\n", "\\n")}"`,
        `WEBHOOK_SECRET=${app.webhookSecret ?? ""}`,
      ];
  return `${lines.join("\n")}\n`;
}
