/** Logging a person in, in their browser: the stand-in asks who they are and believes it. Only what a program may then do is real. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { KoaContextWithOIDC, Provider } from "oidc-provider";
import { readBody } from "../../loopback.ts";
import type { TenantParts } from "../parts.ts";
import { grantable, myAccountAudience } from "../state.ts";
import { sendPage } from "./page.ts";

export const LOGIN_PATH = "/u/login";

export async function serveLogin(
  request: IncomingMessage,
  response: ServerResponse,
  provider: Provider,
  { state }: TenantParts,
): Promise<void> {
  if (request.method === "GET") {
    const details = await provider.interactionDetails(request, response);
    const client = state.clients.get(String(details.params.client_id));
    return sendPage(response, {
      title: "Who are you?",
      words: `${client?.name ?? "A program"} wants to log you in.`,
      action: LOGIN_PATH,
      hidden: {},
      buttons: [...state.users.values()].map(({ id, name }) => ({ label: name, name: "user", value: id })),
    });
  }
  const accountId = new URLSearchParams(await readBody(request)).get("user") ?? "";
  if (!state.users.has(accountId)) return void response.writeHead(400).end("Unknown user");
  await provider.interactionFinished(request, response, { login: { accountId }, consent: {} });
}

/** A first-party program is granted what it asks for without a consent page, as far as RBAC lets this person. */
export async function grantForLogin(ctx: KoaContextWithOIDC, { state }: TenantParts) {
  const { account, client, params, provider } = ctx.oidc;
  const user = state.users.get(account?.accountId ?? "");
  if (!client || !user) return undefined;
  const grant = new provider.Grant({ accountId: user.id, clientId: client.clientId });
  const asked = String(params?.scope ?? "").split(" ");
  grant.addOIDCScope(asked.filter((scope) => OIDC_SCOPES.includes(scope)).join(" "));
  const audience = String(params?.audience ?? "");
  const api = state.apis.get(audience);
  if (audience === myAccountAudience(state)) {
    const given = [...state.clientGrants.values()].find(
      (one) => one.clientId === client.clientId && one.audience === audience,
    );
    grant.addResourceScope(audience, asked.filter((scope) => given?.scope.includes(scope)).join(" "));
  } else if (api) grant.addResourceScope(audience, grantable(state, user, api, asked).join(" "));
  await grant.save();
  return grant;
}

export const OIDC_SCOPES = ["openid", "profile", "email", "offline_access"];
