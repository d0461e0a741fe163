/**
 * Every way to misspell one name in a request's body: for a form its fields and the JSON within them, for JSON all names but those
 * that the caller may choose freely.
 */
export function misspellings(
  body: string,
  contentType: string,
  isFree: (path: string) => boolean,
): readonly Misspelling[] {
  if (contentType.includes("json"))
    return namesIn(JSON.parse(body), "", isFree).map((path) => ({
      path,
      body: JSON.stringify(renamed(JSON.parse(body), "", path)),
    }));
  return [...new URLSearchParams(body).keys()].flatMap((field) => [
    { path: field, body: renameField(body, field) },
    ...misspeltWithin(body, field, isFree),
  ]);
}

export type Misspelling = { readonly path: string; readonly body: string };

function misspeltWithin(body: string, field: string, isFree: (path: string) => boolean): readonly Misspelling[] {
  const form = new URLSearchParams(body);
  const value = form.get(field) ?? "";
  if (!/^[[{]/.test(value)) return [];
  return namesIn(JSON.parse(value), field, isFree).map((path) => {
    form.set(field, JSON.stringify(renamed(JSON.parse(value), field, path)));
    return { path, body: form.toString() };
  });
}

function renameField(body: string, field: string): string {
  const form = new URLSearchParams();
  for (const [name, value] of new URLSearchParams(body)) form.append(name === field ? misspelt(name) : name, value);
  return form.toString();
}

/** One letter too many, in the middle. */
function misspelt(name: string): string {
  const middle = Math.ceil(name.length / 2);
  return `${name.slice(0, middle)}x${name.slice(middle)}`;
}

function namesIn(value: unknown, at: string, isFree: (path: string) => boolean): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => namesIn(item, `${at}/${index}`, isFree));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value)
    .flatMap(([name, item]) => [`${at}/${name}`, ...namesIn(item, `${at}/${name}`, isFree)])
    .filter((path) => !isFree(path));
}

function renamed(value: unknown, at: string, path: string): unknown {
  if (Array.isArray(value)) return value.map((item, index) => renamed(item, `${at}/${index}`, path));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => {
      const here = `${at}/${name}`;
      return [here === path ? misspelt(name) : name, renamed(item, here, path)];
    }),
  );
}
