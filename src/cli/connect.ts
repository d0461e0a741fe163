import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Writable } from "node:stream";
import { parseArgs } from "node:util";
import {
  type ConnectClient,
  completeConnecting,
  createJourney,
  loginUrl,
  type Started,
  startConnecting,
  tokenFor,
} from "../adapters/auth0-connect.ts";
import type { Secret } from "../kernel/secret.ts";
import { askedUrl } from "./asked-url.ts";
import { readDomain } from "./settings.ts";

type Env = Readonly<Record<string, string | undefined>>;

/** `sentinel connect`: an approver connects their GitHub account to Auth0 once, without which the vault always refuses. */
export async function connectCommand(
  args: readonly string[],
  out: Pick<Writable, "write">,
  env: Env = process.env,
): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: { port: { type: "string", default: "17171" }, connection: { type: "string" }, help: { type: "boolean" } },
  });
  const domain = readDomain(env);
  const clientId = env.SENTINEL_AUTH0_CONNECT_CLIENT_ID ?? "";
  if (values.help || domain === "" || clientId === "") {
    out.write(
      `usage: sentinel connect [--connection NAME] [--port N]\n\nSet SENTINEL_AUTH0_DOMAIN and SENTINEL_AUTH0_CONNECT_CLIENT_ID: a native application with the callback\nhttp://127.0.0.1:${values.port}/callback, allowed to use the My Account API.\nThe connection is SENTINEL_AUTH0_CONNECTION, or else github.\n`,
    );
    return values.help ? 0 : 2;
  }
  const port = Number(values.port);
  if (!(Number.isInteger(port) && port >= 1 && port <= 65_535)) {
    out.write(`--port wants a whole number up to 65535, not ${values.port}.\n`);
    return 2;
  }
  const connection = values.connection || env.SENTINEL_AUTH0_CONNECTION || "github";
  try {
    const connected = await journey({ domain, clientId }, connection, port, (url) =>
      out.write(`Open this in your browser, as the approver:\n\n  ${url}\n\n`),
    );
    out.write(`Connected: ${connected}. Approvals can be redeemed now.\n`);
    return 0;
  } catch (error) {
    out.write(`Not connected: ${error instanceof Error ? error.message : "no words"}\n`);
    return 1;
  }
}

const PATIENCE_MS = 300_000;

/** One browser, two returns: first from the login, then from the provider's consent. Resolves with the connection's name. */
async function journey(
  tenant: Pick<ConnectClient, "domain" | "clientId">,
  connection: string,
  port: number,
  show: (url: string) => void,
): Promise<string> {
  const ours = createJourney();
  const server = createServer();
  await new Promise<void>((done, fail) => {
    server.once("error", ({ message }) =>
      fail(new Error(`${message}. Free it, or take another with --port N and allow its callback in the client.`)),
    );
    server.listen(port, "127.0.0.1", done);
  });
  const redirectUri = `http://127.0.0.1:${(server.address() as AddressInfo).port}/callback`;
  const client = { ...tenant, redirectUri };
  let token: Secret | null = null;
  let started: Started | null = null;
  try {
    return await new Promise<string>((done, fail) => {
      const timer = setTimeout(() => fail(new Error("nobody came back within five minutes")), PATIENCE_MS);
      timer.unref();
      server.on("request", async (request, response) => {
        const url = askedUrl(request);
        const answer = (status: number, text: string) => response.writeHead(status, TEXT).end(text);
        if (url?.pathname !== "/callback" || url.searchParams.get("state") !== ours.state)
          return void answer(404, "This is not the return of a journey that began here.\n");
        try {
          const refusal = url.searchParams.get("error_description") ?? url.searchParams.get("error");
          if (refusal !== null) throw new Error(refusal);
          const code = url.searchParams.get("code");
          const connectCode = url.searchParams.get("connect_code");
          if (code !== null && token === null) {
            token = await tokenFor(client, ours, code);
            started = await startConnecting(client, ours, token, connection);
            return void response.writeHead(302, { location: started.url }).end();
          }
          if (connectCode === null || token === null || started === null) throw new Error("a return without its code");
          const name = await completeConnecting(client, ours, token, { session: started.session, code: connectCode });
          answer(200, `${name} is connected. You can close this page.\n`);
          done(name);
        } catch (error) {
          answer(400, "It did not work; the terminal says why.\n");
          fail(error);
        }
      });
      show(loginUrl(client, ours));
    });
  } finally {
    token = null;
    server.closeAllConnections();
    server.close();
  }
}

const TEXT = { "content-type": "text/plain; charset=utf-8", connection: "close" };
