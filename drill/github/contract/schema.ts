import { isRecord } from "../http.ts";

/** Turns schemas of OpenAPI 3.0 as GitHub writes them into JSON Schema that a generic validator takes. */

export type Schema = Readonly<Record<string, unknown>>;

/** What validators need; words, examples and vendor extensions stay out. */
const KEPT = [
  "type",
  "enum",
  "const",
  "required",
  "minimum",
  "maximum",
  "minLength",
  "maxLength",
  "minItems",
  "maxItems",
  "uniqueItems",
  "maxProperties",
  "minProperties",
  "pattern",
];
const FORMATS = ["date-time", "date", "uri"];
const COMBINED = ["anyOf", "allOf", "oneOf"] as const;

export function convert(schema: unknown, refs: Set<string>): Schema {
  if (!isRecord(schema)) return {};
  const name = refName(schema);
  if (name !== null) {
    refs.add(name);
    return { $ref: `#/$defs/${name}` };
  }
  const converted: Record<string, unknown> = {};
  for (const key of KEPT) if (schema[key] !== undefined) converted[key] = schema[key];
  if (typeof schema.format === "string" && FORMATS.includes(schema.format)) converted.format = schema.format;
  if (isRecord(schema.properties)) converted.properties = convertAll(schema.properties, refs);
  if (schema.items !== undefined) converted.items = convert(schema.items, refs);
  if (isRecord(schema.additionalProperties))
    converted.additionalProperties = convert(schema.additionalProperties, refs);
  else if (schema.additionalProperties === false) converted.additionalProperties = false;
  for (const key of COMBINED) {
    // GitHub's alternatives overlap, so "exactly one" would refuse its own answers.
    const wanted = key === "oneOf" ? "anyOf" : key;
    if (Array.isArray(schema[key])) converted[wanted] = schema[key].map((item) => convert(item, refs));
  }
  return schema.nullable === true ? nullable(converted) : converted;
}

/** OpenAPI 3.0 says `nullable`; JSON Schema says it in the type, or as one more alternative. */
function nullable(schema: Record<string, unknown>): Schema {
  const { type, enum: values } = schema;
  if (typeof type !== "string" || COMBINED.some((key) => key in schema)) return { anyOf: [schema, { type: "null" }] };
  const allowed = Array.isArray(values) && !values.includes(null) ? { enum: [...values, null] } : {};
  return { ...schema, type: [type, "null"], ...allowed };
}

function convertAll(properties: Readonly<Record<string, unknown>>, refs: Set<string>): Schema {
  return Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, convert(schema, refs)]));
}

export function refName(schema: Schema): string | null {
  const { $ref } = schema;
  return typeof $ref === "string" ? ($ref.split("/").at(-1) ?? null) : null;
}

/** Converts the named components and everything they refer to. */
export function collect(components: Schema, refs: Set<string>): Readonly<Record<string, Schema>> {
  const done: Record<string, Schema> = {};
  for (let left = [...refs]; left.length > 0; ) {
    const name = left.pop() ?? "";
    if (name in done) continue;
    if (components[name] === undefined) throw new Error(`invariant: the description has no schema ${name}`);
    const found = new Set<string>();
    done[name] = convert(components[name], found);
    left = [...left, ...found];
  }
  return Object.fromEntries(Object.entries(done).sort(([a], [b]) => a.localeCompare(b)));
}
