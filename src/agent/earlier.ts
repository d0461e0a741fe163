import type { Looked } from "./looked.ts";
import type { EarlierIncident } from "./ports.ts";

/** Earlier incidents, those that name files of this range first: `#12 closed 2026-11-01 title (names pay/charge.js)`. */
export function earlierIncidentLines({ earlierIncidents, range }: Looked): readonly string[] {
  const changed = range.commits.flatMap(({ files }) => files.map(({ path }) => path));
  return naming(earlierIncidents ?? [], changed).map(({ incident: { number, title, state, at }, named }) => {
    const files = named.length === 0 ? "" : ` (names ${named.slice(0, 5).join(", ")})`;
    return `#${number} ${state} ${at} ${title}${files}`;
  });
}

/** The newest earlier incident whose page names a file that the likeliest commit changes. */
export function incidentOfSameFiles({ earlierIncidents, range, ranking }: Looked): Named | null {
  const first = range.commits.find(({ sha }) => sha === ranking.ranked[0]?.sha);
  const [found] = naming(earlierIncidents ?? [], first?.files.map(({ path }) => path) ?? []);
  return found !== undefined && found.named.length > 0 ? found : null;
}

type Named = { readonly incident: EarlierIncident; readonly named: readonly string[] };

function naming(incidents: readonly EarlierIncident[], paths: readonly string[]): readonly Named[] {
  const telling = [...new Set(paths)].filter(isTelling);
  return incidents
    .map((incident) => {
      const words = wordsOf(incident.body);
      return { incident, named: telling.filter((path) => words.has(path)) };
    })
    .sort((a, b) => Number(b.named.length > 0) - Number(a.named.length > 0));
}

/**
 * What stands between spaces and marks, so that `pay/charge.js` is not named by `old/pay/charge.js`. A page escapes what
 * Markdown would read in a name: `pay/tax\_rate.js`.
 */
function wordsOf(markdown: string): ReadonlySet<string> {
  const words = markdown.replace(/\\(?=[!-/:-@[-`{-~])/g, "").split(/[\s`"'()<>|,;:]+/);
  return new Set(words.map((word) => word.replace(/\.$/, "")));
}

/** A short name at the root, such as `a.js`, would be found in any text. */
function isTelling(path: string): boolean {
  return path.includes("/") || path.length >= 10;
}
