/** Node's own words about a flag, without what it adds about its parser. */
export function wrongUsage(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return `${message.split(". ")[0]?.replace(/\.$/, "")}.`;
}

export function isHelp(args: readonly string[]): boolean {
  return args.includes("--help") || args.includes("-h");
}
