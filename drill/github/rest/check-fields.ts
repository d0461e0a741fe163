import { invalid, isRecord, objectField, type RepoCall, requiredText, textField, unprocessable } from "../http.ts";
import type { CheckAnnotation, CheckRun } from "../records.ts";
import { isoNow, type State } from "../state.ts";

/** What an App may write into its check run, checked field by field. */

const ANNOTATIONS_A_REQUEST = 50;

const CONCLUSIONS = ["success", "failure", "neutral", "cancelled", "skipped", "timed_out", "action_required", "stale"];

export function applyFields(state: State, checkRun: CheckRun, body: RepoCall["body"]): void {
  const conclusion = textField(body, "conclusion");
  if (conclusion !== undefined && !CONCLUSIONS.includes(conclusion))
    throw unprocessable(`Invalid request.\n\nInvalid property /conclusion: \`${conclusion}\` is not a possible value.`);
  const asked = textField(body, "status") ?? (conclusion === undefined ? checkRun.status : "completed");
  // What is completed stays so; the rest of the request counts.
  const status = checkRun.status === "completed" ? "completed" : asked;
  if (status === "completed" && conclusion === undefined && checkRun.conclusion === null)
    throw unprocessable('Invalid request.\n\n"conclusion" wasn\'t supplied.');
  const output = objectField(body, "output");
  if (output) applyOutput(checkRun, output);
  checkRun.status = status;
  checkRun.conclusion = status === "completed" ? (conclusion ?? checkRun.conclusion) : null;
  checkRun.startedAt = textField(body, "started_at") ?? checkRun.startedAt ?? isoNow(state);
  checkRun.completedAt = status === "completed" ? (textField(body, "completed_at") ?? isoNow(state)) : null;
  checkRun.detailsUrl = textField(body, "details_url") ?? checkRun.detailsUrl;
  checkRun.externalId = textField(body, "external_id") ?? checkRun.externalId;
}

const MAX_OUTPUT = 65_535;

function applyOutput(checkRun: CheckRun, output: Readonly<Record<string, unknown>>): void {
  const summary = requiredText(output, "summary");
  const text = textField(output, "text");
  for (const [field, value] of [
    ["summary", summary],
    ["text", text ?? ""],
  ] as const)
    if (Buffer.byteLength(value) > MAX_OUTPUT)
      throw invalid([`Output ${field} is too long (maximum is ${MAX_OUTPUT} characters)`]);
  const annotations = Array.isArray(output.annotations) ? output.annotations : [];
  if (annotations.length > ANNOTATIONS_A_REQUEST)
    throw unprocessable("Invalid request.\n\nNo more than 50 items are allowed for annotations.");
  checkRun.title = textField(output, "title") ?? checkRun.title;
  checkRun.summary = summary;
  checkRun.text = text ?? checkRun.text;
  checkRun.annotations.push(...annotations.map(annotationFrom));
}

function annotationFrom(value: unknown): CheckAnnotation {
  if (!isRecord(value)) throw unprocessable("Invalid request.\n\nInvalid annotation.");
  const column = (name: string) => (typeof value[name] === "number" ? value[name] : null);
  return {
    path: requiredText(value, "path"),
    start_line: Number(value.start_line),
    end_line: Number(value.end_line),
    start_column: column("start_column"),
    end_column: column("end_column"),
    annotation_level: requiredText(value, "annotation_level"),
    title: textField(value, "title") ?? null,
    message: requiredText(value, "message"),
    raw_details: textField(value, "raw_details") ?? null,
  };
}
