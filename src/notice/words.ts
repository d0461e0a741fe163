import { type Sha, shortSha } from "../kernel/sha.ts";
import { code, safeText } from "./safe-text.ts";

/** Small phrases that every page shares, so that the same thing reads the same everywhere. */

/** `2026-11-23 03:12:09 UTC` of an ISO 8601 time; what is no time is shown as harmless text. */
export function utc(iso: string): string {
  const ms = Date.parse(iso);
  return Number.isNaN(ms) ? safeText(iso, 30) : `${new Date(ms).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

/** `03:12:09`, for lists whose day is said above them. */
export function clockTime(iso: string): string {
  const ms = Date.parse(iso);
  return Number.isNaN(ms) ? safeText(iso, 30) : new Date(ms).toISOString().slice(11, 19);
}

/** `4 min 12 s`; null when either end is unknown or they are in the wrong order. */
export function between(from: string | null, to: string | null): string | null {
  const ms = Date.parse(to ?? "") - Date.parse(from ?? "");
  return Number.isFinite(ms) && ms >= 0 ? spell(Math.round(ms / 1000)) : null;
}

function spell(seconds: number): string {
  const parts = [
    [Math.floor(seconds / 86_400), "d"],
    [Math.floor(seconds / 3600) % 24, "h"],
    [Math.floor(seconds / 60) % 60, "min"],
    [seconds % 60, "s"],
  ] as const;
  const first = parts.findIndex(([count]) => count > 0);
  if (first === -1) return "0 s";
  return parts
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(" ");
}

export function commitLink(repoUrl: string, sha: Sha): string {
  return `[${code(shortSha(sha), 12)}](${repoUrl}/commit/${encodeURIComponent(sha)})`;
}

/** Person by GitHub login, linked to their page but never mentioned. */
export function person(repoUrl: string, login: string): string {
  const isLogin = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})$/.test(login);
  return isLogin ? `[${login}](${new URL(`/${login}`, repoUrl).href})` : code(login, 60);
}

export function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}
