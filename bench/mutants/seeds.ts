/**
 * Mistakes somebody could make in the gate, one at a time: a piece of source and what it becomes. Each must be seen by the checks,
 * or the checks prove less than they say.
 */
export type Seed = { readonly file: string; readonly from: string; readonly to: string };

const grant = "src/approval/grant.ts";
const who = "src/approval/who.ts";
const outcome = "src/approval/outcome.ts";
const wait = "src/approval/wait.ts";
const perform = "src/rollback/perform.ts";
const approve = "src/action/respond/approve.ts";
const asking = "src/action/respond/asking.ts";
const objection = "src/action/respond/objection.ts";

export const SEEDS: readonly Seed[] = [
  { file: grant, from: "claims.sub !== expected.person.auth0", to: "false" },
  { file: grant, from: "clients.length === 0 ||", to: "" },
  { file: grant, from: "clients.some((client) => client !== expected.clientId)", to: "false" },
  {
    file: grant,
    from: "clients.some((client) => client !== expected.clientId)",
    to: "clients[0] !== expected.clientId",
  },
  { file: grant, from: "issuedAt < expected.sentAt - CLOCK_SKEW_MS", to: "false" },
  { file: grant, from: "expected.now - issuedAt > APPROVAL_LIFE_MS", to: "false" },
  { file: grant, from: "!echoes(expected.authorizationDetails, claims.authorization_details)", to: "false" },
  {
    file: grant,
    from: "came.data.length === sent.length && sent.every",
    to: "came.data.length === sent.length || sent.every",
  },
  { file: grant, from: '!claims.scope.split(" ").includes(scopeFor(expected.severity))', to: "false" },
  { file: grant, from: 'claims.scope.split(" ").includes', to: "claims.scope.slice(0, -1).includes" },
  { file: grant, from: "const APPROVAL_LIFE_MS = 300_000", to: "const APPROVAL_LIFE_MS = 3_000_000" },
  { file: grant, from: "this.#accessToken = null;\n", to: "" },
  { file: grant, from: "if (digest !== this.digest)", to: "if (false)" },
  { file: grant, from: "if (digest !== this.digest)", to: "if (digest.slice(0, 10) !== this.digest.slice(0, 10))" },
  { file: grant, from: "approval.digest === digest", to: "approval.digest.startsWith(digest.slice(0, 10))" },
  { file: grant, from: "if (now > this.validUntil)", to: "if (false)" },
  { file: grant, from: "people.size < needed ||", to: "" },
  { file: grant, from: "approval.digest === digest", to: "true" },
  {
    file: grant,
    from: "valid = approvals.filter((approval) => made.has(approval) &&",
    to: "valid = approvals.filter((approval) =>",
  },
  { file: who, from: "if (question.denied !== null)", to: "if (false)" },
  { file: who, from: "person.approves.includes(severity)", to: "true" },
  { file: who, from: "if (part) return", to: "if (part && false) return" },
  { file: who, from: "return id === person.id ||", to: "return" },
  {
    file: who,
    from: "question.incidentAsks + needed > policy.approval.perIncident",
    to: "question.incidentAsks > policy.approval.perIncident",
  },
  { file: who, from: "recent >= MOST_IN_FIVE_MINUTES", to: "recent > MOST_IN_FIVE_MINUTES" },
  { file: who, from: "today >= question.policy.approval.perPersonPerDay", to: "false" },
  { file: who, from: "unique.length < needed", to: "unique.length < 1" },
  { file: who, from: "isUnanswered && age < lifeMs", to: "false" },
  { file: who, from: '.normalize("NFKC")', to: "" },
  { file: who, from: ".toLowerCase();", to: ";" },
  { file: outcome, from: 'kind: now < expiresAt ? "denied" : "expired"', to: 'kind: "expired"' },
  { file: outcome, from: 'kind: now < expiresAt ? "denied" : "expired"', to: 'kind: "denied"' },
  { file: outcome, from: 'status === 401 && error !== "invalid_grant" && error !== "expired_token"', to: "false" },
  { file: outcome, from: "status === 429 || status >= 500", to: "status === 429" },
  { file: wait, from: "interval += SLOW_DOWN_MS;", to: "" },
  { file: wait, from: "Math.max(interval + MARGIN_MS, retryAfter(outcome))", to: "interval + MARGIN_MS" },
  {
    file: wait,
    from: "if (clock.now() >= sent.expiresAt) return endOfLife(outcome);",
    to: "if (clock.now() >= sent.expiresAt * 0) return endOfLife(outcome);",
  },
  {
    file: "src/approval/ask.ts",
    from: "expiresAt: sentAt + expiresInS * 1000",
    to: "expiresAt: answeredAt + expiresInS * 1000",
  },
  { file: "src/approval/step-up.ts", from: "grant === null || grant.digest !== digest", to: "grant === null" },
  { file: "src/approval/seal.ts", from: ".setAAD(Buffer.from(canonicalJson(context)))\n", to: "\n" },
  { file: "src/vault/credential.ts", from: 'if (spent.kind === "refused") return spent;', to: "" },
  { file: "src/vault/credential.ts", from: "this.#token = null;\n  }\n}", to: "}\n}" },
  { file: perform, from: "credential.digest !== planDigest(plan)", to: "false" },
  { file: perform, from: "(await writer.whoAmI()) !== approver.id", to: "false" },
  { file: perform, from: 'bypass !== "always"', to: 'bypass === "never"' },
  { file: perform, from: "again === null || planDigest(again) !== credential.digest", to: "again === null" },
  { file: perform, from: "head !== plan.expectedHead) return refused", to: "false) return refused" },
  { file: perform, from: "ports.now() > credential.validUntil", to: "false" },
  { file: perform, from: "if (objection !== null) return", to: "if (false) return" },
  { file: perform, from: "if (late !== null) return late;", to: "" },
  { file: perform, from: "!isOurs && written.isTaken !== false", to: "!isOurs && written.isTaken === true" },
  { file: perform, from: "commit.slice(0, 12)", to: '""' },
  { file: perform, from: "tree !== plan.resultingTree", to: "false" },
  { file: perform, from: "first === plan.expectedHead &&", to: "" },
  { file: "src/rollback/commit-message.ts", from: "planDigest(plan)}`", to: "planCode(plan)}`" },
  { file: objection, from: "memory.denied !== null", to: "false" },
  { file: objection, from: "memory.stopped?.run === run.id &&", to: "false &&" },
  { file: objection, from: "memory.stopped.attempt === run.attempt", to: "true" },
  { file: objection, from: "if (!isHeld)", to: "if (false)" },
  { file: objection, from: 'memory.state === "closed" ||', to: "" },
  { file: objection, from: 'mode !== "act"', to: 'mode === "off"' },
  { file: objection, from: "memory.mode ?? memory.policy.mode", to: "memory.policy.mode" },
  { file: objection, from: "memory.run !== null && memory.run.id !== run.id", to: "false" },
  { file: objection, from: "changed === undefined", to: "true" },
  { file: "src/action/respond/gate.ts", from: "if (objection !== null) {", to: "if (false) {" },
  { file: approve, from: "needed: known.needed - known.approved.length", to: "needed: 1" },
  { file: approve, from: "[...partakers, ...known.approved", to: "[...known.approved" },
  { file: asking, from: "!partakers.some((who) => isSamePerson(person, who))", to: "true" },
  { file: asking, from: "|| memory.denied !== null", to: "" },
  { file: asking, from: "scope: scopeFor(plan.severity)", to: 'scope: "rollback:sev3"' },
  { file: "src/action/respond/execute.ts", from: "credential.drop();", to: "" },
];
