/** A measured deviation, as a monitor or a canary analysis prints it. Numbers keep their units, as written. */
export type Anomaly = { readonly metric: string; readonly baseline: string; readonly observed: string };

/** `error_rate: baseline 0.2 %, observed 7.4 %`, `p99 latency observed=900ms baseline=120ms`. */
export function anomalies(lines: readonly string[]): readonly Anomaly[] {
  const found = new Map<string, Anomaly>();
  for (const line of lines) {
    const words = SHAPES.map((shape) => shape.exec(line)?.groups).find((groups) => groups !== undefined);
    const metric = words?.metric?.trim();
    if (!metric || words?.baseline === undefined || words.observed === undefined) continue;
    found.set(metric, { metric, baseline: words.baseline.trim(), observed: words.observed.trim() });
    if (found.size >= MAX_ANOMALIES) break;
  }
  return [...found.values()];
}

const MAX_ANOMALIES = 10;
const METRIC = "(?<metric>[A-Za-z][\\w./ -]{1,80}?)";
const AMOUNT = "[<>~]?-?\\d{1,12}(?:[.,]\\d{1,9}){0,4}(?:\\s?[%\\w/]{1,8})?";
const BASELINE = `baseline\\s{0,2}[:=]?\\s{0,2}(?<baseline>${AMOUNT})`;
const OBSERVED = `(?:observed|actual|measured)\\s{0,2}[:=]?\\s{0,2}(?<observed>${AMOUNT})`;
const SHAPES = [
  new RegExp(`${METRIC}\\s{0,2}[:=,(]?\\s{0,2}${BASELINE}[\\s,;(]{1,4}${OBSERVED}`, "i"),
  new RegExp(`${METRIC}\\s{0,2}[:=,(]?\\s{0,2}${OBSERVED}[\\s,;(]{1,4}${BASELINE}`, "i"),
];
