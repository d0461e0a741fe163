/** How a push comes to be and how its answer becomes a grant: the part of the library's CIBA that the tenant decides. */
import { randomUUID } from "node:crypto";
import { type Configuration, errors, type KoaContextWithOIDC, Provider } from "oidc-provider";
import { DEFAULT_EXPIRY, isPushLimited, judgeAsk, judgeDetails, readLoginHint } from "./asking.ts";
import type { TenantParts } from "./parts.ts";
import { refuseAsk, refusePoll, TenantRefusal } from "./refusals.ts";
import { grantable, writeLog } from "./state.ts";
import type { Decision, PhoneRequest } from "./types.ts";

type CibaFeature = NonNullable<NonNullable<Configuration["features"]>["ciba"]>;

export function cibaFeature(parts: TenantParts): CibaFeature {
  return {
    enabled: true,
    deliveryModes: ["poll"],
    validateRequestContext: async () => {},
    validateBindingMessage: async (ctx) => {
      const refusal = judgeAsk({ ...ctx.oidc.params });
      if (refusal) throw refuseAsk(refusal);
    },
    processLoginHint: async (_ctx, hint) => {
      const read = readLoginHint(hint ?? "", parts.state.issuer);
      if ("error" in read) throw refuseAsk(read);
      return read.sub;
    },
    processLoginHintToken: async () => {
      throw refuseAsk({ error: "invalid_request", description: "login_hint_token is not supported" });
    },
    verifyUserCode: async () => {},
    triggerAuthenticationDevice: async (ctx, request) => {
      const pushed = pushFor(parts, ctx, request.params ?? {});
      if (!parts.faults.phoneUnreachable) parts.inbox.push(request.jti, pushed);
      writeLog(parts.state, "ciba_start_succeeded", pushed.client.id, pushed.user.id, {
        notification_channel: "guardian-push",
      });
    },
  };
}

function pushFor({ state, inbox }: TenantParts, ctx: KoaContextWithOIDC, params: Params): PhoneRequest {
  const user = state.users.get(ctx.oidc.account?.accountId ?? "");
  const client = state.clients.get(ctx.oidc.client?.clientId ?? "");
  if (!user || !client) throw new Error("invariant: a push has a known user and client");
  const now = state.now();
  if (!state.pushEnabled) throw refuseAsk(PUSH_OFF);
  if (!client.channels.includes("guardian-push")) throw refuseAsk(NO_CHANNEL);
  if (user.enrolled !== "confirmed") throw refuseAsk(NOT_ENROLLED);
  if (isPushLimited(inbox.sentTo(user.id), now)) throw new TenantRefusal(429, TOO_MANY, {}, { "retry-after": "60" });
  return {
    id: randomUUID(),
    user: { id: user.id, name: user.name },
    client: { id: client.id, name: client.name },
    bindingMessage: String(params.binding_message),
    audience: audienceOf(ctx) ?? null,
    scope: String(params.scope),
    details: detailsOf(params),
    sentAt: now,
    expiresAt: now + Number(params.requested_expiry ?? DEFAULT_EXPIRY) * 1000,
  };
}

const PUSH_OFF = { error: "invalid_request", description: "push notifications not enabled on tenant" };
const NO_CHANNEL = { error: "invalid_request", description: "No eligible notification channels were found." };
const NOT_ENROLLED = {
  error: "invalid_request",
  description:
    "No eligible notification channels were found. guardian-push: User does not have push notifications set up",
};
const TOO_MANY = { error: "too_many_requests", description: "Too many push notifications were sent to this user" };

/** Every poll is judged by the inbox before the library looks at it: too fast, waiting, denied, expired, used. */
export function judgePolls(provider: Provider, parts: TenantParts): void {
  const model = provider.BackchannelAuthenticationRequest;
  const find = model.find.bind(model);
  const judged = async (id: string, options?: { readonly ignoreExpiration?: boolean }) => {
    const request = (await find(id, options)) as BackchannelRequest | undefined;
    const ctx = Provider.ctx;
    if (request && ctx?.oidc.route === "token" && request.clientId === ctx.oidc.client?.clientId) {
      const polled = parts.inbox.poll(request.jti, parts.faults.pollAlwaysSlow);
      if (polled && polled.outcome !== "approved")
        throw refusePoll(polled.outcome, polled.pushed, parts.faults.expiredAs);
    }
    return request;
  };
  model.find = judged as typeof model.find;
}

type BackchannelRequest = InstanceType<Provider["BackchannelAuthenticationRequest"]>;

/**
 * Takes a person's answer. A yes becomes a grant of what was asked, as far as RBAC gives this person the permission. Throws
 * when no such request waits.
 */
export async function takeAnswer(
  provider: Provider,
  parts: TenantParts,
  requestId: string,
  decision: Decision,
  how: "button" | "passkey",
): Promise<void> {
  const taken = parts.inbox.take(requestId);
  const result = decision === "approve" ? await makeGrant(provider, parts, taken.request) : new errors.AccessDenied();
  const { details } = taken.request;
  // The library's type demands a consent record of another shape; it stores what it is given.
  const echoed = (decision === "approve" && details.length > 0 ? { rar: [...details] } : {}) as object;
  await provider.backchannelResult(taken.authReqId, result, echoed);
  parts.inbox.settle(taken, decision, how);
}

async function makeGrant(provider: Provider, { state }: TenantParts, request: PhoneRequest) {
  const grant = new provider.Grant({ accountId: request.user.id, clientId: request.client.id });
  grant.addOIDCScope("openid");
  const user = state.users.get(request.user.id);
  const api = state.apis.get(request.audience ?? "");
  if (user && api) {
    const asked = request.scope.split(" ");
    grant.addResourceScope(api.audience, grantable(state, user, api, asked).join(" "));
  }
  await grant.save();
  return grant;
}

type Params = Readonly<Record<string, unknown>>;

export function audienceOf(ctx: KoaContextWithOIDC): string | undefined {
  const audience = ctx.oidc.params?.audience;
  return typeof audience === "string" && audience !== "" ? audience : undefined;
}

function detailsOf(params: Params): PhoneRequest["details"] {
  return typeof params.authorization_details === "string"
    ? (JSON.parse(params.authorization_details) as PhoneRequest["details"])
    : [];
}

/** A type counts only where the API that is asked for has it registered, and only in the shape the Guardian app can show. */
export function checkDetail({ state, faults }: TenantParts, ctx: KoaContextWithOIDC, type: string): void {
  const audience = audienceOf(ctx) ?? "";
  const api = state.apis.get(audience);
  if (!api) throw refuseAsk({ error: "invalid_request", description: `Service not found: ${audience}` });
  if (faults.detailsNotSupported || !api.detailsTypes.includes(type))
    throw refuseAsk({
      error: "invalid_request",
      description: `authorization_details: type ${type} is not registered for the API`,
    });
  const refusal = judgeDetails(detailsOf({ ...ctx.oidc.params }));
  if (refusal) throw refuseAsk(refusal);
}
