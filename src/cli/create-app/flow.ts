import { randomBytes } from "node:crypto";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { z } from "zod";
import { askedUrl } from "../asked-url.ts";
import type { Manifest } from "./manifest.ts";

/**
 * GitHub's manifest flow on this machine: a page with one button, GitHub's own page where the App is named and created, and
 * back with a code that buys the App's id, key and webhook secret. It must never show or log what it bought.
 */
export type Created = {
  readonly id: number;
  readonly slug: string;
  readonly pem: string;
  /** Null for an App without a webhook. */
  readonly webhookSecret: string | null;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly url: string;
};

export type CreateOptions = {
  /** `https://github.com`, or a GitHub Enterprise Server. */
  readonly webUrl: string;
  /** `https://api.github.com` */
  readonly apiUrl: string;
  /** Null: the App is the user's own. */
  readonly organisation: string | null;
  /** Gets where GitHub sends the browser back to. */
  readonly manifest: (redirect: string) => Manifest;
  /** Called with the page to open. */
  readonly onPage: (url: string) => void;
};

const Conversion = z.looseObject({
  id: z.int(),
  slug: z.string(),
  pem: z.string(),
  webhook_secret: z.string().nullish(),
  client_id: z.string(),
  client_secret: z.string(),
  html_url: z.string(),
});

export async function createApp(options: CreateOptions): Promise<Created> {
  const state = randomBytes(16).toString("hex");
  const created = Promise.withResolvers<Created>();
  const server = createServer((request, response) => {
    const url = askedUrl(request);
    if (url?.pathname === "/")
      return send(response, 200, page(options, redirect(server), state), "text/html; charset=utf-8");
    if (url?.pathname !== "/created") return send(response, 404, "not found");
    // Somebody else's page could send the browser here too.
    if (url.searchParams.get("state") !== state) return send(response, 400, "This is not the answer to our question.");
    convert(options.apiUrl, url.searchParams.get("code") ?? "").then(
      (app) => {
        send(
          response,
          200,
          `${app.slug} was created. Go back to the terminal, and install it from ${app.url}/installations/new`,
        );
        created.resolve(app);
      },
      (error: unknown) => {
        send(response, 502, "GitHub did not hand over the App; the terminal says why.");
        created.reject(error);
      },
    );
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  options.onPage(`http://127.0.0.1:${portOf(server)}/`);
  try {
    return await created.promise;
  } finally {
    server.close();
    server.closeIdleConnections();
  }
}

function redirect(server: Server): string {
  return `http://127.0.0.1:${portOf(server)}/created`;
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

function page({ webUrl, organisation, manifest }: CreateOptions, back: string, state: string): string {
  const owner = organisation === null ? "settings" : `organizations/${encodeURIComponent(organisation)}/settings`;
  const action = `${webUrl}/${owner}/apps/new?state=${state}`;
  const value = JSON.stringify(manifest(back))
    .replaceAll("&", "&amp;")
    .replaceAll('"', "&quot;")
    .replaceAll("<", "&lt;");
  return [
    "<!doctype html>",
    '<html lang="en"><title>Create Sentinel\'s GitHub App</title>',
    '<body style="font: 1.1rem system-ui; margin: 4rem auto; max-width: 36rem">',
    "<h1>Create Sentinel's GitHub App</h1>",
    "<p>GitHub shows you its name and what it may do; nothing exists before you confirm there.</p>",
    `<form method="post" action="${action.replaceAll("&", "&amp;")}">`,
    `<input type="hidden" name="manifest" value="${value}">`,
    '<button style="font: inherit; padding: 0.6rem 1.2rem">Create it on GitHub</button>',
    "</form></body></html>",
  ].join("\n");
}

/** The code is good once, for an hour. */
async function convert(apiUrl: string, code: string): Promise<Created> {
  const answer = await fetch(`${apiUrl}/app-manifests/${encodeURIComponent(code)}/conversions`, {
    method: "POST",
    headers: { accept: "application/vnd.github+json", "user-agent": "sentinel-ai" },
    redirect: "error",
    signal: AbortSignal.timeout(15_000),
  });
  if (answer.status !== 201) throw new Error(`GitHub answered ${answer.status} to the manifest's code`);
  const app = Conversion.parse(await answer.json());
  return {
    id: app.id,
    slug: app.slug,
    pem: app.pem,
    webhookSecret: app.webhook_secret ?? null,
    clientId: app.client_id,
    clientSecret: app.client_secret,
    url: app.html_url,
  };
}

function send(response: ServerResponse, status: number, text: string, type = "text/plain; charset=utf-8"): void {
  response.writeHead(status, { "content-type": type, "content-length": Buffer.byteLength(text), connection: "close" });
  response.end(text);
}
