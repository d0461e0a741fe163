import type { Noticed } from "./prompt.ts";
import type { JsonSchema } from "./types.ts";

/** Fills any JSON Schema (or OpenAPI schema) with plausible values out of what the prompt holds. */
export type Words = {
  /** Free text for a property of this name. */
  readonly text: (name: string, noticed: Noticed) => string;
};

const PLAIN: Words = {
  text: (name, { commits, evidence }) => {
    const suspect = commits[0]?.slice(0, 12) ?? "the newest commit";
    if (/claim|text|reason|why/i.test(name))
      return `What failed is touched by ${suspect}${evidence[0] ? `, as ${evidence[0]} shows` : ""}.`;
    return `The failure most likely came with ${suspect}: it changes what the symptom names. Restoring the last good state removes it.`;
  },
};

export function fill(schema: JsonSchema, noticed: Noticed, words: Words = PLAIN, name = ""): unknown {
  const [first] = asArray(schema.anyOf ?? schema.oneOf);
  if (isRecord(first)) return fill(first, noticed, words, name);
  if (schema.const !== undefined) return schema.const;
  const choices = asArray(schema.enum);
  if (choices.length > 0) return choose(choices.map(String));
  switch (typeOf(schema)) {
    case "object":
      return Object.fromEntries(
        Object.entries(isRecord(schema.properties) ? schema.properties : {}).flatMap(([key, each]) =>
          isRecord(each) && (isRequired(schema, key) || isUseful(key)) ? [[key, fill(each, noticed, words, key)]] : [],
        ),
      );
    case "array":
      return fillArray(schema, noticed, words, name);
    case "integer":
      return bounded(schema, /to|end|line/i.test(name) ? 20 : 1);
    case "number":
      return bounded(schema, 0.8);
    case "boolean":
      return true;
    case "null":
      return null;
    default:
      return fillText(schema, noticed, words, name);
  }
}

function fillArray(schema: JsonSchema, noticed: Noticed, words: Words, name: string): readonly unknown[] {
  const items = isRecord(schema.items) ? schema.items : { type: "string" };
  const count = Math.max(Number(schema.minItems ?? 0), 1);
  if (/evidence/i.test(name) && typeOf(items) === "string") return noticed.evidence.slice(0, Math.max(count, 2));
  return Array.from({ length: count }, () => fill(items, noticed, words, name));
}

function fillText({ maxLength }: JsonSchema, noticed: Noticed, words: Words, name: string): string {
  const limit = typeof maxLength === "number" ? maxLength : 2000;
  return named(name, noticed)?.slice(0, limit) ?? words.text(name, noticed).slice(0, limit);
}

/** What a property of this name is usually about. */
function named(name: string, { commits, paths, word, evidence }: Noticed): string | undefined {
  if (/sha|commit|revision|\bref\b/i.test(name)) return commits[0] ?? "head";
  if (/path|file/i.test(name)) return paths[0] ?? "README.md";
  if (/query|text|term|pattern|search|word/i.test(name) && name.length < 12 && name !== "text") return word;
  if (/evidence/i.test(name)) return evidence[0];
  return undefined;
}

/** A person on call would restore: the first choice that acts, where one does. */
function choose(choices: readonly string[]): string {
  const acts = choices.filter((choice) => !/hold|unsure|none|not-|unknown|ignore/i.test(choice));
  return acts[0] ?? choices[0] ?? "";
}

function bounded({ minimum, maximum }: JsonSchema, wanted: number): number {
  return Math.min(Math.max(wanted, Number(minimum ?? wanted)), Number(maximum ?? wanted));
}

function typeOf(schema: JsonSchema): string {
  const [type] = [schema.type ?? (schema.properties ? "object" : "string")].flat();
  return String(type).toLowerCase();
}

function isRequired(schema: JsonSchema, key: string): boolean {
  return asArray(schema.required).includes(key);
}

function isUseful(key: string): boolean {
  return /claims|evidence|confidence/i.test(key);
}

function asArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
