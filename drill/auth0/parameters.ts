import { IncomingMessage } from "node:http";
import type { Socket } from "node:net";

/**
 * Parameters that a request may carry. Auth0 overlooks unknown ones; here they are refused, so that a misspelt parameter is seen
 * in a test and not in production.
 */
const CLIENT = ["client_id", "client_secret", "client_assertion", "client_assertion_type"];
export const ASK_PARAMETERS = new Set([
  ...CLIENT,
  "login_hint",
  "scope",
  "binding_message",
  "requested_expiry",
  "audience",
  "authorization_details",
]);
export const TOKEN_PARAMETERS = new Set([
  ...CLIENT,
  "grant_type",
  "auth_req_id",
  "audience",
  "scope",
  "subject_token",
  "subject_token_type",
  "requested_token_type",
  "connection",
  "login_hint",
  "code",
  "code_verifier",
  "redirect_uri",
]);

/** Form or JSON, as `/oauth/token` takes both; null when it is neither. */
export function readParameters(contentType: string | undefined, body: string): URLSearchParams | null {
  const type = contentType?.split(";")[0]?.trim().toLowerCase();
  if (type === "application/x-www-form-urlencoded") return new URLSearchParams(body);
  if (type !== "application/json") return null;
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
    return new URLSearchParams(
      Object.entries(value).map(([name, each]): [string, string] => [
        name,
        typeof each === "string" ? each : JSON.stringify(each),
      ]),
    );
  } catch {
    return null;
  }
}

/** The same request with these parameters as its form body, for a reader that wants to read the body itself. */
export function withForm(request: IncomingMessage, form: URLSearchParams): IncomingMessage {
  const body = Buffer.from(form.toString());
  const copy = new IncomingMessage(request.socket as Socket);
  copy.method = request.method ?? "POST";
  copy.url = request.url ?? "/";
  copy.httpVersion = request.httpVersion;
  copy.headers = {
    ...request.headers,
    "content-type": "application/x-www-form-urlencoded",
    "content-length": String(body.length),
  };
  delete copy.headers["transfer-encoding"];
  // Otherwise the copy would take the connection down with it when it has been read.
  copy.complete = true;
  copy.push(body);
  copy.push(null);
  return copy;
}
