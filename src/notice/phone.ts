import { shortSha } from "../kernel/sha.ts";
import { type Plan, planCode, planDigest } from "../rollback/plan.ts";
import { plainText } from "./safe-text.ts";

/** The one authorization details type that Sentinel registers at the tenant and that Guardian can draw. */
export const DETAILS_TYPE = "urn:auth0:schemas:authorization-details:v1:sentinel-rollback";

/** Auth0 allows 64 characters of a small set. A space is in its samples but not in its list, so none is used. */
const MESSAGE_LIMIT = 64;
const VALUE_LIMIT = 255;

/**
 * What the push says before it is opened: the plan's code first, then where. Made of the plan alone, so nothing that a commit or
 * the model says can change a byte of it. At most 64 characters of `A-Za-z0-9+-_.,:#`.
 */
export function bindingMessage(plan: Plan): string {
  const where = `${inCharset(plan.repo, 21)}:${inCharset(plan.branch, 11)}`;
  return `${planCode(plan)}:rollback:${where}:#${plan.incident}`.slice(0, MESSAGE_LIMIT);
}

type Property = {
  readonly display: boolean;
  readonly display_order: number;
  readonly name: string;
  readonly value: string;
};

export type RollbackDetails = {
  readonly type: typeof DETAILS_TYPE;
  readonly instruction: string;
  readonly properties: Readonly<Record<string, Property>>;
};

/**
 * What the opened push shows, in Guardian's schema: exactly one object of at most ten properties, each value at most 255
 * characters. `record` is the head of the asking job's record, so that Auth0's own log anchors it.
 */
export function authorizationDetails(plan: Plan, record: string | null = null): readonly [RollbackDetails] {
  const lines: readonly (readonly [key: string, name: string, value: string])[] = [
    ["code", "Plan code", planCode(plan)],
    ["repository", "Repository", plan.repo],
    ["branch", "Branch", plan.branch],
    ["action", "What runs", actionWords(plan)],
    ["undoes", "Undoes", undoesWords(plan)],
    ["risks", "Risks", risksWords(plan)],
    ["incident", "Incident", `#${plan.incident} (${plan.severity})`],
    ["tree", "Resulting tree", plan.resultingTree],
    ["digest", "Plan digest", planDigest(plan)],
    ...(record === null ? [] : [["record", "Record", record] as const]),
  ];
  return [
    {
      type: DETAILS_TYPE,
      instruction: plainText(
        `Roll back ${plan.branch} of ${plan.repo}? The code must read ${planCode(plan)}.`,
        VALUE_LIMIT,
      ),
      properties: Object.fromEntries(lines.map((line, index) => [line[0], property(line[1], line[2], index + 1)])),
    },
  ];
}

function property(name: string, value: string, order: number): Property {
  return { display: true, display_order: order, name, value: plainText(value, VALUE_LIMIT) };
}

function actionWords(plan: Plan): string {
  const head = shortSha(plan.expectedHead);
  return plan.kind === "restore-last-good"
    ? `One commit on ${head} that restores the tree of ${shortSha(plan.lastGood)}`
    : `One commit on ${head} that reverts the suspects`;
}

function undoesWords(plan: Plan): string {
  const shown = plan.undoes.slice(0, 12).map(shortSha).join(", ");
  const count = plan.undoes.length;
  return `${count} ${count === 1 ? "commit" : "commits"}: ${shown}${count > 12 ? ", …" : ""}`;
}

function risksWords(plan: Plan): string {
  if (plan.risks.length === 0) return "none found";
  const kinds = [...new Set(plan.risks.map(({ kind }) => kind))].sort();
  return kinds.map((kind) => `${kind} (${plan.risks.filter((risk) => risk.kind === kind).length})`).join(", ");
}

function inCharset(text: string, limit: number): string {
  return text.replace(/[^A-Za-z0-9+\-_.,:#]/g, "-").slice(0, limit);
}
