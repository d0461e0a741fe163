import type { Sha } from "../kernel/sha.ts";

/** Every name by which the App and the Action find each other on GitHub. Nothing else may spell them. */

/** The protected branch from which the responder is dispatched; only admins may change it. */
export const RESPONDER_REF = "sentinel";
export const RESPONDER_WORKFLOW = ".github/workflows/sentinel.yml";
/** The environment whose secrets only jobs at `RESPONDER_REF` can read. */
export const RESPONDER_ENVIRONMENT = "sentinel";
export const ANALYSE_JOB = "analyse";
export const RESPOND_JOB = "respond";

/** The check run on the bad head in which the App remembers; only the App that made a check run can change it. */
export const CHECK_NAME = "Sentinel";
/** The App's check run that says how a monitor found a revision. */
export function anomalyCheck(alert: string): string {
  return `Sentinel anomaly ${alert}`;
}
/** Names one episode of a group of alerts, beside that check run: both are hexadecimal digits. */
export function alertId(group: string, episode: string): string {
  return `${group}.${episode}`;
}
/** The group of `alertId`; empty for a name that older copies gave, which knew no groups. */
export function parseAlertId(id: string): string {
  return /^([0-9a-f]+)\.[0-9a-f]+$/.exec(id)?.[1] ?? "";
}
export const INCIDENT_LABEL = "sentinel:incident";
/** Title of the notice annotations by which the responder's jobs report to the App. */
export const REPORT_TITLE = "sentinel-report";

export type HoldName = { readonly branch: string; readonly badHead: string; readonly incident: number | null };

/** Of the sha; spelt here, since the Action starts with these names and should load nothing for them. */
const HOLD_DIGITS = 12;

/** `sentinel hold <branch> @<12 of the sha>`, and ` #<number>` once the incident exists. */
export function holdName(branch: string, badHead: Sha, incident: number | null): string {
  return `sentinel hold ${branch} @${badHead.slice(0, HOLD_DIGITS)}${incident === null ? "" : ` #${incident}`}`;
}

/** The inverse of `holdName`; git forbids a space in a branch, but not the other blanks that Unicode has. Null for a ruleset that is not ours. `badHead` is the first 12 digits. */
export function parseHoldName(name: string): HoldName | null {
  const match = /^sentinel hold (?<branch>[^ ]+) @(?<sha>[0-9a-f]{12})(?: #(?<number>[1-9]\d{0,14}))?$/.exec(name);
  if (!match?.groups) return null;
  const { branch, sha, number } = match.groups;
  if (branch === undefined || sha === undefined) return null;
  return { branch, badHead: sha, incident: number === undefined ? null : Number(number) };
}

/** `run-name` of the responder's runs, by which the App knows which incident a run belongs to. */
export function runName(incident: number): string {
  return `sentinel incident ${incident}`;
}

export function branchRef(branch: string): string {
  return `refs/heads/${branch}`;
}
