import { parse } from "yaml";
import { isRecord } from "../http.ts";

/** The few fields of a workflow file that GitHub itself reads. */

/** `run-name` and `concurrency.group` may use inputs; nothing else is needed of them here. */
export function fillInputs(text: string, inputs: Readonly<Record<string, string>>): string {
  return text.replaceAll(
    /\$\{\{\s*(?:inputs|github\.event\.inputs)\.([\w-]+)\s*\}\}/g,
    (_, name: string) => inputs[name] ?? "",
  );
}

export function workflowField(text: string, field: string): unknown {
  const document: unknown = parse(text);
  return isRecord(document) ? document[field] : undefined;
}
