/**
 * Who owns which file by CODEOWNERS: the last line that matches wins, as on GitHub, and lines that do not parse are skipped.
 * Whoever reads it must take the file from a revision that the change in question could not write.
 */

/** Where GitHub looks for it, in its order. */
export const CODEOWNERS_PATHS = [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"] as const;

/** `@person` and `@org/team`, in the order of the alphabet. */
export function ownersOf(codeowners: string, paths: readonly string[]): readonly string[] {
  return [...new Set(ownersOfEach(codeowners, paths).flat())].sort();
}

/** The people, without teams and without `@`, who own at least one of these files: who owns the most comes first. */
export function peopleByFiles(codeowners: string, paths: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const owners of ownersOfEach(codeowners, paths)) {
    const people = owners.filter((owner) => !owner.includes("/")).map((owner) => owner.slice(1).toLowerCase());
    for (const login of new Set(people)) counts.set(login, (counts.get(login) ?? 0) + 1);
  }
  return [...counts].toSorted(([a, few], [b, many]) => many - few || a.localeCompare(b)).map(([login]) => login);
}

function ownersOfEach(codeowners: string, paths: readonly string[]): readonly (readonly string[])[] {
  const rules = codeowners.split("\n").flatMap(parseRule).reverse();
  return paths.map((path) => {
    const segments = path.split("/");
    return rules.find(({ pattern }) => matches(segments, pattern, "**", isSegment))?.owners ?? [];
  });
}

type Rule = { readonly pattern: readonly string[]; readonly owners: readonly string[] };

function parseRule(line: string): readonly Rule[] {
  const [pattern, ...rest] = line
    .replace(/(?:^|\s)#.*$/, "")
    .trim()
    .split(/\s+/);
  // GitHub ignores negation and character ranges in this file.
  if (!pattern || pattern.startsWith("!") || pattern.includes("[")) return [];
  const owners = rest.filter((owner) => /^@[\w.-]{1,100}(?:\/[\w.-]{1,100})?$/.test(owner));
  return [{ pattern: segmentsOf(pattern), owners }];
}

/** As in .gitignore: a slash inside or in front binds to the root, a folder means everything below. */
function segmentsOf(pattern: string): readonly string[] {
  const isFolder = pattern.endsWith("/");
  const segments = pattern.replace(/^\//, "").replace(/\/$/, "").split("/");
  const isRooted = pattern.replace(/\/$/, "").includes("/");
  const last = segments.at(-1);
  return [...(isRooted ? [] : ["**"]), ...segments, ...below(last, isFolder)];
}

/** `docs/*` means the files right there, `docs/**` those below, and every other pattern may also name a folder. */
function below(last: string | undefined, isFolder: boolean): readonly string[] {
  if (last === "**") return isFolder ? ["*", "**", "*"] : ["*"];
  if (isFolder) return ["**", "*"];
  return last === "*" ? [] : ["**"];
}

function isSegment(name: string, pattern: string): boolean {
  return matches([...name], [...pattern], "*", (letter, one) => one === "?" || one === letter);
}

/**
 * Whether the items fit the pattern, in which `any` stands for any number of them. It goes back to the last `any` alone, so no
 * pattern takes it longer than the product of both lengths.
 */
function matches(
  items: readonly string[],
  pattern: readonly string[],
  any: string,
  fits: (item: string, one: string) => boolean,
): boolean {
  let at = 0;
  let next = 0;
  let back: { readonly at: number; readonly next: number } | null = null;
  while (at < items.length) {
    const item = items[at] ?? "";
    const one = pattern[next];
    if (one === any) {
      back = { at, next };
      next += 1;
    } else if (one !== undefined && fits(item, one)) {
      at += 1;
      next += 1;
    } else if (back !== null) {
      back = { at: back.at + 1, next: back.next };
      at = back.at;
      next = back.next + 1;
    } else return false;
  }
  return pattern.slice(next).every((one) => one === any);
}
