/**
 * Every way in which something ends or is refused, each with the sentence a person reads: what happened and what to do.
 * Codes are stable; programs may depend on them.
 */
export const REASONS = {
  // Ends of a response
  "rolled-back": "The approved rollback ran and was read back. The hold is released when the new head is green.",
  "denied-by-approver": "The approver said no. The branch stays held; `/sentinel retry` by somebody else asks again.",
  "approval-expired": "Nobody answered in time. The branch stays held; re-run the failed job to ask again.",
  "step-up-required": "No standing power: a rollback needs a named person's approval on their phone.",
  "verdict-hold": "The analysis proposes no rollback. The branch stays held for a person to decide.",
  // The incident and its hold
  "incident-not-found":
    "No hold of ours names this incident. Check the `incident` input and that the branch is still held.",
  "memory-not-found":
    "The check run `Sentinel` of the App named by `app-id` is not on the held head. Check the `app-id` input.",
  "incident-closed": "This incident is closed already; nothing to do.",
  "not-the-responder-ref":
    "This workflow run is not at the protected ref `sentinel`, so it gets no secrets. Dispatch it there.",
  "no-last-good":
    "No green result of this source is known, so there is nothing to restore. Roll back by hand or fix forward.",
  // What counts as evidence, and whether the branch is held
  "no-evidence": "The source says nothing about this revision yet, so nothing was decided.",
  "not-conclusive":
    "The result is neither a failure nor a success (cancelled, skipped, neutral, stale), so it does not count.",
  "evidence-from-fork": "The result comes from a fork or a pull request, so it says nothing about this branch.",
  "evidence-untrusted":
    "The result was not made by an App that the policy trusts for it. Name the App in the policy if it should count.",
  "evidence-superseded":
    "A newer attempt of the same deploy or check says something else, so the old one does not count.",
  "red-before": "The source failed on the revision before as well, so this head did not break it. Nothing is held.",
  "awaiting-rerun": "The failed job is run once more on the same revision before it counts.",
  "mode-off": "Sentinel is switched off for this repository; nothing was done.",
  "mode-shadow":
    "Shadow mode: this is written down and nothing is held. With `mode: act` here and in the App's settings Sentinel would hold.",
  "hold-budget-spent":
    "This repository was held too often within a day, so nothing more is held until the oldest of these holds is a day old. Look at why.",
  "responder-missing":
    "The branch `sentinel` or the workflow on it does not exist, so nothing was started. Run `sentinel doctor`.",
  "responder-unprotected":
    "The branch `sentinel` or the environment on it is not protected, so nothing was started. Run `sentinel doctor`.",
  // The plan
  "proposal-invalid": "The analysis handed over something that is not a valid proposal; nothing of it was used.",
  "head-moved": "The branch moved since the plan was made. Re-run the job: a new plan needs a new approval.",
  "plan-changed": "The plan computed now differs from the approved one; it was not run. Re-run the job to ask again.",
  "good-not-ancestor":
    "The last good revision is not an ancestor of the head, so no commit on top can restore it safely.",
  "nothing-to-do": "The head already equals the last good tree; there is nothing to roll back.",
  "revert-conflicts": "The suspects cannot be reverted without conflicts. Use `restore-last-good` or revert by hand.",
  "risk-holds": "A risk found in the rollback leaves only `hold` under this policy. A person must decide.",
  "range-too-large": "More commits lie between the last good revision and the head than a plan may undo.",
  // Approval
  "no-approver":
    "Nobody in the policy may approve this: add a person for the severity who has no part in what is undone.",
  "approver-is-author": "Who made what is undone may not approve undoing it. Ask somebody else in the policy.",
  "partakers-unknown":
    "GitHub's record of pushes, or the list of co-authors, is too long to tell who had a part in what is undone, so nobody was asked. Roll back by hand.",
  "ask-budget-spent": "No more pushes may be sent for this incident or this person yet. A person can approve by hand.",
  "denied-earlier":
    "Somebody said no for this incident; it is not asked again without `/sentinel retry` by somebody else.",
  "denied-meanwhile":
    "Somebody said no elsewhere, so the yes on the phone was not used. `/sentinel retry` by somebody else asks again.",
  "hold-gone":
    "The hold is not there any more, so the yes on the phone was not used. Whoever removed or released it decides what follows.",
  "not-this-run":
    "The App started another run for this incident, so this one asks nobody. Re-run that one, or comment `/sentinel rollback`.",
  "rar-not-registered":
    "The tenant does not know the authorization details type, so the phone could not show the plan. Run `sentinel setup auth0`.",
  "approver-not-enrolled":
    "The approver has no confirmed Guardian enrolment, so no push can reach them. Enrol them in Auth0.",
  "approver-unknown": "Auth0 does not know the approver's user id. Correct `people[].auth0` in the policy.",
  "push-limited": "Auth0 refuses more pushes to this approver for now. Wait a minute and re-run the job.",
  "auth0-unavailable": "Auth0 could not be reached. The branch stays held; re-run the job when it answers.",
  "auth0-refused":
    "Auth0 refused the request; its words are in the job log. Run `sentinel doctor` to find the setting.",
  "client-rejected":
    "Auth0 rejected our client credential. Check `auth0-client-id`, the private key and this machine's clock; this is not a denial.",
  "approval-unverified":
    "Auth0 answered with a token that does not prove this approval, so it does not count as a yes.",
  "scope-missing": "The approver said yes, but Auth0 RBAC does not give them the permission for this severity.",
  // Vault and execution
  "vault-unavailable": "Token Vault could not be reached. The branch stays held; re-run the job when it answers.",
  "vault-not-connected":
    "The approver has not connected GitHub to Auth0. They run `sentinel connect` once; then re-run the job.",
  "vault-reconnect":
    "GitHub refused to renew the approver's connection. They run `sentinel connect` again; then re-run the job.",
  "vault-refused": "Token Vault refused the exchange. Run `sentinel doctor`: a grant or the connection is not set up.",
  "credential-not-theirs":
    "The vault released a GitHub token of another person than the approver; it was dropped unused.",
  "bypass-missing":
    "The hold does not let the approver through, so the rollback could not be written. Check `people[].id` and their access; GitHub's words are in the job log.",
  "write-refused": "GitHub refused the write; its words are in the job log. The branch is unchanged and stays held.",
  "write-unknown":
    "The rollback was sent, but whether it stands on the branch could not be seen. Look there; re-running the job finds it if it does.",
  "read-back-differs": "What stands on the branch after the write is not what was planned. Call a person now.",
  // Services
  "github-unavailable": "GitHub could not be reached. Re-run the job when it answers.",
  "github-refused":
    "GitHub refused a request that the job needs; its words are in the job log. Check the workflow's permissions.",
  cancelled: "The job was cancelled while it waited. Re-run it: an approval given meanwhile is found.",
  "internal-error": "Something that must not happen happened; the job log has the details. The branch stays held.",
} as const;

export type Reason = keyof typeof REASONS;

export function explain(reason: Reason): string {
  return REASONS[reason];
}
