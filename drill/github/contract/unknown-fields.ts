import { isRecord } from "../http.ts";
import { refName, type Schema } from "./schema.ts";

/**
 * Finds fields that no alternative of a schema declares, at any depth. GitHub's schemas do not forbid them, and GitHub drops
 * them silently: in a request that is a misspelling, in an answer of ours an invention.
 */
export function unknownFields(
  schema: Schema,
  value: unknown,
  schemas: Readonly<Record<string, Schema>>,
): readonly string[] {
  return [...new Set(walk([schema], value, "", schemas))];
}

function walk(
  candidates: readonly Schema[],
  value: unknown,
  path: string,
  schemas: Readonly<Record<string, Schema>>,
): readonly string[] {
  const open = candidates.flatMap((schema) => alternatives(schema, schemas));
  if (Array.isArray(value)) {
    const items = open.flatMap(({ items: item }) => (isRecord(item) ? [item] : []));
    return value.flatMap((item) => walk(items, item, path, schemas));
  }
  if (!isRecord(value)) return [];
  const declaring = open.filter(({ properties }) => isRecord(properties));
  // A map of anything, by intent: inputs of a workflow, permissions, headers.
  if (declaring.length === 0 || open.some(({ additionalProperties }) => isRecord(additionalProperties))) return [];
  return Object.entries(value).flatMap(([name, item]) => {
    const known = declaring.flatMap(({ properties }) => {
      const schema = isRecord(properties) ? properties[name] : undefined;
      return isRecord(schema) ? [schema] : [];
    });
    const at = path === "" ? name : `${path}.${name}`;
    return known.length === 0 ? [at] : walk(known, item, at, schemas);
  });
}

/** The schema itself and everything it combines, with references followed. */
function alternatives(schema: Schema, schemas: Readonly<Record<string, Schema>>): readonly Schema[] {
  const name = refName(schema);
  if (name !== null) return alternatives(schemas[name] ?? {}, schemas);
  const combined = [schema.anyOf, schema.allOf].flatMap((list) => (Array.isArray(list) ? list : []));
  return [schema, ...combined.filter(isRecord).flatMap((part) => alternatives(part, schemas))];
}
