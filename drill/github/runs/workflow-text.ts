import { parse, parseDocument } from "yaml";
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

/** What keeps GitHub from starting such a file at all, with its place; null for one that can be tried. */
export function workflowFault(text: string): string | null {
  const document = parseDocument(text);
  const [broken] = document.errors;
  if (broken) {
    const { line = 1, col = 1 } = broken.linePos?.[0] ?? {};
    return `(Line: ${line}, Col: ${col}): ${broken.message.split("\n")[0]}`;
  }
  const workflow: unknown = document.toJS();
  if (!isRecord(workflow)) return "(Line: 1, Col: 1): A mapping was expected";
  if (workflow.on === undefined) return "(Line: 1, Col: 1): Required property is missing: on";
  const { jobs } = workflow;
  if (!isRecord(jobs)) return "(Line: 1, Col: 1): Required property is missing: jobs";
  return Object.keys(jobs).length === 0 ? "The workflow must contain at least one job" : null;
}
