/**
 * Path globs as people write them in configuration: `*` within a segment, `**` over segments, `?`, `{a,b}`. A pattern without
 * a slash matches a file of that name in any folder; one that ends in a slash matches everything below.
 */
export function matchesGlob(path: string, pattern: string): boolean {
  return compile(pattern).test(path);
}

const compiled = new Map<string, RegExp>();

function compile(pattern: string): RegExp {
  const known = compiled.get(pattern);
  if (known) return known;
  const rooted = pattern.includes("/") ? pattern.replace(/^\//, "") : `**/${pattern}`;
  const whole = rooted.endsWith("/") ? `${rooted}**` : rooted;
  const expression = new RegExp(`^${translate(whole)}$`, "s");
  compiled.set(pattern, expression);
  return expression;
}

function translate(glob: string): string {
  let depth = 0;
  return glob.replace(/\*\*\/|\*\*|[*?{},]|[.+^$()|[\]\\]/g, (token) => {
    if (token === "**/") return "(?:[^/]+/)*";
    if (token === "**") return ".*";
    if (token === "*") return "[^/]*";
    if (token === "?") return "[^/]";
    if (token === "{") return ++depth ? "(?:" : "";
    if (token === "}" && depth > 0) return --depth >= 0 ? ")" : "";
    if (token === "," && depth > 0) return "|";
    return `\\${token}`;
  });
}
