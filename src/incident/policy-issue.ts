/**
 * What is to become of the issue about a broken policy, given what GitHub has of it: there is one for the life of a repository,
 * the oldest. Pure; it must never ask for the same change twice.
 */
export type PolicyIssue = { readonly number: number; readonly state: "open" | "closed"; readonly body: string };

/** How the file stands at the head of the default branch, with the page that says so. */
export type PolicyState = { readonly isBroken: boolean; readonly page: string };

/** Stands on every page that says so. */
export const MENDED = "<!-- mended -->";

export type PolicyStep =
  | { readonly do: "open"; readonly page: string }
  | { readonly do: "write"; readonly number: number; readonly state: "open" | "closed"; readonly page: string }
  | { readonly do: "close-twin"; readonly number: number; readonly of: number };

export function policySteps(found: readonly PolicyIssue[], { isBroken, page }: PolicyState): readonly PolicyStep[] {
  const [first, ...others] = found.toSorted((a, b) => a.number - b.number);
  if (first === undefined) return isBroken ? [{ do: "open", page }] : [];
  const twins = others
    .filter(({ state }) => state === "open")
    .map(({ number }): PolicyStep => ({ do: "close-twin", number, of: first.number }));
  const isSaid = plain(first.body) === plain(page);
  // Closed with these very problems on it: a person did that, and needs no reminder until it was mended in between.
  const isSettled = isBroken ? isSaid : first.state === "closed" && first.body.includes(MENDED);
  if (isSettled) return twins;
  return [...twins, { do: "write", number: first.number, state: isBroken ? "open" : "closed", page }];
}

function plain(text: string): string {
  return text.replaceAll("\r\n", "\n").trim();
}
