import { z } from "zod";
import { Policy } from "./schema.ts";

/** The published JSON Schema of `.github/sentinel.yml`, made from the schema that is enforced, with every default in it. */
export function policyJsonSchema(): Readonly<Record<string, unknown>> {
  const { $schema, ...schema } = z.toJSONSchema(Policy, { io: "input", target: "draft-7" });
  return {
    $schema,
    $id: SCHEMA_URL,
    title: "Sentinel policy",
    description: "What counts as an incident, who may approve what, and how a rollback may be done.",
    ...schema,
  };
}

const SCHEMA_URL = "https://raw.githubusercontent.com/sentinel-ai/respond/v1/schema/sentinel.schema.json";
export const SCHEMA_FILE = "schema/sentinel.schema.json";
