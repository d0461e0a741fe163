/** Who CODEOWNERS names for these files: the last line that matches wins, as on GitHub. Lines that do not parse are skipped. */
export function ownersOf(codeowners: string, paths: readonly string[]): readonly string[] {
  const rules = codeowners.split("\n").flatMap(parseRule).reverse();
  const found = new Set<string>();
  for (const path of paths) {
    for (const owner of rules.find(({ matches }) => matches(path))?.owners ?? []) found.add(owner);
  }
  return [...found].sort();
}

/** Where GitHub looks for it, in its order. */
export const CODEOWNERS_PATHS = [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"] as const;

type Rule = { readonly matches: (path: string) => boolean; readonly owners: readonly string[] };

function parseRule(line: string): readonly Rule[] {
  const [pattern, ...rest] = line
    .replace(/(?:^|\s)#.*$/, "")
    .trim()
    .split(/\s+/);
  // GitHub ignores negation and character ranges in this file.
  if (!pattern || pattern.startsWith("!") || pattern.includes("[")) return [];
  const owners = rest.filter((owner) => /^@[\w.-]{1,100}(?:\/[\w.-]{1,100})?$/.test(owner));
  const shape = compile(pattern);
  return [{ matches: (path) => shape.test(path), owners }];
}

/** As in .gitignore: a slash inside or in front binds to the root, a folder means everything below. */
function compile(pattern: string): RegExp {
  const isRooted = pattern.replace(/\/$/, "").includes("/");
  const body = pattern
    .replace(/^\//, "")
    .replace(/\/$/, "")
    .replace(/\*\*\/|\/\*\*$|\*\*|[*?]|[.+^${}()|\\]/g, (token) => {
      if (token === "**/") return "(?:[^/]+/)*";
      if (token === "/**") return "/.*";
      if (token === "**") return ".*";
      if (token === "*") return "[^/]*";
      if (token === "?") return "[^/]";
      return `\\${token}`;
    });
  // `docs/*` means the files right there, every other pattern may also name a folder.
  const below = pattern.endsWith("/") ? "/.*" : /(?:^|\/)\*$/.test(pattern) ? "" : "(?:/.*)?";
  return new RegExp(`^${isRooted ? "" : "(?:.*/)?"}${body}${below}$`);
}
