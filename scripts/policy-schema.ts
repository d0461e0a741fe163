import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { policyJsonSchema, SCHEMA_FILE } from "../src/policy/json-schema.ts";

/** Writes the published JSON Schema anew. A test says when that is due. */
await writeFile(join(import.meta.dirname, "..", SCHEMA_FILE), `${JSON.stringify(policyJsonSchema(), null, 2)}\n`);
