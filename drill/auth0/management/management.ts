/**
 * The part of the Management API that setting up and checking Sentinel needs. It must never show a key, a secret after it was made, or
 * a provider's token.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { createLocalJWKSet, jwtVerify } from "jose";
import { pathOf, readBody, sendJson } from "../../loopback.ts";
import { ACTORS } from "../answers.ts";
import { publicPart } from "../keys.ts";
import type { TenantParts } from "../parts.ts";
import { managementAudience } from "../state.ts";
import { API_ROUTES } from "./apis.ts";
import { CLIENT_ROUTES, GRANT_ROUTES } from "./clients.ts";
import { CONNECTION_ROUTES } from "./connections.ts";
import { GUARDIAN_ROUTES, LOG_ROUTES } from "./guardian.ts";
import { ROLE_ROUTES } from "./roles.ts";
import { type Answer, fail, type Route } from "./route.ts";
import { USER_ROUTES } from "./users.ts";

const ROUTES: readonly Route[] = [
  ...USER_ROUTES,
  ...ROLE_ROUTES,
  ...CLIENT_ROUTES,
  ...GRANT_ROUTES,
  ...API_ROUTES,
  ...CONNECTION_ROUTES,
  ...GUARDIAN_ROUTES,
  ...LOG_ROUTES,
];

/** Every scope that some operation asks for. */
export const MANAGEMENT_SCOPES: readonly string[] = [...new Set(ROUTES.flatMap(({ scopes }) => scopes))].toSorted();

export async function serveManagement(
  request: IncomingMessage,
  response: ServerResponse,
  parts: TenantParts,
  changed: () => void,
): Promise<void> {
  const caller = await authenticate(request, parts);
  if (caller) ACTORS.set(response, caller.clientId);
  const { status, body } = await answer(request, caller, parts, changed);
  if (body === undefined) response.writeHead(status).end();
  else sendJson(response, status, body);
}

type Caller = { readonly clientId: string; readonly scopes: readonly string[] };

async function authenticate(request: IncomingMessage, { keys, state }: TenantParts): Promise<Caller | null> {
  const token = /^Bearer (\S+)$/.exec(request.headers.authorization ?? "")?.[1];
  if (!token) return null;
  try {
    const { payload } = await jwtVerify(token, createLocalJWKSet({ keys: keys.jwks.map(publicPart) }), {
      algorithms: ["RS256"],
      issuer: state.issuer,
      audience: managementAudience(state),
    });
    return { clientId: String(payload.azp), scopes: String(payload.scope ?? "").split(" ") };
  } catch {
    return null;
  }
}

async function answer(
  request: IncomingMessage,
  caller: Caller | null,
  { state }: TenantParts,
  changed: () => void,
): Promise<Answer> {
  if (!caller) return fail(401, "Invalid token", "invalid_token");
  const path = pathOf(request).slice("/api/v2".length);
  const found = ROUTES.flatMap((route) => {
    const params = route.method === request.method ? matchPath(route.path, path) : null;
    return params ? [{ route, params }] : [];
  })[0];
  if (!found) return fail(501, `${request.method} ${path} is not implemented by this stand-in`, "not_implemented");
  const { route, params } = found;
  if (!route.scopes.some((scope) => caller.scopes.includes(scope)))
    return fail(403, `Insufficient scope, expected any of: ${route.scopes.join(",")}`, "insufficient_scope");
  const query = Object.fromEntries(new URL(request.url ?? "/", "http://loopback").searchParams);
  const stray = Object.keys(query).find((key) => !(route.query ?? []).includes(key));
  if (stray !== undefined)
    return fail(400, `Query validation error: 'Additional properties not allowed: ${stray}'.`, "invalid_query_string");
  const body = await readJson(request, route);
  return "refused" in body ? body.refused : route.run({ state, params, query, body: body.value, changed });
}

async function readJson(request: IncomingMessage, route: Route): Promise<{ value: unknown } | { refused: Answer }> {
  if (!route.body) return { value: undefined };
  const refuse = (words: string) => ({ refused: fail(400, `Payload validation error: '${words}'.`, "invalid_body") });
  if (!request.headers["content-type"]?.startsWith("application/json")) return refuse("Expected a JSON body");
  try {
    const value: unknown = JSON.parse(await readBody(request));
    const parsed = route.body.safeParse(value);
    if (parsed.success) return { value };
    const [issue] = parsed.error.issues;
    return refuse(`${issue?.message ?? "invalid"} on property ${issue?.path.join(".") || "(root)"}`);
  } catch {
    return refuse("Invalid JSON");
  }
}

/** Values of the `:names`, or null where the path does not fit. */
function matchPath(pattern: string, path: string): Readonly<Record<string, string>> | null {
  const [expected, given] = [pattern.split("/"), path.split("/")];
  if (expected.length !== given.length) return null;
  const params: Record<string, string> = {};
  for (const [index, part] of expected.entries()) {
    const value = decodeURIComponent(given[index] ?? "");
    if (part.startsWith(":")) params[part.slice(1)] = value;
    else if (part !== value) return null;
  }
  return params;
}
