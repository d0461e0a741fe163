/**
 * What a job must not show: its secrets, its token, and what `::add-mask::` names. Everything that leaves a job passes
 * `hide`; like the real runner it also knows the usual other spellings of a value.
 */
export type Masks = {
  /** Masks the value, and each of its lines on its own, since a log is hidden line by line. */
  add(value: string): void;
  hide(text: string): string;
};

export function createMasks(): Masks {
  const values = new Set<string>();
  let longestFirst: readonly string[] | null = null;
  return {
    add: (value) => {
      for (const part of [value, ...value.split(/[\r\n]+/)])
        for (const spelling of spellings(part)) if (spelling !== "") values.add(spelling);
      longestFirst = null;
    },
    hide: (text) => {
      longestFirst ??= [...values].sort((a, b) => b.length - a.length);
      return longestFirst.reduce((left, value) => left.replaceAll(value, "***"), text);
    },
  };
}

function spellings(value: string): readonly string[] {
  const json = JSON.stringify(value).slice(1, -1);
  return [value, value.trim(), json, encodeURIComponent(value), ...base64Spellings(value)];
}

/** In Base64 a value looks different at each of three offsets; only the part that does not depend on neighbours is taken. */
function base64Spellings(value: string): readonly string[] {
  const bytes = Buffer.from(value);
  if (bytes.length < 6) return [bytes.toString("base64")];
  return [bytes, bytes.subarray(1), bytes.subarray(2)].map((part) =>
    part.subarray(0, part.length - (part.length % 3)).toString("base64"),
  );
}
