/** The rules of `/bc-authorize` as Auth0 documents them, as pure functions over the request's parameters. */

/** What a request to `/bc-authorize` is refused for; null where it may go on. */
export type Refusal = { readonly error: string; readonly description: string };

export type AskParameters = Readonly<Record<string, unknown>>;

export const DEFAULT_EXPIRY = 300;
const LONGEST_EXPIRY = 259_200;
/** Beyond this Auth0 sends e-mail instead of a push. */
const LONGEST_PUSH = 300;
const LONGEST_BINDING_MESSAGE = 64;
const PROPERTY_MEMBERS = ["display", "name", "display_order", "description", "value"];
/** Auth0's list, and the space that its own examples use. */
const BINDING_MESSAGE = /^[A-Za-z0-9 +\-_.,:#]+$/;

export function judgeAsk(params: AskParameters): Refusal | null {
  return (
    judgeScope(params.scope) ?? judgeBindingMessage(params.binding_message) ?? judgeExpiry(params.requested_expiry)
  );
}

function judgeScope(scope: unknown): Refusal | null {
  return text(scope).split(" ").includes("openid") ? null : invalid("openid scope must be requested");
}

function judgeBindingMessage(message: unknown): Refusal | null {
  if (typeof message !== "string" || message === "") return invalid("binding_message is required");
  if (message.length > LONGEST_BINDING_MESSAGE)
    return invalid(`binding_message must not be longer than ${LONGEST_BINDING_MESSAGE} characters`);
  return BINDING_MESSAGE.test(message)
    ? null
    : invalid("binding_message must only contain alphanumerics, whitespace and +-_.,:#");
}

function judgeExpiry(requested: unknown): Refusal | null {
  if (requested === undefined) return null;
  const seconds = Number(requested);
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > LONGEST_EXPIRY)
    return invalid(`requested_expiry must be between 1 and ${LONGEST_EXPIRY} seconds`);
  return seconds <= LONGEST_PUSH
    ? null
    : invalid("No eligible notification channels were found. email: channel is not enabled for the client");
}

/** The user id out of an `iss_sub` login hint; anything else is refused, a bare user id included. */
export function readLoginHint(hint: string, issuer: string): { readonly sub: string } | Refusal {
  const value = parse(hint);
  if (value?.format !== "iss_sub") return invalid("login_hint must be a JSON object of format iss_sub");
  if (value.iss !== issuer) return invalid(`iss within login_hint must be ${issuer}`);
  if (typeof value.sub !== "string" || value.sub === "") return invalid("sub within login_hint is required");
  return { sub: value.sub };
}

/** What the Guardian app can show: exactly one object, within its limits. */
export function judgeDetails(details: readonly Readonly<Record<string, unknown>>[]): Refusal | null {
  const [detail, ...others] = details;
  if (!detail || others.length > 0) return invalid("authorization_details must hold exactly one object");
  if (JSON.stringify(details).length > 5120) return invalid("authorization_details must not exceed 5 KB");
  const stray = Object.keys(detail).find((key) => !["type", "instruction", "properties"].includes(key));
  if (stray !== undefined) return invalid(`authorization_details: unknown member ${stray}`);
  const properties = Object.entries(isRecord(detail.properties) ? detail.properties : {});
  if (properties.length > 10) return invalid("authorization_details must not have more than 10 properties");
  for (const [name, property] of properties) {
    if (!/^[A-Za-z0-9_.-]{1,255}$/.test(name)) return invalid(`authorization_details: bad property name ${name}`);
    if (!isRecord(property) || typeof property.display !== "boolean" || typeof property.name !== "string")
      return invalid(`authorization_details: property ${name} needs display and name`);
    const unknown = Object.keys(property).find((key) => !PROPERTY_MEMBERS.includes(key));
    if (unknown !== undefined)
      return invalid(`authorization_details: property ${name} has an unknown member ${unknown}`);
    if (text(property.name).length > 255 || text(property.value).length > 255)
      return invalid(`authorization_details: property ${name} is longer than 255 characters`);
  }
  return null;
}

/** At most five pushes a minute to one person. */
export function isPushLimited(sentAt: readonly number[], now: number): boolean {
  return sentAt.filter((at) => at > now - 60_000).length >= 5;
}

function invalid(description: string): Refusal {
  return { error: "invalid_request", description };
}

function parse(json: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(json);
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
