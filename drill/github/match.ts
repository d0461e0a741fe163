import { notFound, type Route } from "./http.ts";

/** Which route a path means. */

export type Found = { readonly route: Route; readonly params: Readonly<Record<string, string>> };

/** More literal segments win; a last parameter that may hold slashes (`{ref}`, `{path}`) takes the rest. */
export function matcher(routes: readonly Route[]): (method: string, path: string) => Found | null {
  const compiled = routes.map((route) => {
    const [method = "", template = ""] = route.operation.split(" ");
    const names: string[] = [];
    const pattern = template.replaceAll(/\{(\w+)\}|[.*+?^$()|[\]\\]/g, (literal, name: string | undefined) => {
      if (name === undefined) return `\\${literal}`;
      names.push(name);
      return takesSlashes(template, name) ? "(.+)" : "([^/]+)";
    });
    return {
      route,
      method,
      names,
      expression: new RegExp(`^${pattern}$`),
      literals: template.split("/").filter((part) => !part.startsWith("{")).length,
    };
  });
  compiled.sort((a, b) => b.literals - a.literals);
  return (method, path) => {
    for (const { route, method: wanted, names, expression } of compiled) {
      const match = wanted === method ? expression.exec(path) : null;
      if (!match) continue;
      const params = Object.fromEntries(names.map((name, i) => [name, decode(match[i + 1] ?? "")]));
      return { route, params };
    }
    return null;
  };
}

function takesSlashes(template: string, name: string): boolean {
  return (
    name === "ref" || name === "path" || name === "basehead" || (name === "branch" && template.endsWith("{branch}"))
  );
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw notFound();
  }
}
