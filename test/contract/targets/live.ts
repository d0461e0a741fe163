/** Whether this run speaks to the real services, and their credentials. Nothing here is ever printed. */
export const isLive = process.env.SENTINEL_CONTRACT === "live";

/** The values of these variables, or null with a notice that names those that are missing. */
export function credentials<N extends string>(
  suite: string,
  names: readonly N[],
  say: (notice: string) => void = console.warn,
): Readonly<Record<N, string>> | null {
  const missing = names.filter((name) => !process.env[name]);
  if (missing.length > 0) {
    say(`NOTICE: the live contract of ${suite} is skipped; not set: ${missing.join(", ")}`);
    return null;
  }
  return Object.fromEntries(names.map((name) => [name, process.env[name]])) as Record<N, string>;
}
