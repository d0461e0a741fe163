import { readFileSync } from "node:fs";
import { Ajv, type ValidateFunction } from "ajv";
import addFormats from "ajv-formats";
import { isRecord } from "../http.ts";
import { isKnownDefect, UNDESCRIBED_PERMISSIONS } from "./defects.ts";
import type { Schema } from "./schema.ts";
import type { Operation, Slice } from "./slice.ts";
import { unknownFields } from "./unknown-fields.ts";

/**
 * Holds every request, answer and webhook against GitHub's own description. It must never change what it looks at, and
 * what it forgives stands in defects.ts with the reason.
 */
export type Contract = {
  /** What is wrong with a request, in sentences; none when it is as described. `json` undefined: no body. */
  request(operation: string, query: URLSearchParams, json: unknown): readonly string[];
  /** What is wrong with an answer of ours. `body` undefined: none. */
  response(operation: string, status: number, body: unknown): readonly string[];
  /** Whether an App can be granted a permission of this name. */
  isPermission(name: string): boolean;
  webhook(event: string, payload: Readonly<Record<string, unknown>>): readonly string[];
};

const SLICE = new URL("../openapi.slice.json", import.meta.url);

/** Reading takes 10 ms; validators are compiled when first needed, and shared by all stand-ins of the process. */
let shared: Contract | null = null;

export function githubContract(): Contract {
  shared ??= createContract(JSON.parse(readFileSync(SLICE, "utf8")) as Slice);
  return shared;
}

export function createContract(slice: Slice): Contract {
  const rest = validators("rest", slice.schemas);
  const hooks = validators("webhooks", slice.webhookSchemas);
  const operationOf = (name: string): Operation => {
    const operation = slice.operations[name];
    if (!operation) throw new Error(`invariant: ${name} is not in the slice; run scripts/openapi-slice.ts`);
    return operation;
  };
  return {
    request: (name, query, json) => {
      const operation = operationOf(name);
      return [...queryFaults(operation, query), ...bodyFaults(name, operation, json, rest, slice.schemas)];
    },
    response: (name, status, body) => responseFaults(name, operationOf(name), { status, body }, rest, slice.schemas),
    isPermission: (name) => {
      const { properties } = slice.schemas["app-permissions"] ?? {};
      return (isRecord(properties) && name in properties) || UNDESCRIBED_PERMISSIONS.includes(name);
    },
    webhook: (event, payload) => {
      const name = typeof payload.action === "string" ? `${event}.${payload.action}` : event;
      const schema = slice.webhooks[event] ?? slice.webhooks[name];
      if (schema === undefined) return [`the webhook ${name} is not in the slice; add it to contract/slice.ts`];
      const found = hooks(name, { $ref: `#/$defs/${schema}` })(payload);
      return found.filter((fault) => !isKnownDefect(`webhook ${name}`, fault));
    },
  };
}

type Check = (value: unknown) => readonly string[];
type Validators = (key: string, schema: Schema) => Check;
type Schemas = Readonly<Record<string, Schema>>;

function validators(id: string, schemas: Schemas): Validators {
  // Schemas of GitHub are trusted to be schemas; what is not told here costs a second of compiling.
  const ajv = new Ajv({
    strict: false,
    allErrors: true,
    inlineRefs: false,
    code: { optimize: false },
    validateSchema: false,
    addUsedSchema: false,
  });
  addFormats.default(ajv, ["date-time", "date", "uri"]);
  ajv.addSchema({ $id: id, $defs: schemas });
  const compiled = new Map<string, ValidateFunction>();
  return (key, schema) => (value) => {
    const validate = compiled.get(key) ?? ajv.compile(absolute(schema, id) as object);
    compiled.set(key, validate);
    if (validate(value)) return [];
    return (validate.errors ?? []).map(({ instancePath, message, params }) => {
      const more = "allowedValues" in params ? ` (${String(params.allowedValues)})` : "";
      return `${instancePath || "/"} ${message}${more}`;
    });
  };
}

function absolute(value: unknown, id: string): unknown {
  if (Array.isArray(value)) return value.map((item) => absolute(item, id));
  if (!isRecord(value)) return value;
  const entries = Object.entries(value).map(([key, item]) =>
    key === "$ref" ? [key, `${id}${String(item)}`] : [key, absolute(item, id)],
  );
  return Object.fromEntries(entries);
}

function queryFaults(operation: Operation, query: URLSearchParams): readonly string[] {
  return [...query].flatMap(([name, value]) => {
    const schema = operation.query[name];
    if (!schema) return [`unknown query parameter ${name}`];
    if (Array.isArray(schema.enum) && !schema.enum.includes(value))
      return [`query parameter ${name} is ${value}, not one of ${schema.enum.join(", ")}`];
    const isNumber = schema.type === "integer" || schema.type === "number";
    return isNumber && !/^\d+$/.test(value) ? [`query parameter ${name} is ${value}, not a number`] : [];
  });
}

function bodyFaults(
  name: string,
  operation: Operation,
  json: unknown,
  validate: Validators,
  schemas: Schemas,
): readonly string[] {
  if (json === undefined) return operation.bodyRequired ? ["the body is missing"] : [];
  if (operation.body === null) {
    const isEmpty = isRecord(json) && Object.keys(json).length === 0;
    return isEmpty ? [] : ["a body was sent, but the operation takes none"];
  }
  const unknown = unknownFields(operation.body, json, schemas).map((field) => `unknown field ${field}`);
  const found = validate(`${name} request`, operation.body)(json);
  return [...unknown, ...found].filter((fault) => !isKnownDefect(`request ${name}`, fault));
}

function responseFaults(
  name: string,
  operation: Operation,
  { status, body }: { readonly status: number; readonly body: unknown },
  validate: Validators,
  schemas: Schemas,
): readonly string[] {
  // GitHub documents few of its refusals; of those only the form is held.
  if (status >= 400) return isRecord(body) && typeof body.message === "string" ? [] : ["a refusal without a message"];
  const schema = operation.responses[String(status)];
  if (schema === undefined) return [`answered ${status}, which is not described`];
  if (schema === null || body === undefined) return [];
  const invented = unknownFields(schema, body, schemas).map((field) => `field ${field} is nowhere described`);
  const found = [...invented, ...validate(`${name} ${status}`, schema)(body)];
  return found.filter((fault) => !isKnownDefect(`response ${name}`, fault));
}
