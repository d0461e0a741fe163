/**
 * The stand-in phone: a page on this machine where a person approves with a passkey or denies. Without a passkey's verified answer
 * nothing is approved, unless the drill allows the plain button, which says so.
 */
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { listen, parseObject, pathOf, readBody, sendJson, shut } from "../loopback.ts";
import type { Inbox } from "./inbox.ts";
import { refusalOf, securityHeaders } from "./phone/guard.ts";
import { type PhoneView, renderCards, renderPage } from "./phone/page.ts";
import { createPasskeys, type Passkeys } from "./phone/passkeys.ts";
import type { Auth0, PhoneRequest } from "./types.ts";

export type PhoneOptions = {
  readonly inbox: Inbox;
  readonly decide: Auth0["decide"];
  readonly now: () => number;
  readonly port?: number;
  readonly buttonAllowed?: boolean;
};

export type Phone = { readonly url: string; close(): Promise<void> };

export async function startPhone(options: PhoneOptions): Promise<Phone> {
  const server = createServer();
  const origin = `http://localhost:${await listen(server, options.port)}`;
  const phone: Parts = {
    ...options,
    origin,
    passkeys: createPasskeys(origin),
    token: randomBytes(24).toString("base64url"),
    style: await asset("style.css"),
    script: await asset("client.js"),
    watchers: new Set(),
  };
  const stop = options.inbox.onChange(() => {
    for (const watcher of phone.watchers) watcher.write("event: change\ndata: 1\n\n");
  });
  server.on("request", (request: IncomingMessage, response: ServerResponse) => {
    void serve(request, response, phone).catch(() => response.destroy());
  });
  return {
    url: `${origin}/`,
    async close() {
      stop();
      await shut(server);
    },
  };
}

type Parts = PhoneOptions & {
  readonly origin: string;
  readonly passkeys: Passkeys;
  readonly token: string;
  readonly style: string;
  readonly script: string;
  readonly watchers: Set<ServerResponse>;
};

async function serve(request: IncomingMessage, response: ServerResponse, phone: Parts): Promise<void> {
  const nonce = randomBytes(18).toString("base64url");
  for (const [name, value] of Object.entries(securityHeaders(nonce))) response.setHeader(name, value);
  const body = request.method === "POST" ? await readBody(request, 20_000) : "";
  const isForm = request.headers["content-type"]?.startsWith("application/x-www-form-urlencoded") ?? false;
  const given = isForm ? new URLSearchParams(body).get("token") : (request.headers["x-phone-token"] ?? null);
  const refusal = refusalOf(request, phone.origin, phone.token, given === null ? null : String(given));
  if (refusal !== null) return sendJson(response, 403, { error: refusal });
  if (request.method === "GET") return show(pathOf(request), response, phone, nonce);
  if (request.method === "POST") return answer(pathOf(request), body, isForm, response, phone);
  sendJson(response, 405, { error: "method not allowed" });
}

function show(path: string, response: ServerResponse, phone: Parts, nonce: string): void {
  if (path === "/") sendHtml(response, renderPage(viewOf(phone), { nonce, style: phone.style, script: phone.script }));
  else if (path === "/cards") sendHtml(response, renderCards(viewOf(phone)));
  else if (path === "/events") watch(response, phone);
  else sendJson(response, 404, { error: "not found" });
}

async function answer(
  path: string,
  body: string,
  isForm: boolean,
  response: ServerResponse,
  phone: Parts,
): Promise<void> {
  const [, id = "", action = ""] = /^\/requests\/([0-9a-f-]{36})\/(deny|approve|passkey\/\w+)$/.exec(path) ?? [];
  const request = phone.inbox.waiting().find((waiting) => waiting.id === id);
  if (!request)
    return isForm ? backToPage(response) : sendJson(response, 404, { error: "This request does not wait any more" });
  switch (action) {
    case "deny":
      await phone.decide(id, "deny", "button");
      return backToPage(response);
    case "approve":
      if (!phone.buttonAllowed) return sendJson(response, 403, { error: "An approval needs a passkey" });
      await phone.decide(id, "approve", "button");
      return backToPage(response);
    case "passkey/begin":
      return sendJson(response, 200, await phone.passkeys.begin(request));
    case "passkey/register":
      return register(request, parseObject(body), response, phone);
    case "passkey/approve":
      return approve(request, parseObject(body), response, phone);
    default:
      return sendJson(response, 404, { error: "not found" });
  }
}

/** A new passkey approves nothing by itself: the request is signed with it in a second step. */
async function register(request: PhoneRequest, made: unknown, response: ServerResponse, phone: Parts): Promise<void> {
  if (!(await phone.passkeys.register(request, made)))
    return sendJson(response, 403, { error: "The new passkey did not verify" });
  sendJson(response, 200, await phone.passkeys.begin(request));
}

async function approve(request: PhoneRequest, signed: unknown, response: ServerResponse, phone: Parts): Promise<void> {
  if (!(await phone.passkeys.verify(request, signed)))
    return sendJson(response, 403, { error: "The passkey's answer did not verify" });
  await phone.decide(request.id, "approve", "passkey");
  sendJson(response, 200, { ok: true });
}

function viewOf({ inbox, buttonAllowed, passkeys, token, now }: Parts): PhoneView {
  return {
    waiting: inbox.waiting(),
    settled: inbox.settled(),
    buttonAllowed: buttonAllowed ?? false,
    hasPasskey: passkeys.has,
    token,
    now: now(),
  };
}

function watch(response: ServerResponse, { watchers }: Parts): void {
  response.writeHead(200, { "content-type": "text/event-stream" });
  response.write("retry: 1000\n\n");
  watchers.add(response);
  response.once("close", () => watchers.delete(response));
}

function sendHtml(response: ServerResponse, html: string): void {
  response.writeHead(200, { "content-type": "text/html; charset=utf-8" });
  response.end(html);
}

function backToPage(response: ServerResponse): void {
  response.writeHead(303, { location: "/" });
  response.end();
}

function asset(name: string): Promise<string> {
  return readFile(new URL(`./phone/${name}`, import.meta.url), "utf8");
}
