/**
 * Path globs as people write them in configuration: `*` within a segment, `**` over segments, `?`, `{a,b}`. A pattern without
 * a slash matches a file of that name in any folder; one that ends in a slash matches everything below.
 */
export function matchesGlob(path: string, pattern: string): boolean {
  return compile(pattern).test(path);
}

/** Forgets itself when it grows: patterns come from every repository's policy. */
const compiled = new Map<string, RegExp>();
const MOST_COMPILED = 2000;

function compile(pattern: string): RegExp {
  const known = compiled.get(pattern);
  if (known) return known;
  const rooted = pattern.includes("/") ? pattern.replace(/^\//, "") : `**/${pattern}`;
  const whole = rooted.endsWith("/") ? `${rooted}**` : rooted;
  const expression = new RegExp(`^${translate(whole)}$`, "s");
  if (compiled.size >= MOST_COMPILED) compiled.clear();
  compiled.set(pattern, expression);
  return expression;
}

/** Where a brace that opens is never closed, all of them are letters: no pattern may break whoever reads it. */
function translate(glob: string, hasBraces = true): string {
  let depth = 0;
  const expression = glob.replace(/\*\*\/|\*\*|[*?{},]|[.+^$()|[\]\\]/g, (token) => {
    if (token === "**/") return "(?:[^/]+/)*";
    if (token === "**") return ".*";
    if (token === "*") return "[^/]*";
    if (token === "?") return "[^/]";
    if (token === "{" && hasBraces) return ++depth ? "(?:" : "";
    if (token === "}" && depth > 0) return --depth >= 0 ? ")" : "";
    if (token === "," && depth > 0) return "|";
    return `\\${token}`;
  });
  return depth === 0 ? expression : translate(glob, false);
}
