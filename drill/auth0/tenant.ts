/**
 * A stand-in Auth0 tenant on loopback: CIBA, Token Vault, and a phone page where a person answers. It must never approve by itself,
 * and what it journals must never hold a credential.
 */
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from "node:http";
import { createServer } from "node:https";
import { setTimeout as delay } from "node:timers/promises";
import type { Provider } from "oidc-provider";
import { createFaults } from "../faults.ts";
import { listen, pathOf, readBody, sendJson, shut } from "../loopback.ts";
import { ACTORS } from "./answers.ts";
import { LOGIN_PATH, serveLogin } from "./browser/login.ts";
import { takeAnswer } from "./ciba.ts";
import { AUTH0_FAULTS, type Auth0Faults } from "./faults.ts";
import { createInbox } from "./inbox.ts";
import { createSigningKeys } from "./keys.ts";
import { serveManagement } from "./management/management.ts";
import { CONNECT_PATH, serveConnect, serveMyAccount } from "./my-account.ts";
import { ASK_PARAMETERS, readParameters, TOKEN_PARAMETERS, withForm } from "./parameters.ts";
import type { TenantParts } from "./parts.ts";
import { startPhone } from "./phone.ts";
import { createProvider } from "./provider.ts";
import { createState } from "./seed.ts";
import { createStore, VAULT_GRANT } from "./store.ts";
import type { Auth0, Auth0Options } from "./types.ts";

export async function startAuth0(options: Auth0Options): Promise<Auth0> {
  const keys = await createSigningKeys(options.signingKey);
  const faults: Auth0Faults = createFaults(AUTH0_FAULTS);
  const server = createServer({ key: options.tls.keyPem, cert: options.tls.certPem });
  const port = await listen(server, options.port);
  const domain = options.domain ?? `localhost:${port}`;
  const state = createState(options, `https://${domain}/`);
  const interval = options.interval ?? 5;
  const inbox = createInbox(interval, state.now);
  const parts: TenantParts = { state, keys, inbox, faults, interval, store: createStore(state) };
  let provider = createProvider(parts);
  const rebuild = () => {
    provider = createProvider(parts);
  };

  server.on("request", (request: IncomingMessage, response: ServerResponse) => {
    response.once("close", () =>
      options.journal.record({
        service: "auth0",
        method: request.method ?? "GET",
        path: pathOf(request),
        actor: ACTORS.get(response) ?? "anonymous",
        status: response.writableFinished ? response.statusCode : 0,
      }),
    );
    void serve(request, response, { parts, provider, rebuild }).catch(() => response.destroy());
  });

  const decide: Auth0["decide"] = (id, decision, how) => takeAnswer(provider, parts, id, decision, how);
  const phone = await startPhone({ inbox, decide, now: state.now, ...options.phone });
  return {
    domain,
    issuer: state.issuer,
    phoneUrl: phone.url,
    inbox: inbox.waiting,
    decide,
    onRequest: inbox.onChange,
    faults,
    logs: state.logs,
    async rotateKeys() {
      await keys.rotate();
      rebuild();
    },
    async close() {
      await phone.close();
      await shut(server);
    },
  };
}

type Serving = {
  readonly parts: TenantParts;
  readonly provider: Provider;
  /** Makes the protocol library anew, after its settings changed. */
  readonly rebuild: () => void;
};

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  { parts, provider, rebuild }: Serving,
): Promise<void> {
  const { faults } = parts;
  if (faults.refuse) return void request.socket.destroy();
  if (faults.latencyMs > 0) await delay(faults.latencyMs);
  if (faults.failNext > 0) {
    faults.failNext -= 1;
    const retry = faults.failStatus === 429 ? { "retry-after": "1" } : {};
    return sendJson(response, faults.failStatus, { error: STATUS_CODES[faults.failStatus] }, retry);
  }
  const path = pathOf(request);
  if (path.startsWith("/api/v2/")) return serveManagement(request, response, parts, rebuild);
  if (path.startsWith("/me/v1/")) return serveMyAccount(request, response, parts);
  if (path === CONNECT_PATH) return serveConnect(request, response, parts);
  if (path === LOGIN_PATH) return serveLogin(request, response, provider, parts);
  const known = path === "/bc-authorize" ? ASK_PARAMETERS : path === "/oauth/token" ? TOKEN_PARAMETERS : null;
  if (!known || request.method !== "POST") return void (await provider.callback()(request, response));

  if (faults.rejectClients)
    return sendJson(response, 401, { error: "access_denied", error_description: "Unauthorized" });
  const form = readForm(request, await readBody(request, 60_000), path);
  if (!form) return sendJson(response, 400, invalid("The body must be a form, or JSON at /oauth/token"));
  const stray = [...form.keys()].find((name) => !known.has(name));
  if (stray !== undefined) return sendJson(response, 400, invalid(`Unknown parameter: ${stray}`));
  if (faults.refuseVault && form.get("grant_type") === VAULT_GRANT) return void request.socket.destroy();
  if (path === "/oauth/token" && faults.loseAnswer > 0) {
    faults.loseAnswer -= 1;
    response.end = () => response.destroy();
  }
  await provider.callback()(withForm(request, form), response);
}

function readForm(request: IncomingMessage, body: string, path: string): URLSearchParams | null {
  const type = request.headers["content-type"];
  return path === "/bc-authorize" && type?.startsWith("application/json") ? null : readParameters(type, body);
}

function invalid(description: string): { error: string; error_description: string } {
  return { error: "invalid_request", error_description: description };
}
