import { isRecord } from "../http.ts";
import { collect, convert, type Schema } from "./schema.ts";

/** Cuts a few operations and webhooks out of GitHub's whole description. */

export type Operation = {
  /** Query parameters by name; strings arrive, so only enums and numbers are looked at. */
  readonly query: Readonly<Record<string, Schema>>;
  /** Null: the operation takes no body. */
  readonly body: Schema | null;
  readonly bodyRequired: boolean;
  /** Status → schema of the body; null: there is none, or it is not JSON. */
  readonly responses: Readonly<Record<string, Schema | null>>;
};
export type Slice = {
  readonly operations: Readonly<Record<string, Operation>>;
  readonly schemas: Readonly<Record<string, Schema>>;
  /** `deployment_status.created` → name of its schema. */
  readonly webhooks: Readonly<Record<string, string>>;
  readonly webhookSchemas: Readonly<Record<string, Schema>>;
};

/** Every webhook the stand-in may send. */
const WEBHOOKS: readonly string[] = [
  ...["created", "completed"].map((action) => `check_run.${action}`),
  "check_suite.completed",
  "deployment.created",
  "deployment_status.created",
  "installation.created",
  ...["created", "edited", "deleted"].map((action) => `issue_comment.${action}`),
  ...["opened", "edited", "closed", "reopened", "labeled", "unlabeled"].map((action) => `issues.${action}`),
  ...["opened", "closed", "reopened"].map((action) => `pull_request.${action}`),
  "push",
  ...["created", "edited", "deleted"].map((action) => `repository_ruleset.${action}`),
  "status",
  ...["queued", "in_progress", "completed"].map((action) => `workflow_job.${action}`),
  ...["requested", "in_progress", "completed"].map((action) => `workflow_run.${action}`),
];

/** Throws when an operation is not GitHub's: then the stand-in has invented it. */
export function sliceRest(description: unknown, operations: readonly string[]): Pick<Slice, "operations" | "schemas"> {
  const { paths, components } = parts(description);
  const refs = new Set<string>();
  const sliced = operations.toSorted().map((operation) => {
    const [method = "", path = ""] = operation.split(" ");
    const item = paths[path];
    const found = isRecord(item) ? item[method.toLowerCase()] : undefined;
    if (!isRecord(found)) throw new Error(`GitHub's description has no operation ${operation}`);
    return [operation, sliceOperation(found, components, refs)] as const;
  });
  return { operations: Object.fromEntries(sliced), schemas: collect(section(components, "schemas"), refs) };
}

function sliceOperation(found: Schema, components: Schema, refs: Set<string>): Operation {
  const resolve = (value: unknown, kind: string): Schema => {
    if (!isRecord(value)) return {};
    const name = typeof value.$ref === "string" ? value.$ref.split("/").at(-1) : undefined;
    const target = name === undefined ? value : section(components, kind)[name];
    return isRecord(target) ? target : {};
  };
  const parameters = (Array.isArray(found.parameters) ? found.parameters : []).map((one) => resolve(one, "parameters"));
  const query = parameters
    .filter(({ in: place }) => place === "query")
    .map(({ name, schema }) => [String(name), convert(schema, refs)] as const);
  const request = isRecord(found.requestBody) ? found.requestBody : null;
  const responses = Object.entries(isRecord(found.responses) ? found.responses : {}).map(
    ([status, response]) => [status, jsonSchema(resolve(response, "responses"), refs)] as const,
  );
  return {
    query: Object.fromEntries(query),
    body: request === null ? null : (jsonSchema(request, refs) ?? {}),
    bodyRequired: request?.required === true,
    responses: Object.fromEntries(responses),
  };
}

function jsonSchema(holder: Schema, refs: Set<string>): Schema | null {
  const content = isRecord(holder.content) ? holder.content : {};
  const json = content["application/json"];
  return isRecord(json) && json.schema !== undefined ? convert(json.schema, refs) : null;
}

export function sliceWebhooks(description: unknown): { webhooks: Slice["webhooks"]; schemas: Slice["schemas"] } {
  const { webhooks, components } = parts(description);
  const refs = new Set<string>();
  const named = WEBHOOKS.map((name) => {
    const key = name.replaceAll(/[._]/g, "-");
    const item = webhooks[key];
    const post = isRecord(item) ? item.post : undefined;
    const request = isRecord(post) && isRecord(post.requestBody) ? post.requestBody : {};
    const schema = jsonSchema(request, refs)?.$ref;
    if (typeof schema !== "string") throw new Error(`GitHub's description has no webhook ${key}`);
    return [name, schema.split("/").at(-1) ?? ""] as const;
  });
  return { webhooks: Object.fromEntries(named), schemas: collect(section(components, "schemas"), refs) };
}

function parts(description: unknown) {
  if (!isRecord(description)) throw new Error("not a description");
  return {
    paths: section(description, "paths"),
    webhooks: section(description, "webhooks"),
    components: section(description, "components"),
  };
}

function section(holder: Schema, name: string): Schema {
  const value = holder[name];
  return isRecord(value) ? value : {};
}
