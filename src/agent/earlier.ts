import type { Looked } from "./looked.ts";
import type { EarlierIncident } from "./ports.ts";

/** Earlier incidents, those that name files of this range first: `#12 closed 2026-11-01 title (names pay/charge.js)`. */
export function earlierIncidentLines({ earlierIncidents, range }: Looked): readonly string[] {
  const changed = [...new Set(range.commits.flatMap(({ files }) => files.map(({ path }) => path)))].filter(isTelling);
  return (earlierIncidents ?? [])
    .map((incident) => ({ incident, named: namedIn(incident, changed) }))
    .sort((a, b) => Number(b.named.length > 0) - Number(a.named.length > 0))
    .map(({ incident: { number, title, state, at }, named }) => {
      const files = named.length === 0 ? "" : ` (names ${named.slice(0, 5).join(", ")})`;
      return `#${number} ${state} ${at} ${title}${files}`;
    });
}

function namedIn({ body }: EarlierIncident, paths: readonly string[]): readonly string[] {
  return paths.filter((path) => body.includes(path));
}

/** A short name at the root, such as `a.js`, would be found in any text. */
function isTelling(path: string): boolean {
  return path.includes("/") || path.length >= 10;
}
