import type { IncomingMessage } from "node:http";

/** What a browser on this machine asked for; null where that is no address at all, as anything that scans ports may send. */
export function askedUrl({ url = "/" }: IncomingMessage): URL | null {
  const here = "http://localhost";
  return URL.canParse(url, here) ? new URL(url, here) : null;
}
