export const id = 505;
export const ids = [505];
export const modules = {

/***/ 7164:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  O: () => (/* binding */ findIncident)
});

// UNUSED EXPORTS: branchHead

// EXTERNAL MODULE: ./node_modules/zod/v4/classic/schemas.js + 6 modules
var schemas = __webpack_require__(6921);
// EXTERNAL MODULE: ./build/src/adapters/github-request.js
var github_request = __webpack_require__(1879);
// EXTERNAL MODULE: ./build/src/kernel/digest.js
var digest = __webpack_require__(5331);
// EXTERNAL MODULE: ./build/src/kernel/sha.js
var sha = __webpack_require__(2509);
// EXTERNAL MODULE: ./build/src/policy/schema.js
var schema = __webpack_require__(6701);
;// CONCATENATED MODULE: ./build/src/incident/memory.js




/**
 * What the App remembers of one incident, in the text of the check run `Sentinel` on the bad head. GitHub lets only the App
 * that made a check run change it, so both hosts may decide by it; they must never decide by issue text or labels.
 */
const Memory = schemas/* strictObject */.rej({
    v: schemas/* literal */.euz(1),
    repoId: schemas/* int */.Whr().positive(),
    branch: schemas/* string */.YjP().min(1),
    badHead: sha/* Sha */.$,
    /** Last revision that the failing source saw green; null: none known, so nothing can be restored. */
    lastGood: sha/* Sha */.$.nullable(),
    /** `deployment:production`, `check:ci / test`, `workflow:.github/workflows/deploy.yml`. */
    source: schemas/* string */.YjP().min(1),
    severity: schema/* Severity */.AI,
    incident: schemas/* int */.Whr().positive(),
    state: schemas/* enum */.k5n(["open", "closed"]),
    /** ISO 8601 UTC. */
    openedAt: schemas/* string */.YjP(),
    /** The policy in force, from the last good revision, so that the responder need not find it again. */
    policy: schema/* Policy */.PE,
    policyDigest: schemas/* string */.YjP(),
    run: schemas/* strictObject */.rej({ id: schemas/* int */.Whr().positive(), attempt: schemas/* int */.Whr().positive() }).nullable(),
    plan: schemas/* strictObject */.rej({ digest: schemas/* string */.YjP(), code: schemas/* string */.YjP() }).nullable(),
    /** Every push that was sent for this incident; budgets count these. */
    asks: schemas/* array */.YOg(schemas/* strictObject */.rej({
        at: schemas/* string */.YjP(),
        approver: schemas/* string */.YjP(),
        approverId: schemas/* int */.Whr(),
        digest: schemas/* string */.YjP(),
        answer: schemas/* string */.YjP(),
    })),
    /** A "no": nobody is asked again without a command by somebody else. */
    denied: schemas/* strictObject */.rej({ by: schemas/* string */.YjP(), at: schemas/* string */.YjP() }).nullable(),
    released: schemas/* strictObject */.rej({ by: schemas/* string */.YjP(), at: schemas/* string */.YjP(), reason: schemas/* string */.YjP(), head: sha/* Sha */.$.nullable() }).nullable(),
    /** Our own events, oldest first, in words of ours. */
    timeline: schemas/* array */.YOg(schemas/* strictObject */.rej({ at: schemas/* string */.YjP(), text: schemas/* string */.YjP().max(300) })).max(80),
    /** Where the one Slack message of this incident stands. */
    slack: schemas/* strictObject */.rej({ channel: schemas/* string */.YjP(), ts: schemas/* string */.YjP() }).nullable(),
    /** What the failing source said when the incident began: hostile text, and where to read more. */
    signal: schemas/* strictObject */.rej({ says: schemas/* string */.YjP().max(500), url: schemas/* string */.YjP().max(500).nullable() }).optional(),
    /** How the hold stands, as last seen. `refused`: GitHub would not let us; `gone`: somebody removed it. */
    hold: schemas/* strictObject */.rej({ state: schemas/* enum */.k5n(["held", "refused", "gone", "changed", "released"]), why: schemas/* string */.YjP().max(500) })
        .optional(),
    /** SHA-256 of the Slack message as last sent. */
    slackDigest: schemas/* string */.YjP().optional(),
    /** SHA-256 of the last reply in its thread. */
    slackThread: schemas/* string */.YjP().optional(),
    /** Comments whose command was carried out. */
    handled: schemas/* array */.YOg(schemas/* int */.Whr()).max(200).optional(),
    /** When people are called at the latest; a command can move it. */
    callAt: schemas/* string */.YjP().optional(),
});
const FENCE_OPEN = "```json\n";
const FENCE_CLOSE = "\n```";
/** The `output.text` of the check run. */
function encodeMemory(memory) {
    return `${FENCE_OPEN}${canonicalJson(memory)}${FENCE_CLOSE}`;
}
/** The inverse; null when the text is not a memory (another App's check run of the same name, an older form). */
function decodeMemory(text) {
    if (!text?.startsWith(FENCE_OPEN) || !text.endsWith(FENCE_CLOSE))
        return null;
    try {
        return Memory.parse(JSON.parse(text.slice(FENCE_OPEN.length, -FENCE_CLOSE.length)));
    }
    catch {
        return null;
    }
}

// EXTERNAL MODULE: ./build/src/incident/names.js
var names = __webpack_require__(368);
;// CONCATENATED MODULE: ./build/src/action/find-incident.js





/**
 * Finds the incident this job was dispatched for, only by what a writer cannot forge: the hold's ruleset and the App's own
 * check run. It must never look at the issue's text, its comments or its labels.
 */
async function findIncident(github, repo, wanted) {
    const at = { owner: repo.owner, repo: repo.name };
    const hold = await findHold(github, at, wanted.incident);
    if (hold === null)
        return { kind: "refused", reason: "incident-not-found" };
    const head = await branchHead(github, at, hold.name.branch);
    const badHead = await resolveBadHead(github, at, head, hold.name.badHead);
    const memory = badHead === null ? null : await readMemory(github, at, badHead, wanted);
    if (memory === null || !belongs(memory, hold.name, repo.id))
        return { kind: "refused", reason: "memory-not-found" };
    if (memory.state === "closed")
        return { kind: "refused", reason: "incident-closed" };
    return { kind: "found", memory, rulesetId: hold.rulesetId, head };
}
const Rulesets = schemas/* array */.YOg(schemas/* looseObject */._H3({ id: schemas/* int */.Whr(), name: schemas/* string */.YjP() }));
/** For a moment two replicas can make twins; the lowest id is the one that stays. */
async function findHold(github, at, incident) {
    const { data } = await github("GET /repos/{owner}/{repo}/rulesets", {
        ...at,
        includes_parents: false,
        per_page: 100,
    });
    const holds = Rulesets.parse(data).flatMap(({ id, name }) => {
        const parsed = (0,names/* parseHoldName */.AU)(name);
        return parsed?.incident === incident ? [{ rulesetId: id, name: parsed }] : [];
    });
    return holds.sort((a, b) => a.rulesetId - b.rulesetId)[0] ?? null;
}
const Ref = schemas/* looseObject */._H3({ object: schemas/* looseObject */._H3({ sha: sha/* Sha */.$ }) });
async function branchHead(github, at, branch) {
    try {
        const { data } = await github("GET /repos/{owner}/{repo}/git/ref/{ref}", { ...at, ref: `heads/${branch}` });
        return Ref.parse(data).object.sha;
    }
    catch (error) {
        if (error instanceof github_request/* GitHubError */.y_ && error.code === "not-found")
            return null;
        throw error;
    }
}
const Commit = schemas/* looseObject */._H3({ sha: sha/* Sha */.$ });
/** The hold's name carries 12 digits; usually the branch still stands there, else GitHub resolves them. */
async function resolveBadHead(github, at, head, digits) {
    if (head?.startsWith(digits))
        return head;
    const { data } = await github("GET /repos/{owner}/{repo}/commits/{ref}", { ...at, ref: digits, per_page: 1 });
    const { sha } = Commit.parse(data);
    return sha.startsWith(digits) ? sha : null;
}
const CheckRuns = schemas/* looseObject */._H3({
    check_runs: schemas/* array */.YOg(schemas/* looseObject */._H3({
        name: schemas/* string */.YjP(),
        head_sha: sha/* Sha */.$,
        app: schemas/* looseObject */._H3({ id: schemas/* int */.Whr() }).nullable(),
        output: schemas/* looseObject */._H3({ text: schemas/* string */.YjP().nullish() }),
    })),
});
async function readMemory(github, at, badHead, { appId, incident }) {
    const { data } = await github("GET /repos/{owner}/{repo}/commits/{ref}/check-runs", {
        ...at,
        ref: badHead,
        check_name: names/* CHECK_NAME */.$c,
        app_id: appId,
        filter: "all",
        per_page: 100,
    });
    const ours = CheckRuns.parse(data).check_runs.filter((run) => run.name === names/* CHECK_NAME */.$c && run.app?.id === appId && run.head_sha === badHead);
    const memories = ours.flatMap((run) => decodeMemory(run.output.text ?? null) ?? []);
    return memories.find((memory) => memory.badHead === badHead && memory.incident === incident) ?? null;
}
function belongs(memory, hold, repoId) {
    return memory.repoId === repoId && memory.branch === hold.branch && memory.badHead.startsWith(hold.badHead);
}


/***/ }),

/***/ 8090:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   XS: () => (/* binding */ GitError),
/* harmony export */   jd: () => (/* binding */ openScratch)
/* harmony export */ });
/* unused harmony export openRepository */
/* harmony import */ var node_child_process__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1421);

class GitError extends Error {
    name = "GitError";
    exitCode;
    stderr;
    constructor(args, exitCode, stderr) {
        super(`git ${args[0] ?? ""} ended with ${exitCode}: ${stderr.trim().slice(0, 500)}`);
        this.exitCode = exitCode;
        this.stderr = stderr;
    }
}
/**
 * A bare repository in the empty directory `dir` whose promisor remote `origin` is `remote`; blobs are fetched when looked at.
 * The token travels as an HTTP header in the environment of the git processes alone.
 */
async function openScratch(dir, remote, token) {
    const env = { ...ISOLATED, ...(token ? authorization(token) : {}) };
    const git = { dir, run: (args, options = {}) => execute(dir, args, env, options) };
    await git.run(["init", "--quiet", "--bare", "."]);
    await git.run(["config", "remote.origin.url", remote]);
    await git.run(["config", "remote.origin.promisor", "true"]);
    await git.run(["config", "remote.origin.partialclonefilter", "blob:none"]);
    await git.run(["config", "extensions.partialClone", "origin"]);
    return git;
}
/** A git over an existing repository that is only read. */
function openRepository(dir) {
    return { dir, run: (args, options = {}) => execute(dir, args, ISOLATED, options) };
}
const ISOLATED = {
    PATH: process.env.PATH ?? "",
    HOME: "/nonexistent",
    LC_ALL: "C",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_TERMINAL_PROMPT: "0",
    GIT_OPTIONAL_LOCKS: "0",
    GIT_ATTR_NOSYSTEM: "1",
    GIT_ADVICE: "0",
};
const SETTINGS = [
    "-c",
    "core.hooksPath=/dev/null",
    "-c",
    "core.attributesFile=/dev/null",
    "-c",
    "gc.auto=0",
    "-c",
    "safe.directory=*",
];
function authorization(token) {
    const basic = Buffer.from(`x-access-token:${token.expose()}`).toString("base64");
    return {
        GIT_CONFIG_COUNT: "1",
        GIT_CONFIG_KEY_0: "http.extraheader",
        GIT_CONFIG_VALUE_0: `Authorization: Basic ${basic}`,
    };
}
function execute(cwd, args, env, options) {
    return new Promise((resolve, reject) => {
        const child = (0,node_child_process__WEBPACK_IMPORTED_MODULE_0__.spawn)("git", [...SETTINGS, ...args], {
            cwd,
            env: { ...env, ...options.env },
            ...(options.signal ? { signal: options.signal } : {}),
        });
        const out = [];
        const err = [];
        child.stdout.on("data", (chunk) => out.push(chunk));
        child.stderr.on("data", (chunk) => err.push(chunk));
        child.on("error", reject);
        child.on("close", (code) => {
            if (code === 0 || (code !== null && options.okCodes?.includes(code)))
                resolve(Buffer.concat(out).toString("utf8"));
            else
                reject(new GitError(args, code, Buffer.concat(err).toString("utf8")));
        });
        child.stdin.on("error", () => { });
        child.stdin.end(options.input ?? "");
    });
}


/***/ }),

/***/ 5229:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Jh: () => (/* binding */ Proposal),
/* harmony export */   OZ: () => (/* binding */ Diagnosis),
/* harmony export */   UL: () => (/* binding */ PlanKind),
/* harmony export */   Y: () => (/* binding */ Verdict)
/* harmony export */ });
/* unused harmony exports PLAN_KINDS, BlastRadius, EvidenceNote */
/* harmony import */ var zod__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6921);
/* harmony import */ var _kernel_sha_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(2509);


/**
 * What the analysis hands on: the one typed proposal that crosses from the job that reads hostile bytes to the job that may
 * ask for power. Shas are chosen by code out of the range; the model adds words and picks one option, nothing else.
 */
const PLAN_KINDS = ["restore-last-good", "revert-suspects"];
const PlanKind = zod__WEBPACK_IMPORTED_MODULE_1__/* ["enum"] */ .k5n(PLAN_KINDS);
const Verdict = zod__WEBPACK_IMPORTED_MODULE_1__/* ["enum"] */ .k5n(["rollback", "hold", "not-our-change", "unsure"]);
const BlastRadius = zod__WEBPACK_IMPORTED_MODULE_1__/* .strictObject */ .rej({
    files: zod__WEBPACK_IMPORTED_MODULE_1__/* .int */ .Whr().min(0),
    areas: zod__WEBPACK_IMPORTED_MODULE_1__/* .array */ .YOg(zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP().max(200)).max(50),
    owners: zod__WEBPACK_IMPORTED_MODULE_1__/* .array */ .YOg(zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP().max(100)).max(50),
    environments: zod__WEBPACK_IMPORTED_MODULE_1__/* .array */ .YOg(zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP().max(100)).max(20),
    /** What the change touches that others may rely on, for example `migration: db/003.sql`. */
    touches: zod__WEBPACK_IMPORTED_MODULE_1__/* .array */ .YOg(zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP().max(300)).max(30),
    notLookedAt: zod__WEBPACK_IMPORTED_MODULE_1__/* .array */ .YOg(zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP().max(300)).max(10),
    /** Files inside the repository that import what changed, by path. */
    dependents: zod__WEBPACK_IMPORTED_MODULE_1__/* .array */ .YOg(zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP().max(300)).max(30).optional(),
    /** The whole in one sentence. */
    sentence: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP().max(600).optional(),
});
/** One thing that was looked at, by the id under which claims name it. */
const EvidenceNote = zod__WEBPACK_IMPORTED_MODULE_1__/* .strictObject */ .rej({
    id: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP().max(40),
    /** Who could have written it: people of the repository, anybody, or a machine whose log anybody's code may fill. */
    trust: zod__WEBPACK_IMPORTED_MODULE_1__/* ["enum"] */ .k5n(["ours", "member", "outsider", "machine"]),
    /** Hostile text. */
    title: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP().max(160),
});
const Diagnosis = zod__WEBPACK_IMPORTED_MODULE_1__/* .strictObject */ .rej({
    by: zod__WEBPACK_IMPORTED_MODULE_1__/* ["enum"] */ .k5n(["offline", "gemini"]),
    /** Why the offline reasoner spoke instead of the model, for example `gemini-unavailable`; null when nothing fell back. */
    fellBack: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP().max(200).nullable(),
    verdict: Verdict,
    option: zod__WEBPACK_IMPORTED_MODULE_1__/* .union */ .KCZ([PlanKind, zod__WEBPACK_IMPORTED_MODULE_1__/* .literal */ .euz("hold")]),
    /** First is the likeliest; scores are probabilities in 0..1. The culprit is named only at the operating threshold. */
    culprit: _kernel_sha_js__WEBPACK_IMPORTED_MODULE_0__/* .Sha */ .$.nullable(),
    suspects: zod__WEBPACK_IMPORTED_MODULE_1__/* .array */ .YOg(zod__WEBPACK_IMPORTED_MODULE_1__/* .strictObject */ .rej({
        sha: _kernel_sha_js__WEBPACK_IMPORTED_MODULE_0__/* .Sha */ .$,
        score: zod__WEBPACK_IMPORTED_MODULE_1__/* .number */ .aig().min(0).max(1),
        reasons: zod__WEBPACK_IMPORTED_MODULE_1__/* .array */ .YOg(zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP().max(300)).max(6),
        /** As written by the author: hostile text, to be shown only through `notice/`. */
        subject: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP().max(200),
        author: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP().max(100),
    }))
        .max(5),
    confidence: zod__WEBPACK_IMPORTED_MODULE_1__/* .number */ .aig().min(0).max(1),
    summary: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP().max(1200),
    claims: zod__WEBPACK_IMPORTED_MODULE_1__/* .array */ .YOg(zod__WEBPACK_IMPORTED_MODULE_1__/* .strictObject */ .rej({ text: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP().max(400), evidence: zod__WEBPACK_IMPORTED_MODULE_1__/* .array */ .YOg(zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP().max(40)).min(1).max(8) }))
        .max(8),
    blastRadius: BlastRadius,
    notLookedAt: zod__WEBPACK_IMPORTED_MODULE_1__/* .array */ .YOg(zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP().max(300)).max(10),
    /** What the claims' evidence ids stand for. */
    evidence: zod__WEBPACK_IMPORTED_MODULE_1__/* .array */ .YOg(EvidenceNote).max(40).optional(),
});
const Proposal = zod__WEBPACK_IMPORTED_MODULE_1__/* .strictObject */ .rej({
    v: zod__WEBPACK_IMPORTED_MODULE_1__/* .literal */ .euz(1),
    incident: zod__WEBPACK_IMPORTED_MODULE_1__/* .int */ .Whr().positive(),
    repoId: zod__WEBPACK_IMPORTED_MODULE_1__/* .int */ .Whr().positive(),
    branch: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP().min(1).max(255),
    badHead: _kernel_sha_js__WEBPACK_IMPORTED_MODULE_0__/* .Sha */ .$,
    lastGood: _kernel_sha_js__WEBPACK_IMPORTED_MODULE_0__/* .Sha */ .$,
    diagnosis: Diagnosis,
});


/***/ }),

/***/ 1620:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Bi: () => (/* binding */ encodeReport),
/* harmony export */   s1: () => (/* binding */ reportNotices)
/* harmony export */ });
/* unused harmony exports OUTCOMES, Outcome, PlanSummary, AskRecord, Report, decodeReport, readReports */
/* harmony import */ var zod__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(6921);
/* harmony import */ var _kernel_digest_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(5331);
/* harmony import */ var _kernel_sha_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(2509);
/* harmony import */ var _diagnosis_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(5229);




/**
 * How the responder's jobs tell the App what they did: the message of a notice annotation titled `sentinel-report` on the
 * job's own check run, which ordinary writers cannot edit. First a sentence for people, then one line of JSON.
 */
const OUTCOMES = ["rolled-back", "denied", "expired", "held", "failed"];
const Outcome = zod__WEBPACK_IMPORTED_MODULE_3__/* ["enum"] */ .k5n(OUTCOMES);
const PlanSummary = zod__WEBPACK_IMPORTED_MODULE_3__/* .strictObject */ .rej({
    code: zod__WEBPACK_IMPORTED_MODULE_3__/* .string */ .YjP(),
    digest: zod__WEBPACK_IMPORTED_MODULE_3__/* .string */ .YjP(),
    kind: _diagnosis_js__WEBPACK_IMPORTED_MODULE_2__/* .PlanKind */ .UL,
    expectedHead: _kernel_sha_js__WEBPACK_IMPORTED_MODULE_1__/* .Sha */ .$,
    resultingTree: _kernel_sha_js__WEBPACK_IMPORTED_MODULE_1__/* .Sha */ .$,
    undoes: zod__WEBPACK_IMPORTED_MODULE_3__/* .array */ .YOg(_kernel_sha_js__WEBPACK_IMPORTED_MODULE_1__/* .Sha */ .$).max(500),
    risks: zod__WEBPACK_IMPORTED_MODULE_3__/* .array */ .YOg(zod__WEBPACK_IMPORTED_MODULE_3__/* .string */ .YjP().max(300)).max(20),
});
const AskRecord = zod__WEBPACK_IMPORTED_MODULE_3__/* .strictObject */ .rej({
    at: zod__WEBPACK_IMPORTED_MODULE_3__/* .string */ .YjP(),
    approver: zod__WEBPACK_IMPORTED_MODULE_3__/* .string */ .YjP(),
    approverId: zod__WEBPACK_IMPORTED_MODULE_3__/* .int */ .Whr(),
    digest: zod__WEBPACK_IMPORTED_MODULE_3__/* .string */ .YjP(),
    answer: zod__WEBPACK_IMPORTED_MODULE_3__/* ["enum"] */ .k5n(["approved", "denied", "expired", "none"]),
});
const Report = zod__WEBPACK_IMPORTED_MODULE_3__/* .discriminatedUnion */ .gMt("phase", [
    zod__WEBPACK_IMPORTED_MODULE_3__/* .strictObject */ .rej({
        phase: zod__WEBPACK_IMPORTED_MODULE_3__/* .literal */ .euz("analyse"),
        incident: zod__WEBPACK_IMPORTED_MODULE_3__/* .int */ .Whr().positive(),
        attempt: zod__WEBPACK_IMPORTED_MODULE_3__/* .int */ .Whr().positive(),
        diagnosis: _diagnosis_js__WEBPACK_IMPORTED_MODULE_2__/* .Diagnosis */ .OZ,
    }),
    zod__WEBPACK_IMPORTED_MODULE_3__/* .strictObject */ .rej({
        phase: zod__WEBPACK_IMPORTED_MODULE_3__/* .literal */ .euz("respond"),
        incident: zod__WEBPACK_IMPORTED_MODULE_3__/* .int */ .Whr().positive(),
        attempt: zod__WEBPACK_IMPORTED_MODULE_3__/* .int */ .Whr().positive(),
        outcome: Outcome,
        reason: zod__WEBPACK_IMPORTED_MODULE_3__/* .string */ .YjP(),
        /** The reason in words, with the cure. */
        said: zod__WEBPACK_IMPORTED_MODULE_3__/* .string */ .YjP().max(1000),
        plan: PlanSummary.nullable(),
        /** Pushes sent by this attempt. */
        asks: zod__WEBPACK_IMPORTED_MODULE_3__/* .array */ .YOg(AskRecord).max(10),
        approver: zod__WEBPACK_IMPORTED_MODULE_3__/* .string */ .YjP().nullable(),
        revertSha: _kernel_sha_js__WEBPACK_IMPORTED_MODULE_1__/* .Sha */ .$.nullable(),
        /** SHA-256 of the vault's token, as Auth0's own log holds it; null when none was released. */
        tokenThumbprint: zod__WEBPACK_IMPORTED_MODULE_3__/* .string */ .YjP().nullable(),
    }),
]);
function encodeReport(sentence, report) {
    return `${sentence.replaceAll("\n", " ")}\n${(0,_kernel_digest_js__WEBPACK_IMPORTED_MODULE_0__/* .canonicalJson */ .dj)(report)}`;
}
/** Null for an annotation that is not a report. */
function decodeReport(message) {
    const line = message.slice(message.lastIndexOf("\n") + 1);
    try {
        return Report.parse(JSON.parse(line));
    }
    catch {
        return null;
    }
}
/**
 * The same report as the messages of several notices: GitHub's runner cuts an annotation after 4096 characters and keeps ten
 * of a kind per step. Throws for a report that would need more than `MAX_NOTICES`.
 */
function reportNotices(sentence, report) {
    const whole = encodeReport(sentence, report);
    if (whole.length <= NOTICE_CHARS)
        return [whole];
    const json = (0,_kernel_digest_js__WEBPACK_IMPORTED_MODULE_0__/* .canonicalJson */ .dj)(report);
    const id = (0,_kernel_digest_js__WEBPACK_IMPORTED_MODULE_0__/* .sha256 */ .sc)(json).slice(0, 12);
    const head = sentence.replaceAll("\n", " ").slice(0, 300);
    const room = NOTICE_CHARS - head.length - 60;
    const count = Math.ceil(json.length / room);
    if (count > MAX_NOTICES)
        throw new Error(`invariant: a report of ${json.length} characters`);
    return Array.from({ length: count }, (_, n) => `${head}\npart ${n + 1} of ${count} of ${id}\n${json.slice(n * room, (n + 1) * room)}`);
}
/** The reports that stand in these messages, in the order of their first message; incomplete ones and foreign text give nothing. */
function readReports(messages) {
    const parts = new Map();
    const order = [];
    for (const message of messages) {
        const part = PART.exec(message)?.groups;
        const key = part ? `${part.id} ${part.of}` : message;
        if (!parts.has(key))
            order.push(key);
        const known = parts.get(key) ?? [];
        if (part)
            known[Number(part.n) - 1] = part.json ?? "";
        parts.set(key, known);
    }
    return order.flatMap((key) => {
        const found = parts.get(key) ?? [];
        return decodeReport(found.length === 0 ? key : found.join("")) ?? [];
    });
}
const NOTICE_CHARS = 4000;
const MAX_NOTICES = 8;
const PART = /\npart (?<n>[1-8]) of (?<of>[1-8]) of (?<id>[0-9a-f]{12})\n(?<json>.*)$/;


/***/ }),

/***/ 5331:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   dj: () => (/* binding */ canonicalJson),
/* harmony export */   ol: () => (/* binding */ digestOf),
/* harmony export */   ov: () => (/* binding */ shortCode),
/* harmony export */   sc: () => (/* binding */ sha256)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7598);
/* harmony import */ var canonicalize__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8799);


/** RFC 8785 canonical JSON. Throws on what JSON cannot say (functions, NaN), which would be a broken invariant. */
function canonicalJson(value) {
    const text = (0,canonicalize__WEBPACK_IMPORTED_MODULE_1__/* ["default"] */ .A)(value);
    if (text === undefined)
        throw new Error("invariant: not a JSON value");
    return text;
}
/** SHA-256 in lower-case hex (64 characters). */
function sha256(bytes) {
    return (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createHash)("sha256").update(bytes).digest("hex");
}
function digestOf(value) {
    return sha256(canonicalJson(value));
}
/** The first 40 bits of a SHA-256 in RFC 4648 base32, `XXXX-XXXX`: short enough to compare by eye on a phone. */
function shortCode(digest) {
    const bits = BigInt(`0x${digest.slice(0, 10)}`);
    const letters = Array.from({ length: 8 }, (_, i) => BASE32[Number((bits >> BigInt(35 - 5 * i)) & 31n)]).join("");
    return `${letters.slice(0, 4)}-${letters.slice(4)}`;
}
const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";


/***/ }),

/***/ 7977:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   k: () => (/* binding */ matchesGlob)
/* harmony export */ });
/**
 * Path globs as people write them in configuration: `*` within a segment, `**` over segments, `?`, `{a,b}`. A pattern without
 * a slash matches a file of that name in any folder; one that ends in a slash matches everything below.
 */
function matchesGlob(path, pattern) {
    return compile(pattern).test(path);
}
const compiled = new Map();
function compile(pattern) {
    const known = compiled.get(pattern);
    if (known)
        return known;
    const rooted = pattern.includes("/") ? pattern.replace(/^\//, "") : `**/${pattern}`;
    const whole = rooted.endsWith("/") ? `${rooted}**` : rooted;
    const expression = new RegExp(`^${translate(whole)}$`, "s");
    compiled.set(pattern, expression);
    return expression;
}
function translate(glob) {
    let depth = 0;
    return glob.replace(/\*\*\/|\*\*|[*?{},]|[.+^$()|[\]\\]/g, (token) => {
        if (token === "**/")
            return "(?:[^/]+/)*";
        if (token === "**")
            return ".*";
        if (token === "*")
            return "[^/]*";
        if (token === "?")
            return "[^/]";
        if (token === "{")
            return ++depth ? "(?:" : "";
        if (token === "}" && depth > 0)
            return --depth >= 0 ? ")" : "";
        if (token === "," && depth > 0)
            return "|";
        return `\\${token}`;
    });
}


/***/ }),

/***/ 9501:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  d: () => (/* binding */ analysisSummary),
  w: () => (/* binding */ responseSummary)
});

// EXTERNAL MODULE: ./build/src/kernel/digest.js
var digest = __webpack_require__(5331);
// EXTERNAL MODULE: ./build/src/notice/safe-text.js
var safe_text = __webpack_require__(9809);
// EXTERNAL MODULE: ./build/src/notice/words.js
var words = __webpack_require__(2639);
;// CONCATENATED MODULE: ./build/src/notice/asks.js



/** Asks of all attempts, oldest first, each once: the App's memory and the last report may both know one. */
function allAsks({ memory, response }) {
    const byKey = new Map();
    for (const ask of [...memory.asks, ...(response?.asks ?? [])]) {
        byKey.set(`${ask.at} ${ask.approver} ${ask.digest}`, ask);
    }
    return [...byKey.values()].sort((a, b) => a.at.localeCompare(b.at));
}
function lastAsk(facts) {
    const last = allAsks(facts).at(-1);
    if (last === undefined)
        return null;
    return `${person(facts.repo.url, last.approver)}, ${utc(last.at)}: ${answerWords(last.answer)}`;
}
function asksTable(facts) {
    const asks = allAsks(facts);
    if (asks.length === 0)
        return null;
    const rows = asks.map(({ at, approver, digest, answer }) => `| ${utc(at)} | ${person(facts.repo.url, approver)} | ${code(codeOf(digest), 9)} | ${answerWords(answer)} |`);
    return ["| Asked | Who | Plan | Answer |", "|:--|:--|:--|:--|", ...rows].join("\n");
}
function answerWords(answer) {
    return ANSWERS[answer] ?? "no answer known";
}
function codeOf(digest) {
    return /^[0-9a-f]{64}$/.test(digest) ? shortCode(digest) : "unknown";
}
const ANSWERS = {
    approved: "**approved**",
    denied: "**denied**",
    expired: "no answer in time",
    none: "no answer yet",
};

// EXTERNAL MODULE: ./build/src/kernel/sha.js
var sha = __webpack_require__(2509);
;// CONCATENATED MODULE: ./build/src/notice/blast-diagram.js



const NODES_A_ROW = 4;
/** How far the change reaches: a sentence, a Mermaid diagram (commit → files → areas → owners → environments), what others rely on. */
function blastDiagram(radius, change) {
    const parts = [
        radius.sentence === undefined ? "" : (0,safe_text/* safeText */.Hk)(radius.sentence, 600),
        diagram(rows(radius, change)),
        list("Others may rely on what it touches:", radius.touches),
        list("Imported by:", radius.dependents ?? []),
    ];
    return parts.filter((part) => part !== "").join("\n\n");
}
function rows(radius, change) {
    const commit = `${change.named ? "culprit" : "range up to"} ${(0,sha/* shortSha */.F)(change.sha)}`;
    return [
        row("change", [commit]),
        row("files", [(0,words/* count */.U9)(radius.files, "file")]),
        row("area", radius.areas),
        row("owner", radius.owners),
        row("environment", radius.environments),
    ].filter(({ nodes }) => nodes.length > 0);
}
function row(style, names) {
    const shown = names.length > NODES_A_ROW ? names.slice(0, NODES_A_ROW - 1) : names;
    const more = names.length - shown.length;
    const labels = [...shown.map((name) => (0,safe_text/* mermaidLabel */._b)(name, 28)), ...(more > 0 ? [`and ${more} more`] : [])];
    return { style, nodes: labels.map((label, index) => ({ id: `${style}${index}`, label })) };
}
/** Top to bottom, so that it stays readable on a phone; each row reaches the next as a whole. */
function diagram(rows) {
    const nodes = rows.flatMap(({ style, nodes }) => nodes.map(({ id, label }) => `  ${id}${SHAPES[style].replace("…", label)}:::${style}`));
    const names = rows.map(({ nodes }) => nodes.map(({ id }) => id).join(" & "));
    const arrows = names.slice(1).map((name, index) => `  ${names[index]} --> ${name}`);
    return ["```mermaid", "flowchart TB", ...nodes, ...arrows, ...STYLES, "```"].join("\n");
}
const SHAPES = {
    change: '["…"]',
    files: '["…"]',
    area: '["…"]',
    owner: '(["…"])',
    environment: '{{"…"}}',
};
/** Colours that read on GitHub's light and dark backgrounds alike. */
const STYLES = [
    "  classDef change fill:#cf222e,stroke:#a40e26,color:#ffffff",
    "  classDef files fill:#57606a,stroke:#424a53,color:#ffffff",
    "  classDef area fill:#57606a,stroke:#424a53,color:#ffffff",
    "  classDef owner fill:#0550ae,stroke:#033d8b,color:#ffffff",
    "  classDef environment fill:#9a6700,stroke:#7d4e00,color:#ffffff",
];
function list(title, items) {
    if (items.length === 0)
        return "";
    const shown = items.slice(0, 8).map((item) => `- ${(0,safe_text/* safeText */.Hk)(item, 200)}`);
    const more = items.length - shown.length;
    return [title, "", ...shown, ...(more > 0 ? [`- and ${more} more`] : [])].join("\n");
}

// EXTERNAL MODULE: ./build/src/notice/plan-section.js
var plan_section = __webpack_require__(3445);
// EXTERNAL MODULE: ./build/src/notice/reason-words.js
var reason_words = __webpack_require__(212);
;// CONCATENATED MODULE: ./build/src/notice/suspects-list.js


const REASONS_SHOWN = 3;
/** The ranked commits with why they are suspected. A list, since a table of four columns is cut off on a phone. */
function suspectsList(diagnosis, repoUrl) {
    if (diagnosis.suspects.length === 0)
        return "No commit is suspected.";
    const items = diagnosis.suspects.map((suspect, index) => {
        const mark = suspect.sha === diagnosis.culprit ? " (named the culprit)" : "";
        const subject = `**${(0,safe_text/* safeText */.Hk)(suspect.subject, 120)}** by ${(0,safe_text/* safeText */.Hk)(suspect.author, 60)}`;
        const reasons = suspect.reasons.slice(0, REASONS_SHOWN).map((reason) => `   - ${(0,safe_text/* safeText */.Hk)(reason, 160)}`);
        return [
            `${index + 1}. ${(0,words/* percent */.KN)(suspect.score)} ${(0,words/* commitLink */.wn)(repoUrl, suspect.sha)} ${subject}${mark}`,
            ...reasons,
        ];
    });
    return items.flat().join("\n");
}

;// CONCATENATED MODULE: ./build/src/notice/job-summary.js







/** The job summary of `analyse`: what was found, why, and what was not looked at. */
function analysisSummary(diagnosis, repoUrl) {
    const { culprit, suspects, blastRadius } = diagnosis;
    const center = culprit ?? suspects[0]?.sha;
    const notLookedAt = [...diagnosis.notLookedAt, ...blastRadius.notLookedAt];
    const blocks = [
        `## Analysis: ${VERDICTS[diagnosis.verdict]}`,
        `By ${diagnosis.by}, confidence ${(0,words/* percent */.KN)(diagnosis.confidence)}. ${fallback(diagnosis)}`.trim(),
        (0,safe_text/* safeText */.Hk)(diagnosis.summary, 1200),
        diagnosis.claims
            .map(({ text, evidence }) => `- ${(0,safe_text/* safeText */.Hk)(text, 400)} (${evidence.map((id) => (0,safe_text/* code */.aY)(id, 40)).join(", ")})`)
            .join("\n"),
        `### Suspects\n\n${suspectsList(diagnosis, repoUrl)}`,
        center === undefined
            ? ""
            : `### Blast radius\n\n${blastDiagram(blastRadius, { sha: center, named: culprit !== null })}`,
        notLookedAt.length === 0
            ? ""
            : `### Not looked at\n\n${notLookedAt.map((text) => `- ${(0,safe_text/* safeText */.Hk)(text, 300)}`).join("\n")}`,
    ];
    return `${blocks.filter((block) => block !== "").join("\n\n")}\n`;
}
/** The job summary of `respond`: how it ended, what the plan was and what people said. */
function responseSummary(report) {
    const asks = report.asks.map(({ at, approver, answer }) => `- ${(0,words/* utc */.n$)(at)}: ${(0,safe_text/* code */.aY)(approver, 60)} was asked, ${answerWords(answer)}`);
    const blocks = [
        `## Response: ${OUTCOMES[report.outcome]}`,
        `${(0,reason_words/* reasonWords */.I)(report.said, 1000)} (${(0,safe_text/* code */.aY)(report.reason, 60)})`,
        report.revertSha === null ? "" : `Rollback commit ${(0,safe_text/* code */.aY)(report.revertSha, 40)}`,
        report.plan === null ? "" : `### Plan\n\n${(0,plan_section/* planList */.i)(report.plan)}`,
        asks.length === 0 ? "" : `### Who was asked\n\n${asks.join("\n")}`,
    ];
    return `${blocks.filter((block) => block !== "").join("\n\n")}\n`;
}
function fallback({ fellBack }) {
    return fellBack === null ? "" : `The model did not answer (${(0,safe_text/* safeText */.Hk)(fellBack, 200)}), so code alone analysed.`;
}
const VERDICTS = {
    rollback: "roll back",
    hold: "hold, do not roll back",
    "not-our-change": "no cause in these commits",
    unsure: "unsure",
};
const OUTCOMES = {
    "rolled-back": "rolled back",
    denied: "denied",
    expired: "nobody answered in time",
    held: "nothing was rolled back",
    failed: "failed",
};


/***/ }),

/***/ 3445:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   i: () => (/* binding */ planList)
/* harmony export */ });
/* unused harmony export kindWords */
/* harmony import */ var _kernel_sha_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(2509);
/* harmony import */ var _safe_text_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(9809);
/* harmony import */ var _words_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(2639);



const UNDOES_SHOWN = 12;
const RISKS_SHOWN = 12;
/** The plan as a list that says everything an approver compares: code, what would run, what it undoes, what it risks. */
function planList(plan, commit = shaCode) {
    return [
        `- **Plan ${(0,_safe_text_js__WEBPACK_IMPORTED_MODULE_1__/* .code */ .aY)(plan.code, 9)}**: ${kindWords(plan, commit)}`,
        `- Undoes ${undoes(plan, commit)}`,
        ...risks(plan),
        `- Resulting tree ${(0,_safe_text_js__WEBPACK_IMPORTED_MODULE_1__/* .code */ .aY)(plan.resultingTree, 40)}`,
        `- Plan digest ${(0,_safe_text_js__WEBPACK_IMPORTED_MODULE_1__/* .code */ .aY)(plan.digest, 64)}`,
    ].join("\n");
}
function kindWords(plan, commit = shaCode) {
    const what = plan.kind === "restore-last-good" ? "restores the last good tree exactly" : "reverts the suspected commits";
    return `one commit on ${commit(plan.expectedHead)} that ${what}`;
}
function undoes(plan, commit) {
    const shown = plan.undoes.slice(0, UNDOES_SHOWN).map(commit);
    const more = plan.undoes.length - shown.length;
    return `${(0,_words_js__WEBPACK_IMPORTED_MODULE_2__/* .count */ .U9)(plan.undoes.length, "commit")}: ${shown.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
function risks(plan) {
    if (plan.risks.length === 0)
        return ["- Risks: none found"];
    const shown = plan.risks.slice(0, RISKS_SHOWN).map((risk) => `  - ${(0,_safe_text_js__WEBPACK_IMPORTED_MODULE_1__/* .safeText */ .Hk)(risk, 300)}`);
    const more = plan.risks.length - shown.length;
    return ["- **Risks**", ...shown, ...(more > 0 ? [`  - and ${more} more`] : [])];
}
function shaCode(sha) {
    return `\`${(0,_kernel_sha_js__WEBPACK_IMPORTED_MODULE_0__/* .shortSha */ .F)(sha)}\``;
}


/***/ }),

/***/ 212:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   I: () => (/* binding */ reasonWords)
/* harmony export */ });
/* harmony import */ var _incident_reason_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(6278);
/* harmony import */ var _safe_text_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(9809);


/**
 * What a response said of its end, as Markdown. A sentence of our own list keeps its marks (commands in backticks); anything
 * else is treated as hostile.
 */
function reasonWords(said, limit) {
    return OURS.has(said) ? said : (0,_safe_text_js__WEBPACK_IMPORTED_MODULE_1__/* .safeText */ .Hk)(said, limit);
}
const OURS = new Set(Object.values(_incident_reason_js__WEBPACK_IMPORTED_MODULE_0__/* .REASONS */ .e));


/***/ }),

/***/ 9809:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Hk: () => (/* binding */ safeText),
/* harmony export */   _b: () => (/* binding */ mermaidLabel),
/* harmony export */   aY: () => (/* binding */ code),
/* harmony export */   wh: () => (/* binding */ plainText)
/* harmony export */ });
/* unused harmony exports slackText, safeLink */
/**
 * Hostile text (commit subjects, logs, names, the model's words) made fit to be shown, for every place we write to.
 * It must never let a reader's machine do anything but draw letters: no mention, link, image, HTML, command or hidden mark.
 *
 * All of these are idempotent: text that was made safe once passes unchanged, so a page rebuilt from a page stays the same.
 */
/**
 * One line of Markdown that renders as letters only, at most `limit` UTF-16 units long (a cut ends in `…`). Safe in a paragraph,
 * a table cell, a list item and inside an HTML block.
 */
function safeText(hostile, limit) {
    const text = inert(hostile).replace(/^(\d{1,9})([.)])(?=\s|$)/, "$1\\$2");
    return cap(text.match(MARKDOWN_TOKEN) ?? [], limit, escapeMarkdown);
}
/** One line for a log or a phone: letters as they are, but no control or hidden character and no workflow command. */
function plainText(hostile, limit) {
    const text = oneLine(hostile)
        .replace(DOUBLE_COLON, ": ")
        .replace(/##(?=\[)/g, "## ");
    return cap([...text], limit, (character) => character);
}
/** One line of Slack's mrkdwn that renders as letters only. */
function slackText(hostile, limit) {
    const text = inert(hostile)
        .replace(/[`*~]/g, (mark) => LOOK_ALIKES[mark] ?? "") // Slack knows no escape for its marks
        .replace(/(?<![\p{L}\p{N}])_+|_+(?![\p{L}\p{N}])/gu, (run) => "ˍ".repeat(run.length));
    return cap(text.match(SLACK_TOKEN) ?? [], limit, (token) => ENTITIES[token] ?? token);
}
/** A node's label in a Mermaid diagram: letters, digits and the few marks that paths need, nothing Mermaid could read. */
function mermaidLabel(hostile, limit) {
    const text = oneLine(hostile).replace(/[^\p{L}\p{N} ._/+,…-]+/gu, " ");
    return cap([...text.replace(/ +/g, " ").trim()], limit, (character) => character) || "?";
}
/** Code between backticks: for names and shas. What could end the code or open a tag is drawn by a look-alike. */
function code(hostile, limit) {
    const text = defanged(hostile)
        .replace(/[`<>|]/g, (mark) => LOOK_ALIKES[mark] ?? "")
        .replace(/(!|##|\])(?=[[(])/g, "$1 ");
    return `\`${cap([...text], limit, (character) => character) || "?"}\``;
}
/**
 * `[label](url)` when the address, once resolved, begins with one of `allowed` (each ends in `/`), else the label alone. The
 * label must be safe already.
 */
function safeLink(label, url, allowed) {
    if (url === null || !URL.canParse(url))
        return label;
    const { href } = new URL(url);
    const isAllowed = allowed.some((prefix) => href.startsWith(prefix));
    return isAllowed ? `[${label}](${href.replace(/[()<>\\|`\s@[\]]/g, percentEncoded)})` : label;
}
function percentEncoded(character) {
    return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
}
/**
 * One line in which nothing is left that GitHub or Slack look for after rendering, where no escape hides it: mentions, e-mail,
 * addresses, references, formulas, emoji. A space or brackets part what would act; nothing is lost, nothing is invisible.
 */
function inert(hostile) {
    return defanged(hostile)
        .replace(/\$(?=\S)/g, "$ ")
        .replace(/\$$/, "＄") // nothing may follow that would make it open a formula
        .replace(/(#|GH-)(?=\d)/gi, "$1 ")
        .replace(/:(?=[\w+-]*[a-z][\w+-]*(?::|$)|[+-]1(?::|$))/gi, ": "); // an emoji, perhaps an image
}
function defanged(hostile) {
    return oneLine(hostile)
        .replace(/@(?=\S)/g, "@ ")
        .replace(/:\/\//g, "[:]//")
        .replace(/(www)\\?\./gi, "$1[.]")
        .replace(DOUBLE_COLON, ": ");
}
function oneLine(hostile) {
    return hostile
        .replace(ANSI, "")
        .replace(/[\s\p{Zs}\p{Zl}\p{Zp}]+/gu, " ")
        .replace(HIDDEN, "")
        .replace(/(\p{M}{2})\p{M}+/gu, "$1")
        .replace(/ {2,}/g, " ")
        .trim();
}
/** Joins tokens while they fit; what is cut is cut between tokens, so that no escape is torn. */
function cap(tokens, limit, write) {
    const written = tokens.map(write);
    const total = written.reduce((sum, token) => sum + token.length, 0);
    if (total <= limit)
        return written.join("");
    let kept = "";
    for (const token of written) {
        if (kept.length + token.length > limit - 1)
            break;
        kept += token;
    }
    return `${kept.replace(/[\s@$]+$/, "")}…`;
}
function escapeMarkdown(token, index) {
    if (token.length > 1 && (token.startsWith("\\") || token.startsWith("&")))
        return token;
    const entity = ENTITIES[token];
    if (entity !== undefined)
        return entity;
    if (ACTIVE.test(token))
        return `\\${token}`;
    return index === 0 && /[#+\-=]/.test(token) ? `\\${token}` : token;
}
const ENTITIES = { "<": "&lt;", ">": "&gt;", "&": "&amp;" };
const LOOK_ALIKES = { "`": "ˋ", "<": "‹", ">": "›", "|": "∣", "*": "∗", "~": "∼" };
const ACTIVE = /[\\`*_[\]|~!]/;
/** An escape or an entity that we write ourselves stays whole; anything else is looked at character by character. */
const MARKDOWN_TOKEN = /\\[\\`*_[\]|~!#+\-=.)]|&(?:lt|gt|amp);|[\s\S]/gu;
const SLACK_TOKEN = /&(?:lt|gt|amp);|[\s\S]/gu;
/** The runner takes `::name::` at a line's start as a command. */
const DOUBLE_COLON = /:(?=:)/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: terminal sequences are what this removes
const ANSI = /(?:\u001B\[|\u009B)[0-?]*[ -/]*[@-~]|\u001B\][^\u0007\u001B]*(?:\u0007|\u001B\\)?/g;
/**
 * Control, format (bidi, zero-width, tags), private, unassigned and torn characters, and what draws nothing: variation
 * selectors, fillers, joiners. Text that a reader cannot see may not travel.
 */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}\p{Default_Ignorable_Code_Point}]/gu;


/***/ }),

/***/ 2639:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   KN: () => (/* binding */ percent),
/* harmony export */   U9: () => (/* binding */ count),
/* harmony export */   n$: () => (/* binding */ utc),
/* harmony export */   wn: () => (/* binding */ commitLink)
/* harmony export */ });
/* unused harmony exports clockTime, between, sourceWords, person */
/* harmony import */ var _kernel_sha_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(2509);
/* harmony import */ var _safe_text_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(9809);


/** Small phrases that every page shares, so that the same thing reads the same everywhere. */
/** `2026-11-23 03:12:09 UTC` of an ISO 8601 time; what is no time is shown as harmless text. */
function utc(iso) {
    const ms = Date.parse(iso);
    return Number.isNaN(ms) ? (0,_safe_text_js__WEBPACK_IMPORTED_MODULE_1__/* .safeText */ .Hk)(iso, 30) : `${new Date(ms).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}
/** `03:12:09`, for lists whose day is said above them. */
function clockTime(iso) {
    const ms = Date.parse(iso);
    return Number.isNaN(ms) ? safeText(iso, 30) : new Date(ms).toISOString().slice(11, 19);
}
/** `4 min 12 s`; null when either end is unknown or they are in the wrong order. */
function between(from, to) {
    const ms = Date.parse(to ?? "") - Date.parse(from ?? "");
    return Number.isFinite(ms) && ms >= 0 ? spell(Math.round(ms / 1000)) : null;
}
function spell(seconds) {
    const parts = [
        [Math.floor(seconds / 86_400), "d"],
        [Math.floor(seconds / 3600) % 24, "h"],
        [Math.floor(seconds / 60) % 60, "min"],
        [seconds % 60, "s"],
    ];
    const first = parts.findIndex(([count]) => count > 0);
    if (first === -1)
        return "0 s";
    return parts
        .slice(first, first + 2)
        .filter(([count]) => count > 0)
        .map(([count, unit]) => `${count} ${unit}`)
        .join(" ");
}
/** `deployment:production` → `deployment to production`. Plain words: escape them where they are shown. */
function sourceWords(source) {
    const colon = source.indexOf(":");
    const name = source.slice(colon + 1);
    switch (source.slice(0, Math.max(colon, 0))) {
        case "deployment":
            return `deployment to ${name}`;
        case "check":
            return `check ${name}`;
        case "workflow":
            return `workflow ${name.slice(name.lastIndexOf("/") + 1)}`;
        default:
            return source;
    }
}
function commitLink(repoUrl, sha) {
    return `[${(0,_safe_text_js__WEBPACK_IMPORTED_MODULE_1__/* .code */ .aY)((0,_kernel_sha_js__WEBPACK_IMPORTED_MODULE_0__/* .shortSha */ .F)(sha), 12)}](${repoUrl}/commit/${encodeURIComponent(sha)})`;
}
/** Person by GitHub login, linked to their page but never mentioned. */
function person(repoUrl, login) {
    const isLogin = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})$/.test(login);
    return isLogin ? `[${login}](${new URL(`/${login}`, repoUrl).href})` : code(login, 60);
}
function count(number, one, many = `${one}s`) {
    return `${number} ${number === 1 ? one : many}`;
}
function percent(score) {
    return `${Math.round(score * 100)} %`;
}


/***/ }),

/***/ 6701:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   AI: () => (/* binding */ Severity),
/* harmony export */   PE: () => (/* binding */ Policy),
/* harmony export */   oC: () => (/* binding */ SEVERITIES)
/* harmony export */ });
/* unused harmony exports RISK_KINDS, RiskKind, SignalRule, Person */
/* harmony import */ var zod__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(6921);

/**
 * `.github/sentinel.yml`: what counts as an incident, who may approve what, and how a rollback may be done. Every default
 * stands here; unknown keys and empty lists are errors. It must never hold a credential.
 */
const SEVERITIES = ["sev1", "sev2", "sev3"];
/** sev1 is the worst. */
const Severity = zod__WEBPACK_IMPORTED_MODULE_0__/* ["enum"] */ .k5n(SEVERITIES);
const RISK_KINDS = ["migration", "interface", "infrastructure", "workflow", "lockfile", "published"];
const RiskKind = zod__WEBPACK_IMPORTED_MODULE_0__/* ["enum"] */ .k5n(RISK_KINDS);
const DeploymentSignal = zod__WEBPACK_IMPORTED_MODULE_0__/* .strictObject */ .rej({
    deployment: zod__WEBPACK_IMPORTED_MODULE_0__/* .string */ .YjP().min(1).describe("Environment whose failed deployments count, for example `production`"),
    by: zod__WEBPACK_IMPORTED_MODULE_0__/* .array */ .YOg(zod__WEBPACK_IMPORTED_MODULE_0__/* .string */ .YjP().min(1))
        .min(1)
        .optional()
        .describe("Logins whose deployment statuses count, for example `vercel[bot]`; without it, those of any App"),
    severity: Severity.default("sev2"),
});
const CheckSignal = zod__WEBPACK_IMPORTED_MODULE_0__/* .strictObject */ .rej({
    check: zod__WEBPACK_IMPORTED_MODULE_0__/* .string */ .YjP().min(1).describe("Name of a check run that counts"),
    app: zod__WEBPACK_IMPORTED_MODULE_0__/* .string */ .YjP().min(1).default("github-actions").describe("Slug of the GitHub App that must have made the check run"),
    severity: Severity.default("sev3"),
    confirm: zod__WEBPACK_IMPORTED_MODULE_0__/* ["enum"] */ .k5n(["none", "rerun"]).default("none").describe("`rerun`: run the failed job once more before it counts"),
});
const WorkflowSignal = zod__WEBPACK_IMPORTED_MODULE_0__/* .strictObject */ .rej({
    workflow: zod__WEBPACK_IMPORTED_MODULE_0__/* .string */ .YjP()
        .regex(/^\.github\/workflows\/[^/]+\.ya?ml$/)
        .describe("Path of a workflow whose failed runs count"),
    severity: Severity.default("sev3"),
    confirm: zod__WEBPACK_IMPORTED_MODULE_0__/* ["enum"] */ .k5n(["none", "rerun"]).default("none"),
});
const SignalRule = zod__WEBPACK_IMPORTED_MODULE_0__/* .union */ .KCZ([DeploymentSignal, CheckSignal, WorkflowSignal]);
const Person = zod__WEBPACK_IMPORTED_MODULE_0__/* .strictObject */ .rej({
    github: zod__WEBPACK_IMPORTED_MODULE_0__/* .string */ .YjP()
        .regex(/^[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})$/)
        .describe("GitHub login, for display"),
    id: zod__WEBPACK_IMPORTED_MODULE_0__/* .int */ .Whr().positive().describe("GitHub's numeric user id; this, not the login, is who they are"),
    auth0: zod__WEBPACK_IMPORTED_MODULE_0__/* .string */ .YjP().min(3).max(255).describe("Auth0 user id, for example `auth0|65f…`"),
    approves: zod__WEBPACK_IMPORTED_MODULE_0__/* .array */ .YOg(Severity)
        .min(1)
        .describe("Severities they may be asked for; Auth0 RBAC decides whether their yes counts"),
    slack: zod__WEBPACK_IMPORTED_MODULE_0__/* .string */ .YjP().min(1).optional().describe("Slack member id"),
});
const RiskRule = zod__WEBPACK_IMPORTED_MODULE_0__/* ["enum"] */ .k5n(["note", "sev1", "sev2", "sev3", "hold"]);
const Policy = zod__WEBPACK_IMPORTED_MODULE_0__/* .strictObject */ .rej({
    version: zod__WEBPACK_IMPORTED_MODULE_0__/* .literal */ .euz(1),
    mode: zod__WEBPACK_IMPORTED_MODULE_0__/* ["enum"] */ .k5n(["off", "shadow", "act"]).default("act"),
    branches: zod__WEBPACK_IMPORTED_MODULE_0__/* .array */ .YOg(zod__WEBPACK_IMPORTED_MODULE_0__/* .string */ .YjP().min(1)).min(1).optional().describe("Branches to guard; without it, the default branch"),
    signals: zod__WEBPACK_IMPORTED_MODULE_0__/* .array */ .YOg(SignalRule).min(1),
    people: zod__WEBPACK_IMPORTED_MODULE_0__/* .array */ .YOg(Person).min(1),
    approval: zod__WEBPACK_IMPORTED_MODULE_0__/* .strictObject */ .rej({
        expires: zod__WEBPACK_IMPORTED_MODULE_0__/* .int */ .Whr()
            .min(1)
            .max(300)
            .default(300)
            .describe("Seconds that one push lives; over 300 Auth0 would send e-mail"),
        approvers: zod__WEBPACK_IMPORTED_MODULE_0__/* .strictObject */ .rej({
            sev1: zod__WEBPACK_IMPORTED_MODULE_0__/* .int */ .Whr().min(1).max(2).default(1),
            sev2: zod__WEBPACK_IMPORTED_MODULE_0__/* .int */ .Whr().min(1).max(2).default(1),
            sev3: zod__WEBPACK_IMPORTED_MODULE_0__/* .int */ .Whr().min(1).max(2).default(1),
        })
            .prefault({})
            .describe("How many different people must say yes"),
        perIncident: zod__WEBPACK_IMPORTED_MODULE_0__/* .int */ .Whr().min(1).max(10).default(3).describe("Pushes per incident"),
        perPersonPerDay: zod__WEBPACK_IMPORTED_MODULE_0__/* .int */ .Whr().min(1).max(50).default(10),
        codeAlone: zod__WEBPACK_IMPORTED_MODULE_0__/* .boolean */ .zMY()
            .default(false)
            .describe("LOOSENS SAFETY: ask with the plan's code alone where the tenant has no authorization details type"),
    })
        .prefault({}),
    rollback: zod__WEBPACK_IMPORTED_MODULE_0__/* .strictObject */ .rej({
        strategy: zod__WEBPACK_IMPORTED_MODULE_0__/* ["enum"] */ .k5n(["restore-last-good", "revert-suspects"]).default("restore-last-good"),
        redeploy: zod__WEBPACK_IMPORTED_MODULE_0__/* .boolean */ .zMY().default(false).describe("Also create a deployment of the good revision after the rollback"),
        risks: zod__WEBPACK_IMPORTED_MODULE_0__/* .strictObject */ .rej({
            migration: RiskRule.default("sev1"),
            interface: RiskRule.default("note"),
            infrastructure: RiskRule.default("sev1"),
            workflow: RiskRule.default("sev1"),
            lockfile: RiskRule.default("note"),
            published: RiskRule.default("note"),
        })
            .prefault({})
            .describe("What a risk found in the rollback does: note it, raise the severity needed, or leave only `hold`"),
    })
        .prefault({}),
    severity: zod__WEBPACK_IMPORTED_MODULE_0__/* .array */ .YOg(zod__WEBPACK_IMPORTED_MODULE_0__/* .strictObject */ .rej({ paths: zod__WEBPACK_IMPORTED_MODULE_0__/* .array */ .YOg(zod__WEBPACK_IMPORTED_MODULE_0__/* .string */ .YjP().min(1)).min(1), severity: Severity }))
        .default([])
        .describe("Changed paths (globs) that raise the severity"),
    areas: zod__WEBPACK_IMPORTED_MODULE_0__/* .record */ .g1P(zod__WEBPACK_IMPORTED_MODULE_0__/* .string */ .YjP(), zod__WEBPACK_IMPORTED_MODULE_0__/* .array */ .YOg(zod__WEBPACK_IMPORTED_MODULE_0__/* .string */ .YjP().min(1)).min(1))
        .default({})
        .describe("Service or package name → path globs"),
    limits: zod__WEBPACK_IMPORTED_MODULE_0__/* .strictObject */ .rej({ callPeopleAfterMinutes: zod__WEBPACK_IMPORTED_MODULE_0__/* .int */ .Whr().min(5).max(1440).default(60) }).prefault({}),
    slack: zod__WEBPACK_IMPORTED_MODULE_0__/* .strictObject */ .rej({
        channel: zod__WEBPACK_IMPORTED_MODULE_0__/* .string */ .YjP().min(1),
        connection: zod__WEBPACK_IMPORTED_MODULE_0__/* .string */ .YjP().min(1).default("sign-in-with-slack"),
        onCall: zod__WEBPACK_IMPORTED_MODULE_0__/* .string */ .YjP().min(1).optional().describe("Slack user group to mention when a person is needed"),
    })
        .optional(),
    assignees: zod__WEBPACK_IMPORTED_MODULE_0__/* .array */ .YOg(zod__WEBPACK_IMPORTED_MODULE_0__/* .string */ .YjP().min(1)).max(10).default([]),
});


/***/ })

};
