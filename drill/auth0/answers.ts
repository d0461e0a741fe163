import { decodeJwt } from "jose";
import type { KoaContextWithOIDC, Provider } from "oidc-provider";
import type { TenantParts } from "./parts.ts";
import { inAuth0Words, TenantRefusal } from "./refusals.ts";
import { writeLog } from "./state.ts";
import { CIBA_GRANT } from "./store.ts";
import { forgeToken, rememberIssued } from "./tokens.ts";

/** The client as it proved itself; set only after its credential was checked. */
export const ACTORS = new WeakMap<object, string>();

const REFUSALS = new WeakMap<object, unknown>();

/** Turns what the library would answer into what Auth0 answers, and keeps the tenant's log. */
export function speakAsAuth0(provider: Provider, parts: TenantParts): void {
  const note = (ctx: KoaContextWithOIDC, error: unknown) => REFUSALS.set(ctx, error);
  provider.on("grant.error", note);
  provider.on("backchannel_authentication.error", note);
  provider.use(async (koa, next) => {
    await next();
    // The library's own context, which Koa's types do not know of.
    const ctx = koa as unknown as KoaContextWithOIDC;
    const body = ctx.body;
    if (!isRecord(body)) return;
    if (ctx.status >= 400) answerRefusal(ctx, body, parts);
    else if (ctx.path === "/bc-authorize") ctx.body = { ...body, interval: parts.interval };
    else if (ctx.path === "/oauth/token") await answerTokens(ctx, body, parts);
    noteActor(ctx);
  });
}

function answerRefusal(ctx: KoaContextWithOIDC, body: Fields, { state }: TenantParts): void {
  const refused = REFUSALS.get(ctx);
  if (refused instanceof TenantRefusal) {
    ctx.status = refused.statusCode;
    ctx.body = { ...body, ...refused.extra };
    ctx.set({ ...refused.answerHeaders });
  } else {
    const answer = inAuth0Words(ctx.status, body);
    ctx.status = answer.status;
    ctx.body = answer.body;
  }
  const { error } = ctx.body as Fields;
  const isWaiting = error === "authorization_pending" || error === "slow_down";
  const clientId = ctx.oidc?.client?.clientId ?? "";
  if (ctx.path === "/bc-authorize") writeLog(state, "ciba_start_failed", clientId, null, { error });
  if (ctx.oidc?.params?.grant_type === CIBA_GRANT && !isWaiting)
    writeLog(state, "ciba_exchange_failed", clientId, null, { error });
}

async function answerTokens(ctx: KoaContextWithOIDC, body: Fields, parts: TenantParts): Promise<void> {
  const grant = ctx.oidc.params?.grant_type;
  if (grant !== CIBA_GRANT && grant !== "authorization_code") return;
  const clientId = ctx.oidc.client?.clientId ?? "";
  const issued = String(body.access_token);
  const { forge } = parts.faults;
  const accessToken = forge === "none" ? issued : await forgeToken(issued, forge, parts.keys);
  // The vault would take a forged token that carries a genuine signature: only its reader's own checks stand in between.
  if (forge !== "wrong-key" && forge !== "unsigned") rememberIssued(parts.state, accessToken, clientId);
  const isJwt = accessToken.split(".").length === 3;
  ctx.body = { ...body, access_token: accessToken, scope: isJwt ? decodeJwt(accessToken).scope : body.scope };
  if (grant === CIBA_GRANT)
    writeLog(parts.state, "ciba_exchange_succeeded", clientId, ctx.oidc.account?.accountId ?? null, {});
}

function noteActor(ctx: KoaContextWithOIDC): void {
  const clientId = ctx.oidc?.client?.clientId;
  const isRejected = ctx.status === 401 && isRecord(ctx.body) && ctx.body.error === "access_denied";
  if (clientId && !isRejected) ACTORS.set(ctx.res, clientId);
}

type Fields = Record<string, unknown>;

function isRecord(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
