/** What the API documents of JSON Schema for answers and arguments. Other keywords are refused here, so that a misspelt one is seen. */
const KEYWORDS = new Set([
  "$id",
  "$defs",
  "$ref",
  "$anchor",
  "type",
  "format",
  "title",
  "description",
  "enum",
  "items",
  "prefixItems",
  "minItems",
  "maxItems",
  "minimum",
  "maximum",
  "anyOf",
  "oneOf",
  "properties",
  "additionalProperties",
  "required",
  "propertyOrdering",
]);

/** Null where the schema holds nothing but documented keywords, and requires only what it declares. */
export function judgeSchema(schema: unknown, at: string): string | null {
  if (typeof schema === "boolean" || schema === undefined) return null;
  if (!isRecord(schema)) return `Invalid value at '${at}'`;
  const stray = Object.keys(schema).find((keyword) => !KEYWORDS.has(keyword));
  if (stray !== undefined) return `Unknown JSON Schema keyword "${stray}" at '${at}'`;
  const properties = isRecord(schema.properties) ? schema.properties : {};
  const missing = listOf(schema.required).find((name) => !Object.hasOwn(properties, String(name)));
  if (missing !== undefined) return `${at}.required: property "${missing}" is not defined`;
  const below: readonly (readonly [string, unknown])[] = [
    ...Object.entries(properties).map(([name, each]): [string, unknown] => [`${at}.properties.${name}`, each]),
    [`${at}.items`, schema.items],
    [`${at}.additionalProperties`, schema.additionalProperties],
    ...[...listOf(schema.anyOf), ...listOf(schema.oneOf)].map((each): [string, unknown] => [`${at}.anyOf`, each]),
  ];
  for (const [place, each] of below) {
    const wrong = judgeSchema(each, place);
    if (wrong !== null) return wrong;
  }
  return null;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
