import type { IncomingMessage } from "node:http";

/**
 * Who may talk to the phone page: this machine's browser, from the page itself. Other sites that the same browser has open must
 * reach nothing, neither by a form, nor by a frame, nor by a name that resolves to loopback.
 */
export function refusalOf(
  request: IncomingMessage,
  origin: string,
  token: string,
  given: string | null,
): string | null {
  if (request.headers.host !== new URL(origin).host) return "wrong host";
  if (request.method === "GET" || request.method === "HEAD") return null;
  if (request.headers.origin !== origin) return "wrong origin";
  const site = request.headers["sec-fetch-site"];
  if (site !== undefined && site !== "same-origin") return "wrong site";
  return given === token ? null : "wrong token";
}

/** Headers of every answer; `nonce` lets exactly our own style and script run. */
export function securityHeaders(nonce: string): Readonly<Record<string, string>> {
  return {
    "content-security-policy": [
      "default-src 'none'",
      `script-src 'nonce-${nonce}'`,
      `style-src 'nonce-${nonce}'`,
      "img-src data:",
      "connect-src 'self'",
      "form-action 'self'",
      "frame-ancestors 'none'",
      "base-uri 'none'",
    ].join("; "),
    "x-frame-options": "DENY",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
  };
}
