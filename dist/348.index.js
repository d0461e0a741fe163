export const id = 348;
export const ids = [348];
export const modules = {

/***/ 5348:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  respond: () => (/* binding */ respond)
});

// EXTERNAL MODULE: ./node_modules/jose/dist/webapi/jwks/remote.js + 1 modules
var remote = __webpack_require__(7315);
// EXTERNAL MODULE: ./node_modules/jose/dist/webapi/jwt/verify.js + 1 modules
var verify = __webpack_require__(5057);
// EXTERNAL MODULE: ./node_modules/jose/dist/webapi/util/errors.js
var errors = __webpack_require__(5674);
// EXTERNAL MODULE: ./build/src/kernel/secret.js
var secret = __webpack_require__(1215);
// EXTERNAL MODULE: ./node_modules/@auth0/auth0-auth-js/dist/index.js + 9 modules
var dist = __webpack_require__(7986);
;// CONCATENATED MODULE: ./build/src/adapters/auth0-client.js

function auth0_client_createAuthClient({ domain, clientId, privateKey }) {
    return new dist/* AuthClient */.UJ({
        domain,
        clientId,
        clientAssertionSigningKey: privateKey.expose(),
        clientAssertionSigningAlg: "RS256",
        telemetry: { enabled: false },
        // The SDK's own signal does not cover its discovery call.
        customFetch: (input, init) => fetch(input, { ...init, signal: withTimeout(init?.signal) }),
    });
}
const LONGEST_CALL_MS = 10_000;
function withTimeout(signal) {
    const timeout = AbortSignal.timeout(LONGEST_CALL_MS);
    return signal ? AbortSignal.any([signal, timeout]) : timeout;
}
/** Runs one SDK call; what it throws becomes an answer. */
async function auth0_client_answerOf(call) {
    try {
        return { kind: "ok", value: await call() };
    }
    catch (error) {
        return readFailure(error);
    }
}
function readFailure(thrown) {
    const status = field(thrown, "statusCode");
    const cause = field(thrown, "cause");
    if (typeof status !== "number")
        return { kind: "no-answer", why: words(cause) ?? words(thrown) ?? "no words" };
    const headers = field(thrown, "headers");
    const retryAfter = headers instanceof Headers ? Number(headers.get("retry-after")) : 0;
    return {
        kind: "error",
        status,
        error: auth0_client_text(field(cause, "error")),
        description: auth0_client_text(field(cause, "error_description")) ?? words(cause),
        retryAfterMs: retryAfter > 0 ? retryAfter * 1000 : null,
    };
}
function words(value) {
    const message = auth0_client_text(field(value, "message"));
    const deeper = auth0_client_text(field(field(value, "cause"), "message"));
    return [message, deeper].filter((part) => part !== null).join(": ") || null;
}
function auth0_client_text(value) {
    return typeof value === "string" && value !== "" ? value.slice(0, 500) : null;
}
function field(value, name) {
    return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

;// CONCATENATED MODULE: ./build/src/adapters/auth0-approval.js



/**
 * Auth0's CIBA in poll mode. `openid` is required by CIBA; `offline_access` is left out on purpose, so that no refresh token is
 * ever made.
 */
function createAuth0Approval(client, audience) {
    const auth0 = auth0_client_createAuthClient(client);
    const keys = (0,remote/* createRemoteJWKSet */.RD)(new URL(`https://${client.domain}/.well-known/jwks.json`), {
        timeoutDuration: 10_000,
    });
    return {
        ask: (request) => auth0_client_answerOf(async () => {
            const answer = await auth0.initiateBackchannelAuthentication({
                loginHint: { sub: request.user },
                bindingMessage: request.bindingMessage,
                requestedExpiry: request.expiresInS,
                authorizationParams: {
                    scope: `openid ${request.scope}`,
                    audience,
                    ...(request.authorizationDetails === null
                        ? {}
                        : { authorization_details: JSON.stringify(request.authorizationDetails) }),
                },
            });
            return {
                authReqId: new secret/* Secret */.z(answer.authReqId),
                expiresInS: answer.expiresIn,
                intervalS: answer.interval ?? null,
            };
        }),
        poll: (authReqId, signal) => auth0_client_answerOf(async () => {
            const tokens = await auth0.backchannelAuthenticationGrant({ authReqId: authReqId.expose() }, { signal });
            return { accessToken: new secret/* Secret */.z(tokens.accessToken) };
        }),
        verify: (accessToken) => auth0_approval_verify(accessToken, keys, `https://${client.domain}/`, audience),
    };
}
const TRIES = 3;
async function auth0_approval_verify(accessToken, keys, issuer, audience) {
    for (let attempt = 1;; attempt++) {
        try {
            const { payload } = await (0,verify/* jwtVerify */.V)(accessToken.expose(), keys, {
                issuer,
                audience,
                algorithms: ["RS256", "PS256"],
                requiredClaims: ["sub", "iat", "exp"],
                clockTolerance: 60,
            });
            return { kind: "claims", claims: payload };
        }
        catch (error) {
            const why = error instanceof Error ? error.message : "no words";
            if (isVerdict(error))
                return { kind: "invalid", why };
            // The token can be fetched only once, so its keys are worth asking for again.
            if (attempt >= TRIES)
                return { kind: "no-answer", why };
        }
    }
}
/** Everything jose finds wrong with a token is a verdict; not getting the keys is none. */
function isVerdict(error) {
    return (error instanceof errors/* JOSEError */.i4 &&
        !(error instanceof errors/* JWKSTimeout */.xb) &&
        error.code !== "ERR_JOSE_GENERIC" &&
        !(error instanceof errors/* JWKSInvalid */.Dm));
}

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
;// CONCATENATED MODULE: ./build/src/adapters/auth0-vault.js




/**
 * Token Vault through the Custom API Client: the approval's access token becomes the same person's token at `connection`.
 * `onToken` runs before anybody else sees the token, so that a host can have it masked.
 */
function createAuth0Vault(client, connection, onToken) {
    const auth0 = auth0_client_createAuthClient(client);
    return {
        exchange: (accessToken) => auth0_client_answerOf(async () => {
            const released = await auth0.exchangeToken({
                connection,
                subjectToken: accessToken.expose(),
                subjectTokenType: "urn:ietf:params:oauth:token-type:access_token",
            });
            const token = new secret/* Secret */.z(released.accessToken);
            onToken(token);
            return { token };
        }),
    };
}
/** Token Vault for a privileged worker: no person is asked, so it is for notifications alone. */
function createAuth0WorkerVault(client) {
    const auth0 = createAuthClient(client);
    return {
        release: ({ user, connection, auditContext }) => answerOf(async () => {
            const released = await auth0.exchangeToken({
                connection,
                subjectToken: await workerRequest(client, user, auditContext),
                // The SDK's type knows only the two other variants.
                subjectTokenType: "urn:ietf:params:oauth:token-type:jwt",
                requestedTokenType: "http://auth0.com/oauth/token-type/token-vault-access-token",
            });
            return { token: new Secret(released.accessToken) };
        }),
    };
}
/** Auth0 refuses one that is older than 60 s or was seen before. */
async function workerRequest(client, user, auditContext) {
    const key = await importPKCS8(client.privateKey.expose(), "RS256");
    return new SignJWT({ audit_context: auditContext })
        .setProtectedHeader({ alg: "RS256", typ: "token-vault-req+jwt" })
        .setIssuer(client.clientId)
        .setSubject(user)
        .setAudience(`https://${client.domain}/`)
        .setIssuedAt()
        .setExpirationTime("60s")
        .setJti(randomUUID())
        .sign(key);
}

// EXTERNAL MODULE: ./build/src/adapters/git.js
var adapters_git = __webpack_require__(8090);
// EXTERNAL MODULE: ./node_modules/zod/v4/classic/schemas.js + 6 modules
var schemas = __webpack_require__(6921);
// EXTERNAL MODULE: ./build/src/kernel/sha.js
var sha = __webpack_require__(2509);
// EXTERNAL MODULE: ./build/src/adapters/github-request.js
var github_request = __webpack_require__(1879);
;// CONCATENATED MODULE: ./build/src/adapters/github-job.js



function createJobGitHub(request, repo) {
    const at = { owner: repo.owner, repo: repo.name };
    return {
        compare: (good, head) => compare(request, at, good, head),
        movers: (branch, undone, good) => movers(request, at, branch, undone, good),
        ownComments: (issue) => botComments(request, at, issue),
        comment: async (issue, body) => {
            const route = "POST /repos/{owner}/{repo}/issues/{issue_number}/comments";
            return Numbered.parse((await request(route, { ...at, issue_number: issue, body })).data).id;
        },
        editComment: async (id, body) => {
            const route = "PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}";
            await request(route, { ...at, comment_id: id, body });
        },
    };
}
const PAGE = 100;
const Account = schemas/* looseObject */._H3({ id: schemas/* int */.Whr(), login: schemas/* string */.YjP() }).nullable().catch(null);
const Compare = schemas/* looseObject */._H3({
    status: schemas/* enum */.k5n(["ahead", "identical", "behind", "diverged"]),
    total_commits: schemas/* int */.Whr(),
    commits: schemas/* array */.YOg(schemas/* looseObject */._H3({ sha: sha/* Sha */.$, author: Account, committer: Account })),
});
/** All commits that `head` has and `good` has not; GitHub gives them in pages, and says how many there are. */
async function compare(request, at, good, head) {
    const commits = [];
    for (let page = 1;; page++) {
        const route = "GET /repos/{owner}/{repo}/compare/{basehead}";
        const { data } = await request(route, { ...at, basehead: `${good}...${head}`, per_page: PAGE, page });
        const answer = Compare.parse(data);
        commits.push(...answer.commits);
        const isWhole = commits.length >= answer.total_commits;
        if (isWhole || answer.commits.length === 0 || page >= MOST_PAGES)
            return { range: rangeOf(answer, commits), accounts: commits.flatMap(accountsOf) };
    }
}
/** Beyond this no plan is made anyway. */
const MOST_PAGES = 51;
function rangeOf(answer, commits) {
    const shas = [...new Set(commits.map(({ sha }) => sha))];
    if (shas.length < answer.total_commits && shas.length <= (MOST_PAGES - 1) * PAGE)
        throw new github_request/* GitHubError */.y_("unavailable", 200, `the comparison named ${shas.length} of ${answer.total_commits} commits`);
    return { status: answer.status, commits: shas };
}
function accountsOf(commit) {
    return ["author", "committer"].flatMap((role) => {
        const account = commit[role];
        if (account === null)
            return [];
        return [{ sha: commit.sha, partaker: { id: account.id, names: [account.login], role } }];
    });
}
const Activity = schemas/* array */.YOg(schemas/* looseObject */._H3({
    before: schemas/* string */.YjP(),
    after: schemas/* string */.YjP(),
    activity_type: schemas/* string */.YjP(),
    actor: schemas/* looseObject */._H3({ id: schemas/* int */.Whr(), login: schemas/* string */.YjP() }).nullish(),
}));
/** Who moved the branch onto any of the undone commits, by GitHub's own record of pushes and merges. */
async function movers(request, at, branch, undone, good) {
    const people = [];
    let cursor = null;
    for (let page = 0; page < MOST_ACTIVITY_PAGES; page++) {
        const answer = await request("GET /repos/{owner}/{repo}/activity", {
            ...at,
            ref: `refs/heads/${branch}`,
            per_page: PAGE,
            ...(cursor === null ? {} : { after: cursor }),
        });
        const entries = Activity.parse(answer.data);
        for (const { after, actor, activity_type } of entries)
            if (undone.has(after) && actor)
                people.push({ id: actor.id, names: [actor.login], role: wordFor(activity_type) });
        cursor = nextCursor(answer.link);
        if (cursor === null || entries.some(({ before, after }) => before === good || after === good))
            return people;
    }
    return people;
}
const MOST_ACTIVITY_PAGES = 20;
function wordFor(activity) {
    return activity === "pr_merge" || activity === "merge_queue_merge" ? "merger" : "pusher";
}
function nextCursor(link) {
    const next = /<([^>]+)>;\s*rel="next"/.exec(link ?? "")?.[1];
    return next === undefined ? null : new URL(next).searchParams.get("after");
}
const Comments = schemas/* array */.YOg(schemas/* looseObject */._H3({ id: schemas/* int */.Whr(), body: schemas/* string */.YjP().nullish(), user: schemas/* looseObject */._H3({ login: schemas/* string */.YjP() }).nullish() }));
const Numbered = schemas/* looseObject */._H3({ id: schemas/* int */.Whr() });
/** Comments written by jobs with their own token. Writers can edit them, so nothing in them is believed unsealed. */
async function botComments(request, at, issue) {
    const found = [];
    for (let page = 1; page <= 10; page++) {
        const route = "GET /repos/{owner}/{repo}/issues/{issue_number}/comments";
        const { data } = await request(route, { ...at, issue_number: issue, per_page: PAGE, page });
        const comments = Comments.parse(data);
        for (const { id, body, user } of comments)
            if (user?.login === "github-actions[bot]")
                found.push({ id, body: body ?? "" });
        if (comments.length < PAGE)
            break;
    }
    return found;
}
/** The people named in the commits themselves, who GitHub may not know: addresses that carry a login or an id give these. */
function namedIn(commits) {
    return commits.flatMap(({ people }) => people.map(({ role, name, email }) => {
        const noreply = /^(?:(\d+)\+)?([^@+]+)@users\.noreply\./i.exec(email);
        const id = noreply?.[1] === undefined ? null : Number(noreply[1]);
        return { id, names: [name, ...(noreply?.[2] === undefined ? [] : [noreply[2]])], role };
    }));
}

;// CONCATENATED MODULE: ./build/src/adapters/github-user.js



/** GitHub in the approver's name: the few calls a rollback is made of. It must never be given any other token. */
function createRollbackWriter(request, repo) {
    const at = { owner: repo.owner, repo: repo.name };
    return {
        whoAmI: async () => github_user_Numbered.parse((await request("GET /user")).data).id,
        bypass: async (rulesetId) => {
            const { data } = await request("GET /repos/{owner}/{repo}/rulesets/{ruleset_id}", {
                ...at,
                ruleset_id: rulesetId,
                includes_parents: false,
            });
            return Bypass.parse(data).current_user_can_bypass ?? "never";
        },
        head: async (branch) => {
            try {
                const { data } = await request("GET /repos/{owner}/{repo}/git/ref/{ref}", { ...at, ref: `heads/${branch}` });
                return Ref.parse(data).object.sha;
            }
            catch (error) {
                if (error instanceof github_request/* GitHubError */.y_ && error.code === "not-found")
                    return null;
                throw error;
            }
        },
        createCommit: async ({ message, tree, parent }) => {
            const commit = { ...at, message, tree, parents: [parent] };
            return Commit.parse((await request("POST /repos/{owner}/{repo}/git/commits", commit)).data).sha;
        },
        moveBranch: async (branch, to) => {
            const move = { ...at, ref: `heads/${branch}`, sha: to, force: false };
            await request("PATCH /repos/{owner}/{repo}/git/refs/{ref}", move);
        },
        readCommit: async (sha) => {
            const { data } = await request("GET /repos/{owner}/{repo}/git/commits/{commit_sha}", { ...at, commit_sha: sha });
            const { tree, parents } = Commit.parse(data);
            return { tree: tree.sha, parents: parents.map((parent) => parent.sha) };
        },
    };
}
const github_user_Numbered = schemas/* looseObject */._H3({ id: schemas/* int */.Whr().positive() });
const Bypass = schemas/* looseObject */._H3({ current_user_can_bypass: schemas/* string */.YjP().optional() });
const Ref = schemas/* looseObject */._H3({ object: schemas/* looseObject */._H3({ sha: sha/* Sha */.$ }) });
const Commit = schemas/* looseObject */._H3({
    sha: sha/* Sha */.$,
    tree: schemas/* looseObject */._H3({ sha: sha/* Sha */.$ }),
    parents: schemas/* array */.YOg(schemas/* looseObject */._H3({ sha: sha/* Sha */.$ })),
});

;// CONCATENATED MODULE: ./build/src/approval/step-up.js
/**
 * The rule on power: nobody holds any. A plan may be redeemed only with a grant for that very plan, so the first request of
 * every response is denied, and that denial is what starts the asking.
 */
function requestPower(digest, grant) {
    if (grant === null || grant.digest !== digest)
        return { kind: "denied", reason: "step-up-required" };
    return { kind: "granted", grant };
}

// EXTERNAL MODULE: ./build/src/incident/reason.js
var reason = __webpack_require__(6278);
// EXTERNAL MODULE: ./build/src/notice/safe-text.js
var safe_text = __webpack_require__(9809);
// EXTERNAL MODULE: ./build/src/kernel/digest.js
var kernel_digest = __webpack_require__(5331);
;// CONCATENATED MODULE: ./build/src/rollback/plan.js

/** SHA-256 of the RFC 8785 form: any change of any field changes it. */
function planDigest(plan) {
    return (0,kernel_digest/* digestOf */.ol)(plan);
}
function planCode(plan) {
    return (0,kernel_digest/* shortCode */.ov)(planDigest(plan));
}

;// CONCATENATED MODULE: ./build/src/rollback/perform.js

/**
 * `recompute` makes the plan again from scratch; `refusal` names GitHub's words when a write throws. Each check comes before
 * the first write; the write is judged by reading back what stands on the branch, also when its answer was lost.
 */
async function revert(plan, credential, ports) {
    const { writer } = ports;
    if (credential.digest !== planDigest(plan))
        return refused("plan-changed", "the credential is for another plan");
    if ((await writer.whoAmI()) !== credential.approver.id)
        return refused("credential-not-theirs", `expected GitHub user ${credential.approver.id}`);
    const bypass = await writer.bypass(ports.rulesetId);
    if (bypass !== "always")
        return refused("bypass-missing", `GitHub says: ${bypass}`);
    const again = await ports.recompute();
    if (again === null || planDigest(again) !== credential.digest)
        return refused("plan-changed", "computed again from scratch, it is another plan");
    const head = await writer.head(plan.branch);
    if (head !== plan.expectedHead)
        return refused("head-moved", `expected ${plan.expectedHead}, found ${head}`);
    return write(plan, credential.approver, writer);
}
async function write(plan, approver, writer) {
    const message = commitMessage(plan, approver);
    let commit;
    try {
        commit = await writer.createCommit({ message, tree: plan.resultingTree, parent: plan.expectedHead });
    }
    catch (error) {
        return refused("write-refused", said(error));
    }
    const refusal = await writer.moveBranch(plan.branch, commit).then(() => null, said);
    return judge(plan, commit, refusal, writer);
}
async function judge(plan, commit, refusal, writer) {
    const head = await writer.head(plan.branch);
    if (head !== commit) {
        if (head !== plan.expectedHead)
            return refused("head-moved", `expected ${plan.expectedHead}, found ${head}`);
        return refused("write-refused", refusal ?? "GitHub took the write, but the branch stands where it stood");
    }
    const { tree, parents } = await writer.readCommit(commit);
    const isAsPlanned = tree === plan.resultingTree && parents.length === 1 && parents[0] === plan.expectedHead;
    return isAsPlanned
        ? { kind: "rolled-back", sha: commit }
        : refused("read-back-differs", `tree ${tree}, parents ${parents.join(" ")}`);
}
const INCIDENT_TRAILER = "Sentinel-Incident";
const PLAN_TRAILER = "Sentinel-Plan";
/** In plain words, and only from the plan: nothing in it was written by a commit's author or a model. */
function commitMessage(plan, approver) {
    const count = plan.undoes.length === 1 ? "1 commit" : `${plan.undoes.length} commits`;
    const [subject, what] = plan.kind === "restore-last-good"
        ? [`Restore ${plan.branch} to ${plan.lastGood.slice(0, 12)}`, `The tree is that of ${plan.lastGood}.`]
        : [`Revert ${count} on ${plan.branch}`, "Only the commits named here are undone; later work stays."];
    return [
        subject,
        "",
        `This undoes ${count}, newest first:`,
        ...plan.undoes.slice(0, 20).map((sha) => `- ${sha}`),
        ...(plan.undoes.length > 20 ? [`- and ${plan.undoes.length - 20} more`] : []),
        "",
        what,
        `Approved as plan ${planCode(plan)}.`,
        "",
        `${INCIDENT_TRAILER}: #${plan.incident}`,
        `${PLAN_TRAILER}: ${planDigest(plan)}`,
        `Sentinel-Approved-By: ${approver.github} (${approver.id})`,
        "",
    ].join("\n");
}
function refused(reason, detail) {
    return { kind: "refused", reason, detail };
}
function said(error) {
    return error instanceof Error ? error.message.slice(0, 500) : "no words";
}

;// CONCATENATED MODULE: ./build/src/vault/credential.js

async function redeem(vault, grant, digest, now) {
    const spent = grant.spend(digest, now);
    if (spent.kind === "refused")
        return spent;
    return readExchange(await vault.exchange(spent.accessToken), grant);
}
/** The approver's token for one plan. */
class Credential {
    approver;
    digest;
    /** SHA-256 of the token, as Auth0's own log has it; all that is ever written down of it. */
    thumbprint;
    #token;
    constructor(approver, digest, token) {
        this.approver = approver;
        this.digest = digest;
        this.thumbprint = (0,kernel_digest/* sha256 */.sc)(token.expose());
        this.#token = token;
    }
    token() {
        if (this.#token === null)
            throw new Error("invariant: the credential was dropped");
        return this.#token;
    }
    drop() {
        this.#token = null;
    }
}
function readExchange(answer, grant) {
    if (answer.kind === "no-answer")
        return { kind: "refused", reason: "vault-unavailable", detail: answer.why };
    if (answer.kind === "ok")
        return { kind: "credential", credential: new Credential(grant.approver, grant.digest, answer.value.token) };
    const detail = `${answer.status} ${answer.error ?? ""} ${answer.description ?? ""}`.trim();
    return { kind: "refused", reason: vaultRefusal(answer), detail };
}
/** One reason per known answer of Token Vault; what is not known is `vault-refused`, with its words. */
function vaultRefusal(answer) {
    if (answer.error === "federated_connection_refresh_token_not_found")
        return "vault-not-connected";
    if (answer.error === "federated_connection_refresh_token_flow_failed")
        return "vault-reconnect";
    if (answer.status === 429 || answer.status >= 500)
        return "vault-unavailable";
    // A wrong client key: 401 with the same code that elsewhere means a no.
    if (answer.error === "invalid_client" || (answer.status === 401 && answer.error === "access_denied"))
        return "client-rejected";
    return "vault-refused";
}

// EXTERNAL MODULE: ./build/src/action/find-incident.js + 1 modules
var find_incident = __webpack_require__(7164);
// EXTERNAL MODULE: ./build/src/action/github.js + 23 modules
var action_github = __webpack_require__(505);
;// CONCATENATED MODULE: ./build/src/approval/grant.js


/**
 * Makes a grant out of verified approvals, and nothing else can. It must never count a token that does not prove, by itself, that
 * the person asked said yes to this very plan just now.
 */
/** One person's proven yes to one plan. */
class Approval {
    person;
    digest;
    #accessToken;
    validUntil;
    constructor(person, digest, accessToken, validUntil) {
        this.person = person;
        this.digest = digest;
        this.#accessToken = accessToken;
        this.validUntil = validUntil;
        made.add(this);
    }
    accessToken() {
        return this.#accessToken;
    }
}
/** The power to redeem one plan once. `spend` gives the first approver's token a single time, for the right digest, in time. */
class Grant {
    digest;
    /** In whose name the rollback runs. */
    approver;
    approvers;
    #validUntil;
    #accessToken;
    constructor(first, all) {
        this.digest = first.digest;
        this.approver = first.person;
        this.approvers = all.map(({ person }) => person);
        this.#validUntil = Math.min(...all.map(({ validUntil }) => validUntil));
        this.#accessToken = first.accessToken();
    }
    spend(digest, now) {
        const token = this.#accessToken;
        this.#accessToken = null;
        if (token === null)
            return { kind: "refused", reason: "plan-changed", detail: "this grant was spent already" };
        if (digest !== this.digest)
            return { kind: "refused", reason: "plan-changed", detail: "granted for another plan" };
        if (now > this.#validUntil)
            return { kind: "refused", reason: "approval-expired", detail: "the approval is too old" };
        return { kind: "token", accessToken: token };
    }
}
const made = new WeakSet();
function scopeFor(severity) {
    return `rollback:${severity}`;
}
/** Judges a token whose signature, issuer, audience and expiry were checked against the server's keys. */
function judgeToken(check, accessToken, expected) {
    if (check.kind === "no-answer")
        return refuse("auth0-unavailable", check.why);
    if (check.kind === "invalid")
        return refuse("approval-unverified", check.why);
    const parsed = Claims.safeParse(check.claims);
    if (!parsed.success)
        return refuse("approval-unverified", "claims are missing or of the wrong kind");
    const claims = parsed.data;
    const issuedAt = claims.iat * 1000;
    if (claims.sub !== expected.person.auth0)
        return refuse("approval-unverified", "the token is another person's");
    if ((claims.azp ?? claims.client_id) !== expected.clientId)
        return refuse("approval-unverified", "the token was issued to another client");
    if (issuedAt < expected.sentAt - CLOCK_SKEW_MS || issuedAt > expected.now + CLOCK_SKEW_MS)
        return refuse("approval-unverified", "the token was not issued in answer to this push");
    if (expected.now - issuedAt > APPROVAL_LIFE_MS)
        return refuse("approval-unverified", "the token is too old");
    if (expected.authorizationDetails !== null && !echoes(expected.authorizationDetails, claims.authorization_details))
        return refuse("approval-unverified", "the token does not echo the plan that was shown");
    if (!claims.scope.split(" ").includes(scopeFor(expected.severity)))
        return refuse("scope-missing", `the token lacks ${scopeFor(expected.severity)}`);
    const validUntil = Math.min(issuedAt, expected.now) + APPROVAL_LIFE_MS;
    return { kind: "approval", approval: new Approval(expected.person, expected.digest, accessToken, validUntil) };
}
/** A yes is worth acting on for five minutes. */
const APPROVAL_LIFE_MS = 300_000;
const CLOCK_SKEW_MS = 60_000;
const Claims = schemas/* looseObject */._H3({
    sub: schemas/* string */.YjP().min(1),
    scope: schemas/* string */.YjP().default(""),
    iat: schemas/* number */.aig(),
    azp: schemas/* string */.YjP().optional(),
    client_id: schemas/* string */.YjP().optional(),
    authorization_details: schemas/* unknown */.L5J().optional(),
});
/** Null when not enough different people said yes to this very digest. */
function makeGrant(digest, approvals, needed) {
    const valid = approvals.filter((approval) => made.has(approval) && approval.digest === digest);
    const people = new Set(valid.flatMap(({ person }) => [person.id]));
    const accounts = new Set(valid.map(({ person }) => person.auth0));
    const [first] = valid;
    if (first === undefined || needed < 1 || people.size < needed || accounts.size < needed)
        return null;
    return new Grant(first, valid);
}
const Details = schemas/* array */.YOg(schemas/* looseObject */._H3({ type: schemas/* string */.YjP() }));
/** Everything that was shown comes back as it was sent; the server may add, but not change or leave out. */
function echoes(sent, claimed) {
    const came = Details.safeParse(claimed);
    return came.success && came.data.length === sent.length && sent.every((one, i) => contains(came.data[i], one));
}
function contains(whole, part) {
    if (!isRecord(part))
        return whole !== undefined && (0,kernel_digest/* canonicalJson */.dj)(whole) === (0,kernel_digest/* canonicalJson */.dj)(part);
    return isRecord(whole) && Object.entries(part).every(([key, value]) => contains(whole[key], value));
}
function isRecord(value) {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}
function refuse(reason, detail) {
    return { kind: "refused", reason, detail };
}

;// CONCATENATED MODULE: ./build/src/approval/who.js
/** As many people as the severity needs, those asked least first, else in the policy's order. */
function whoMayApprove(question) {
    const { policy, severity, needed } = question;
    if (question.denied !== null)
        return { kind: "refused", reason: "denied-earlier", excluded: [] };
    const candidates = policy.people.filter((person) => person.approves.includes(severity));
    const excluded = candidates.flatMap((person) => exclusion(person, question) ?? []);
    const free = candidates.filter((person) => !excluded.some((one) => one.person.id === person.id));
    const unique = free.filter((person, i) => free.findIndex((other) => other.id === person.id || other.auth0 === person.auth0) === i);
    if (question.incidentAsks + needed > policy.approval.perIncident)
        return { kind: "refused", reason: "ask-budget-spent", excluded };
    if (unique.length < needed)
        return { kind: "refused", reason: whyNobody(excluded), excluded };
    const asked = (person) => question.asks.filter(({ approverId }) => approverId === person.id).length;
    const people = unique.toSorted((a, b) => asked(a) - asked(b)).slice(0, needed);
    return { kind: "people", people, excluded };
}
const MOST_IN_FIVE_MINUTES = 2;
const FIVE_MINUTES_MS = 300_000;
const DAY_MS = 86_400_000;
function exclusion(person, question) {
    const part = question.partakers.find((partaker) => isSamePerson(person, partaker));
    if (part)
        return { person, reason: "approver-is-author", why: `${part.role} of what is undone` };
    const ages = question.asks
        .filter(({ approverId }) => approverId === person.id)
        .map(({ at }) => question.now - Date.parse(at));
    const recent = ages.filter((age) => age < FIVE_MINUTES_MS).length;
    const today = ages.filter((age) => age < DAY_MS).length;
    if (recent >= MOST_IN_FIVE_MINUTES)
        return { person, reason: "ask-budget-spent", why: `asked ${recent} times within five minutes` };
    if (today >= question.policy.approval.perPersonPerDay)
        return { person, reason: "ask-budget-spent", why: `asked ${today} times within a day` };
    return null;
}
/** GitHub's id decides where it is known; a name only ever takes somebody out, so a forged one gains no power. */
function isSamePerson(person, { id, names }) {
    return id === person.id || names.some((name) => name.toLowerCase() === person.github.toLowerCase());
}
function whyNobody(excluded) {
    if (excluded.some(({ reason }) => reason === "ask-budget-spent"))
        return "ask-budget-spent";
    return excluded.length > 0 ? "approver-is-author" : "no-approver";
}

;// CONCATENATED MODULE: ./build/src/approval/ask.js
/**
 * Sends one push to one person's phone. It must never be repeated by itself: a lost answer may have sent a push.
 */
async function sendAsk(server, person, request, now) {
    // The push lives from when the server took it, which is after this; so our clock never outlives theirs.
    const sentAt = now();
    const answer = await server.ask(request);
    return readAsk(answer, person, request, { sentAt, answeredAt: now() });
}
function readAsk(answer, person, request, { sentAt, answeredAt }) {
    if (answer.kind === "no-answer")
        return { kind: "not-sent", reason: "auth0-unavailable", detail: answer.why };
    if (answer.kind === "error") {
        const detail = `${answer.status} ${answer.error ?? ""} ${answer.description ?? ""}`.trim();
        return { kind: "not-sent", reason: refusalOf(answer), detail };
    }
    const { authReqId, expiresInS, intervalS } = answer.value;
    return {
        kind: "sent",
        person,
        authReqId,
        sentAt,
        answeredAt,
        expiresAt: sentAt + expiresInS * 1000,
        intervalMs: (intervalS ?? DEFAULT_INTERVAL_S) * 1000,
        authorizationDetails: request.authorizationDetails,
    };
}
/** CIBA core 1.0 §7.3: a server that names no interval means this. */
const DEFAULT_INTERVAL_S = 5;
/**
 * `invalid_request` alone says nothing at Auth0 (not enrolled, unknown user and bad parameters all use it), so its words are
 * read too. Words that are not known lead to `auth0-refused`, which prints them.
 */
function refusalOf({ status, error, description }) {
    if (status === 401 || error === "invalid_client")
        return "client-rejected";
    if (status === 429)
        return "push-limited";
    if (status >= 500)
        return "auth0-unavailable";
    if (error === "invalid_authorization_details")
        return "rar-not-registered";
    if (error === "unknown_user_id")
        return "approver-unknown";
    const words = (description ?? "").toLowerCase();
    return WORDS.find(([pattern]) => pattern.test(words))?.[1] ?? "auth0-refused";
}
const WORDS = [
    [/authorization[ _]details?/, "rar-not-registered"],
    [/no eligible notification channel|push notifications set up|not enrolled|no .*enrol/, "approver-not-enrolled"],
    [/user (?:was )?not found|unknown user|user does not exist|(?:user|sub) .*(?:unknown|not exist)/, "approver-unknown"],
    [/too many|rate limit|limit (?:was |has been )?(?:reached|exceeded)/, "push-limited"],
];

;// CONCATENATED MODULE: ./build/src/approval/seal.js



/** A push under way, as it is left behind for a re-run: readable only with the Auth0 client's private key. */
const SealedAsk = schemas/* strictObject */.rej({
    authReqId: schemas/* string */.YjP().min(1),
    approverId: schemas/* int */.Whr(),
    sentAt: schemas/* number */.aig(),
    expiresAt: schemas/* number */.aig(),
    intervalMs: schemas/* number */.aig().positive(),
    withDetails: schemas/* boolean */.zMY(),
});
/** AES-256-GCM, base64url of nonce, tag and text; the context is bound as additional data. */
function seal(asks, privateKey, context) {
    const nonce = (0,external_node_crypto_.randomBytes)(12);
    const cipher = (0,external_node_crypto_.createCipheriv)("aes-256-gcm", keyFrom(privateKey), nonce).setAAD(Buffer.from((0,kernel_digest/* canonicalJson */.dj)(context)));
    const text = Buffer.concat([cipher.update(JSON.stringify(asks), "utf8"), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), text]).toString("base64url");
}
/** Null for anything that was not sealed by this key for this context, whole and unchanged. */
function unseal(sealed, privateKey, context) {
    try {
        const bytes = Buffer.from(sealed, "base64url");
        const decipher = (0,external_node_crypto_.createDecipheriv)("aes-256-gcm", keyFrom(privateKey), bytes.subarray(0, 12), { authTagLength: 16 })
            .setAAD(Buffer.from((0,kernel_digest/* canonicalJson */.dj)(context)))
            .setAuthTag(bytes.subarray(12, 28));
        const text = Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString("utf8");
        return schemas/* array */.YOg(SealedAsk).parse(JSON.parse(text));
    }
    catch {
        return null;
    }
}
/** From the key's own bytes, not its PEM text, so that line breaks do not matter. */
function keyFrom(privateKey) {
    const der = (0,external_node_crypto_.createPrivateKey)(privateKey.expose()).export({ type: "pkcs8", format: "der" });
    return Buffer.from((0,external_node_crypto_.hkdfSync)("sha256", der, "sentinel", "sealed ask v1", 32));
}

;// CONCATENATED MODULE: ./build/src/approval/outcome.js
/** Pure. `now` is when the answer came, `expiresAt` is our own clock's end of the push, which is never after the server's. */
function readOutcome(answer, now, expiresAt) {
    if (answer.kind === "ok")
        return { kind: "token", accessToken: answer.value.accessToken };
    if (answer.kind === "no-answer")
        return { kind: "try-again", why: answer.why, retryAfterMs: null };
    const { status, error, description, retryAfterMs } = answer;
    const detail = `${status} ${error ?? ""} ${description ?? ""}`.trim();
    if (error === "slow_down")
        return { kind: "slow-down", retryAfterMs };
    if (error === "authorization_pending")
        return { kind: "pending" };
    if (status === 429 || status >= 500)
        return { kind: "try-again", why: detail, retryAfterMs };
    // Auth0 answers a bad client credential with the same `access_denied` as a person's no; only the status tells them apart.
    if (status === 401 && error !== "invalid_grant" && error !== "expired_token")
        return { kind: "refused", reason: "client-rejected", detail };
    if (error === "invalid_client")
        return { kind: "refused", reason: "client-rejected", detail };
    if (error === "expired_token")
        return { kind: "expired" };
    // Auth0 says `access_denied` for a no and for an expiry alike.
    if (error === "access_denied")
        return { kind: now < expiresAt ? "denied" : "expired" };
    if (error === "invalid_grant" && now >= expiresAt)
        return { kind: "expired" };
    return { kind: "refused", reason: "auth0-refused", detail };
}

;// CONCATENATED MODULE: ./build/src/approval/wait.js

/**
 * Looks at the request at the server's pace until it is decided or dead. Network errors, 429 and 5xx do not end it while the
 * push lives; the last look is the first one after expiry, so that a yes in the last seconds still counts.
 */
async function waitForAnswer(sent, ports, startAt) {
    const { clock, signal } = ports;
    let interval = sent.intervalMs;
    let nextAt = startAt ?? sent.answeredAt + interval + MARGIN_MS;
    for (;;) {
        if (!(await sleepUntil(nextAt, clock, signal)))
            return { kind: "cancelled" };
        const startedAt = clock.now();
        const outcome = await look(sent, ports);
        if (signal.aborted && outcome.kind !== "token")
            return { kind: "cancelled" };
        switch (outcome.kind) {
            case "token":
            case "denied":
            case "expired":
            case "refused":
                return outcome;
            case "slow-down":
                interval += SLOW_DOWN_MS;
                break;
            case "pending":
            case "try-again":
                break;
        }
        if (clock.now() >= sent.expiresAt)
            return endOfLife(outcome);
        ports.onTick(sent.expiresAt - clock.now(), outcome.kind === "try-again" ? outcome.why : null);
        const pace = startedAt + Math.max(interval + MARGIN_MS, retryAfter(outcome));
        nextAt = Math.min(pace, sent.expiresAt + sent.intervalMs);
    }
}
/** CIBA core 1.0 §11: each `slow_down` adds five seconds to the interval for the rest of the wait. */
const SLOW_DOWN_MS = 5000;
/** The server measures from arrival to arrival; this much later than the interval, no ordinary jitter makes us too early. */
const MARGIN_MS = 20;
const LONGEST_LOOK_MS = 10_000;
async function look(sent, { server, clock, signal }) {
    const patience = AbortSignal.any([signal, AbortSignal.timeout(LONGEST_LOOK_MS)]);
    const answer = await server.poll(sent.authReqId, patience);
    return readOutcome(answer, clock.now(), sent.expiresAt);
}
function endOfLife(outcome) {
    if (outcome.kind === "try-again")
        return { kind: "refused", reason: "auth0-unavailable", detail: outcome.why };
    return { kind: "expired" };
}
function retryAfter(outcome) {
    return outcome.kind === "slow-down" || outcome.kind === "try-again" ? (outcome.retryAfterMs ?? 0) : 0;
}
async function sleepUntil(at, clock, signal) {
    const ms = at - clock.now();
    if (ms > 0)
        await clock.sleep(ms, signal).catch(() => { });
    return !signal.aborted;
}

// EXTERNAL MODULE: ./build/src/kernel/clock.js + 1 modules
var clock = __webpack_require__(2959);
;// CONCATENATED MODULE: ./build/src/notice/phone.js



/** The one authorization details type that Sentinel registers at the tenant and that Guardian can draw. */
const DETAILS_TYPE = "urn:auth0:schemas:authorization-details:v1:sentinel-rollback";
/** Auth0 allows 64 characters of a small set. A space is in its samples but not in its list, so none is used. */
const MESSAGE_LIMIT = 64;
const VALUE_LIMIT = 255;
/**
 * What the push says before it is opened: the plan's code first, then where. Made of the plan alone, so nothing that a commit or
 * the model says can change a byte of it. At most 64 characters of `A-Za-z0-9+-_.,:#`.
 */
function bindingMessage(plan) {
    const where = `${inCharset(plan.repo, 21)}:${inCharset(plan.branch, 11)}`;
    return `${planCode(plan)}:rollback:${where}:#${plan.incident}`.slice(0, MESSAGE_LIMIT);
}
/**
 * What the opened push shows, in Guardian's schema: exactly one object of at most ten properties, each value at most 255
 * characters. `record` is the head of the asking job's record, so that Auth0's own log anchors it.
 */
function authorizationDetails(plan, record = null) {
    const lines = [
        ["code", "Plan code", planCode(plan)],
        ["repository", "Repository", plan.repo],
        ["branch", "Branch", plan.branch],
        ["action", "What runs", actionWords(plan)],
        ["undoes", "Undoes", undoesWords(plan)],
        ["risks", "Risks", risksWords(plan)],
        ["incident", "Incident", `#${plan.incident} (${plan.severity})`],
        ["tree", "Resulting tree", plan.resultingTree],
        ["digest", "Plan digest", planDigest(plan)],
        ...(record === null ? [] : [["record", "Record", record]]),
    ];
    return [
        {
            type: DETAILS_TYPE,
            instruction: (0,safe_text/* plainText */.wh)(`Roll back ${plan.branch} of ${plan.repo}? The code must read ${planCode(plan)}.`, VALUE_LIMIT),
            properties: Object.fromEntries(lines.map((line, index) => [line[0], property(line[1], line[2], index + 1)])),
        },
    ];
}
function property(name, value, order) {
    return { display: true, display_order: order, name, value: (0,safe_text/* plainText */.wh)(value, VALUE_LIMIT) };
}
function actionWords(plan) {
    const head = (0,sha/* shortSha */.F)(plan.expectedHead);
    return plan.kind === "restore-last-good"
        ? `One commit on ${head} that restores the tree of ${(0,sha/* shortSha */.F)(plan.lastGood)}`
        : `One commit on ${head} that reverts the suspects`;
}
function undoesWords(plan) {
    const shown = plan.undoes.slice(0, 12).map(sha/* shortSha */.F).join(", ");
    const count = plan.undoes.length;
    return `${count} ${count === 1 ? "commit" : "commits"}: ${shown}${count > 12 ? ", …" : ""}`;
}
function risksWords(plan) {
    if (plan.risks.length === 0)
        return "none found";
    const kinds = [...new Set(plan.risks.map(({ kind }) => kind))].sort();
    return kinds.map((kind) => `${kind} (${plan.risks.filter((risk) => risk.kind === kind).length})`).join(", ");
}
function inCharset(text, limit) {
    return text.replace(/[^A-Za-z0-9+\-_.,:#]/g, "-").slice(0, limit);
}

;// CONCATENATED MODULE: ./build/src/action/respond/asking.js











/** Sends one push about this plan. */
async function ask(parts, memory, plan, person) {
    const { clock, output } = parts.context;
    const request = {
        user: person.auth0,
        scope: scopeFor(plan.severity),
        bindingMessage: bindingMessage(plan),
        authorizationDetails: authorizationDetails(plan),
        expiresInS: memory.policy.approval.expires,
    };
    const sent = await sendAsk(parts.server, person, request, clock.now);
    const answer = await orCodeAlone(sent);
    if (answer.kind === "sent")
        output.line(`Asked ${person.github} on their phone. The message must show the code ${planCode(plan)}.`);
    return answer;
    async function orCodeAlone(first) {
        if (first.kind === "sent" || first.reason !== "rar-not-registered" || !memory.policy.approval.codeAlone)
            return first;
        output.warning(`${(0,reason/* explain */.W)("rar-not-registered")} The policy sets approval.codeAlone, so the code alone is shown.`);
        return sendAsk(parts.server, person, { ...request, authorizationDetails: null }, clock.now);
    }
}
/** Waits for all pushes side by side; the first that ends without a yes ends the others' wait. */
async function collect(parts, plan, sents, startAt) {
    const enough = new AbortController();
    const signal = AbortSignal.any([parts.context.signal, enough.signal]);
    const ends = await Promise.all(sents.map(async (sent) => {
        const end = await follow(parts, plan, sent, signal, startAt);
        if (end.approval === null)
            enough.abort();
        return end;
    }));
    const failed = ends.filter(({ approval }) => approval === null);
    // Others were stopped because of the first; what stopped them is the reason.
    const end = failed.find(({ reason }) => reason !== "cancelled") ?? failed[0];
    return {
        approvals: ends.flatMap(({ approval }) => approval ?? []),
        asks: ends.map(({ record }) => record),
        end: end === undefined ? null : { reason: end.reason, detail: end.detail },
    };
}
async function follow(parts, plan, sent, signal, startAt) {
    const { clock } = parts.context;
    const onTick = countdown(parts, plan, sent);
    const answer = await waitForAnswer(sent, { server: parts.server, clock, signal, onTick }, startAt ?? undefined);
    if (answer.kind !== "token") {
        const { reason, detail } = reasonOf(answer);
        return { approval: null, reason, detail, record: recordOf(plan, sent, ANSWERS[answer.kind]) };
    }
    const judged = judgeToken(await parts.server.verify(answer.accessToken), answer.accessToken, {
        person: sent.person,
        digest: planDigest(plan),
        severity: plan.severity,
        authorizationDetails: sent.authorizationDetails,
        clientId: parts.context.inputs.auth0.clientId,
        sentAt: sent.sentAt,
        now: clock.now(),
    });
    if (judged.kind === "refused")
        return { approval: null, reason: judged.reason, detail: judged.detail, record: recordOf(plan, sent, "none") };
    parts.context.output.line(`${sent.person.github} approved plan ${planCode(plan)}; the token proves it.`);
    return { approval: judged.approval, reason: "rolled-back", detail: "", record: recordOf(plan, sent, "approved") };
}
const ANSWERS = { denied: "denied", expired: "expired", cancelled: "none", refused: "none" };
function reasonOf(answer) {
    switch (answer.kind) {
        case "denied":
            return { reason: "denied-by-approver", detail: "" };
        case "expired":
            return { reason: "approval-expired", detail: "" };
        case "cancelled":
            return { reason: "cancelled", detail: "" };
        case "refused":
            return { reason: answer.reason, detail: answer.detail };
    }
}
const LINE_EVERY_MS = 15_000;
function countdown({ context }, plan, sent) {
    let saidAt = Number.NEGATIVE_INFINITY;
    return (left, note) => {
        if (note !== null)
            context.output.line(`Auth0 did not answer; the push still lives: ${(0,safe_text/* plainText */.wh)(note, 200)}`);
        if (context.clock.now() - saidAt < LINE_EVERY_MS)
            return;
        saidAt = context.clock.now();
        const seconds = Math.max(0, Math.ceil(left / 1000));
        const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
        context.output.line(`Waiting for ${sent.person.github}, plan ${planCode(plan)}: ${time} left.`);
    };
}
function recordOf(plan, sent, answer) {
    const { github, id } = sent.person;
    return { at: (0,clock/* isoTime */.L)(sent.sentAt), approver: github, approverId: id, digest: planDigest(plan), answer };
}
/** What a re-run needs to look at these pushes, readable by nobody else. */
function sealAll(parts, plan, sents) {
    const asks = sents.map((sent) => ({
        authReqId: sent.authReqId.expose(),
        approverId: sent.person.id,
        sentAt: sent.sentAt,
        expiresAt: sent.expiresAt,
        intervalMs: sent.intervalMs,
        withDetails: sent.authorizationDetails !== null,
    }));
    return seal(asks, parts.context.inputs.auth0.privateKey, sealContext(plan));
}
/**
 * The pushes that an earlier attempt of this run left, where they were for this very plan and went to people who may approve
 * it now.
 */
async function takeUp(parts, memory, plan, partakers) {
    const block = await parts.desk.earlier();
    if (block === null)
        return [];
    const asks = unseal(block, parts.context.inputs.auth0.privateKey, sealContext(plan));
    if (asks === null) {
        parts.context.output.line("An earlier ask of this run was for another plan; it is not used.");
        return [];
    }
    return asks.flatMap((one) => {
        const person = memory.policy.people.find(({ id }) => id === one.approverId);
        const mayApprove = person?.approves.includes(plan.severity) && !partakers.some((who) => isSamePerson(person, who));
        if (!person || !mayApprove || memory.denied !== null)
            return [];
        const { authReqId, sentAt, expiresAt, intervalMs } = one;
        const details = one.withDetails ? authorizationDetails(plan) : null;
        const request = { authReqId: new secret/* Secret */.z(authReqId), sentAt, answeredAt: sentAt, expiresAt, intervalMs };
        return [{ kind: "sent", person, ...request, authorizationDetails: details }];
    });
}
function sealContext(plan) {
    return { repoId: plan.repoId, incident: plan.incident, digest: planDigest(plan) };
}

;// CONCATENATED MODULE: ./build/src/action/respond/approve.js




/** Takes up what an earlier attempt of this run asked, asks whoever else is needed, waits, and judges what comes back. */
async function approve(parts, memory, plan, partakers) {
    const earlier = await takeUp(parts, memory, plan, partakers);
    if (earlier.length > 0)
        say(parts, `An earlier ask for plan ${planCode(plan)} is looked at first; no new push is sent for it.`);
    const first = await collect(parts, plan, earlier, parts.context.clock.now());
    if (first.end !== null && !DEAD.has(first.end.reason))
        return notGranted(parts, plan, earlier, first);
    const needed = memory.policy.approval.approvers[plan.severity];
    const whole = makeGrant(planDigest(plan), first.approvals, needed);
    if (whole !== null)
        return { kind: "granted", grant: whole, asks: first.asks };
    const approvers = choose(parts, memory, plan, partakers, { earlier, approved: first.approvals, needed });
    if (approvers.kind === "refused")
        return { kind: "not-granted", reason: approvers.reason, detail: "", asks: first.asks, sealed: null };
    return askNow(parts, memory, plan, approvers.people, first, needed);
}
/** Ends of an earlier push that leave the way free for a new one: it expired, or Auth0 does not know it any more. */
const DEAD = new Set(["approval-expired", "auth0-refused"]);
/** Ends after which the push may still be answered, so that a re-run should look again. */
const MAY_STILL_BE_ANSWERED = new Set([
    "approval-expired",
    "cancelled",
    "auth0-unavailable",
]);
async function askNow(parts, memory, plan, people, first, needed) {
    const sents = [];
    for (const person of people) {
        const sent = await ask(parts, memory, plan, person);
        if (sent.kind === "not-sent") {
            const asks = [...first.asks, ...sents.map((one) => recordOf(plan, one, "none"))];
            return { kind: "not-granted", reason: sent.reason, detail: sent.detail, asks, sealed: null };
        }
        sents.push(sent);
    }
    const open = [...first.asks, ...sents.map((one) => recordOf(plan, one, "none"))];
    const until = Math.min(...sents.map(({ expiresAt }) => expiresAt));
    await parts.desk.asking(plan, open, until, sealAll(parts, plan, sents));
    const second = await collect(parts, plan, sents, null);
    const asks = [...first.asks, ...second.asks];
    if (second.end !== null)
        return notGranted(parts, plan, sents, { ...second, asks });
    const grant = makeGrant(planDigest(plan), [...first.approvals, ...second.approvals], needed);
    if (grant === null)
        return { kind: "not-granted", reason: "approval-unverified", detail: "", asks, sealed: null };
    return { kind: "granted", grant, asks };
}
function choose(parts, memory, plan, partakers, known) {
    const asks = withEarlier(memory.asks, known.earlier, plan);
    const approvers = whoMayApprove({
        policy: memory.policy,
        severity: plan.severity,
        needed: known.needed - known.approved.length,
        partakers: [...partakers, ...known.approved.map(({ person }) => ({ id: person.id, names: [], role: "approver" }))],
        asks,
        incidentAsks: asks.length,
        denied: memory.denied,
        now: parts.context.clock.now(),
    });
    for (const { person, why } of approvers.excluded)
        say(parts, `Not asked: ${person.github}, ${why}.`);
    return approvers;
}
/** The App learns of a push when the job's report comes in; until then the job's own comment may know more. */
function withEarlier(asks, earlier, plan) {
    const known = new Set(asks.map(({ at, approverId }) => `${at} ${approverId}`));
    const more = earlier.map((sent) => recordOf(plan, sent, "none"));
    return [...asks, ...more.filter(({ at, approverId }) => !known.has(`${at} ${approverId}`))];
}
function notGranted(parts, plan, sents, collected) {
    const { reason, detail } = collected.end ?? { reason: "internal-error", detail: "" };
    const sealed = MAY_STILL_BE_ANSWERED.has(reason) ? sealAll(parts, plan, sents) : null;
    return { kind: "not-granted", reason, detail, asks: collected.asks, sealed };
}
function say(parts, text) {
    parts.context.output.line(text);
}

// EXTERNAL MODULE: ./build/src/incident/names.js
var names = __webpack_require__(368);
// EXTERNAL MODULE: ./build/src/incident/report.js
var incident_report = __webpack_require__(1620);
// EXTERNAL MODULE: ./build/src/notice/plan-section.js
var plan_section = __webpack_require__(3445);
// EXTERNAL MODULE: ./build/src/notice/reason-words.js
var reason_words = __webpack_require__(212);
// EXTERNAL MODULE: ./build/src/notice/words.js
var notice_words = __webpack_require__(2639);
;// CONCATENATED MODULE: ./build/src/notice/job-comment.js





/** @param sealed base64url, opaque to this; null when there is nothing to continue. */
function jobComment(note, sealed) {
    const blocks = [
        `**${HEADLINES[note.outcome]}** · [run, attempt ${note.attempt}](${note.runUrl})`,
        (0,reason_words/* reasonWords */.I)(note.said, 1000),
        note.plan === null ? null : (0,plan_section/* planList */.i)(note.plan),
        note.asks.length === 0 ? null : note.asks.map(askLine).join("\n"),
        note.revertSha === null ? null : `Rollback commit: ${note.revertSha}`,
        note.record ?? null,
        sealed === null ? null : sealedBlock(note.runId, sealed),
    ];
    return `${blocks.filter((block) => block !== null).join("\n\n")}\n`;
}
/**
 * The sealed block that run `runId` left in its comment, or null. Who wrote the comment is for the caller to check; whether the
 * block is genuine shows when it is unsealed.
 */
function parseSealed(body, runId) {
    const found = [...body.matchAll(/^<!-- sentinel-sealed run=(\d{1,20}) ([A-Za-z0-9_-]{1,20000}) -->$/gm)];
    return found.findLast((match) => match[1] === String(runId))?.[2] ?? null;
}
function sealedBlock(runId, sealed) {
    if (!/^[A-Za-z0-9_-]{1,20000}$/.test(sealed))
        throw new Error("invariant: a sealed block is base64url");
    return `<!-- sentinel-sealed run=${runId} ${sealed} -->`;
}
function askLine(ask) {
    return `- ${(0,notice_words/* utc */.n$)(ask.at)}: ${(0,safe_text/* code */.aY)(ask.approver, 60)} was asked about plan \`${(0,kernel_digest/* shortCode */.ov)(ask.digest)}\`: ${job_comment_ANSWERS[ask.answer]}`;
}
const HEADLINES = {
    asking: "Waiting for approval on the phone",
    "rolled-back": "Rolled back",
    denied: "Denied",
    expired: "Nobody answered in time",
    held: "Nothing was rolled back",
    failed: "The response failed",
};
const job_comment_ANSWERS = {
    approved: "**approved**",
    denied: "**denied**",
    expired: "no answer in time",
    none: "no answer yet",
};

// EXTERNAL MODULE: ./build/src/notice/job-summary.js + 3 modules
var job_summary = __webpack_require__(9501);
;// CONCATENATED MODULE: ./build/src/action/respond/end.js
function outcomeOf(reason) {
    return OUTCOMES[reason] ?? "held";
}
/** Every other end leaves the branch held and unchanged, for a reason that is nobody's answer and no broken promise. */
const OUTCOMES = {
    "rolled-back": "rolled-back",
    "denied-by-approver": "denied",
    "denied-earlier": "denied",
    "approval-expired": "expired",
    "write-refused": "failed",
    "read-back-differs": "failed",
    "internal-error": "failed",
};
/** Ends that are as wished: the job succeeds. */
function isSuccess(reason) {
    return reason === "rolled-back" || reason === "nothing-to-do" || reason === "verdict-hold";
}

;// CONCATENATED MODULE: ./build/src/action/respond/desk.js








function createDesk(context, github) {
    const { inputs, env, output } = context;
    const runUrl = `${env.serverUrl}/${env.repo.owner}/${env.repo.name}/actions/runs/${env.runId}`;
    let comment = null;
    const write = async (body) => {
        try {
            if (comment === null)
                comment = await github.comment(inputs.incident, body);
            else
                await github.editComment(comment, body);
        }
        catch (error) {
            output.warning(`The comment on the incident could not be written: ${desk_said(error)}`);
        }
    };
    return {
        earlier: async () => {
            try {
                const own = (await github.ownComments(inputs.incident)).findLast(({ body }) => isOwn(body, env, runUrl));
                comment = own?.id ?? null;
                return own ? parseSealed(own.body, env.runId) : null;
            }
            catch (error) {
                output.warning(`Comments on the incident could not be read: ${desk_said(error)}`);
                return null;
            }
        },
        asking: async (plan, asks, until, sealed) => {
            const time = new Date(until).toISOString().slice(11, 19);
            await write(jobComment({ ...noteOf(env, runUrl, plan), asks, outcome: "asking", said: `Waiting for an answer until ${time} UTC.` }, sealed));
        },
        close: async (end, sealed) => {
            const report = reportOf(end, inputs.incident, env.attempt);
            const note = {
                ...noteOf(env, runUrl, end.plan),
                asks: end.asks,
                outcome: report.outcome,
                said: report.said,
                approver: end.approver,
                revertSha: end.revertSha,
            };
            announce(context, end, report);
            // A job that asked nobody leaves no comment; what it found stands in the report.
            if (comment !== null || end.asks.length > 0)
                await write(jobComment(note, sealed));
            await output.summary((0,job_summary/* responseSummary */.w)(report));
        },
    };
}
function announce({ output, inputs }, end, report) {
    output.set("outcome", report.outcome);
    output.set("reason", report.reason);
    output.set("incident", String(inputs.incident));
    output.set("plan-code", report.plan?.code ?? "");
    output.set("revert-sha", report.revertSha ?? "");
    output.set("approver", report.approver ?? "");
    const sentence = `${report.outcome} (${report.reason}): ${report.said}`;
    output.notice(names/* REPORT_TITLE */.YI, (0,incident_report/* encodeReport */.Bi)(sentence, report));
    if (end.detail !== "")
        output.line(`Detail: ${(0,safe_text/* plainText */.wh)(end.detail, 1000)}`);
    if (isSuccess(end.reason))
        output.line(sentence);
    else
        output.fail(sentence);
}
function reportOf(end, incident, attempt) {
    return {
        phase: "respond",
        incident,
        attempt,
        outcome: outcomeOf(end.reason),
        reason: end.reason,
        said: (0,reason/* explain */.W)(end.reason),
        plan: end.plan === null ? null : summaryOf(end.plan),
        asks: [...end.asks],
        approver: end.approver,
        revertSha: end.revertSha,
        tokenThumbprint: end.tokenThumbprint,
    };
}
function summaryOf(plan) {
    return {
        code: planCode(plan),
        digest: planDigest(plan),
        kind: plan.kind,
        expectedHead: plan.expectedHead,
        resultingTree: plan.resultingTree,
        undoes: [...plan.undoes],
        risks: plan.risks
            .slice(0, 20)
            .map(({ kind, path, line, why }) => (0,safe_text/* plainText */.wh)(`${kind}: ${path}${line === null ? "" : `:${line}`}: ${why}`, 300)),
    };
}
function noteOf(env, runUrl, plan) {
    return {
        runId: env.runId,
        attempt: env.attempt,
        runUrl,
        plan: plan === null ? null : summaryOf(plan),
        approver: null,
        revertSha: null,
    };
}
function isOwn(body, env, runUrl) {
    return parseSealed(body, env.runId) !== null || body.includes(`](${runUrl})`);
}
function desk_said(error) {
    return (0,safe_text/* plainText */.wh)(error instanceof Error ? error.message : "no words", 300);
}

;// CONCATENATED MODULE: ./build/src/action/respond/our-revert.js



/**
 * The head, when it is already the rollback of this incident: a commit with our trailers whose tree is that of last good. It is
 * how a re-run after a success (or after a runner was lost) sees that nothing is left to do.
 */
async function findOurRevert(github, repo, memory, head) {
    if (head === memory.badHead || memory.lastGood === null)
        return null;
    const at = { owner: repo.owner, repo: repo.name };
    const route = "GET /repos/{owner}/{repo}/git/commits/{commit_sha}";
    const commit = our_revert_Commit.parse((await github(route, { ...at, commit_sha: head })).data);
    if (!isOurs(commit.message, memory.incident))
        return null;
    const good = our_revert_Commit.parse((await github(route, { ...at, commit_sha: memory.lastGood })).data);
    return commit.tree.sha === good.tree.sha ? head : null;
}
const our_revert_Commit = schemas/* looseObject */._H3({ message: schemas/* string */.YjP(), tree: schemas/* looseObject */._H3({ sha: sha/* Sha */.$ }) });
function isOurs(message, incident) {
    const lines = message.split("\n");
    return (lines.includes(`${INCIDENT_TRAILER}: #${incident}`) && lines.some((line) => line.startsWith(`${PLAN_TRAILER}: `)));
}

// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(1455);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
// EXTERNAL MODULE: ./build/src/kernel/glob.js
var kernel_glob = __webpack_require__(7977);
// EXTERNAL MODULE: ./build/src/policy/schema.js
var schema = __webpack_require__(6701);
;// CONCATENATED MODULE: ./build/src/rollback/plumbing.js
const FETCH = ["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--recurse-submodules=no"];
/** Commits alone, no tree and no file: the cheapest history there is. `depth` counts commits along the longest line. */
async function fetchCommits(git, tip, depth) {
    await git.run([...FETCH, "--filter=tree:0", `--depth=${depth}`, "origin", tip]);
}
/** Whole trees without files, in one round trip; without haves, or the server would leave out what it thinks we hold. */
async function fetchTrees(git, trees) {
    const wanted = [...new Set(trees)];
    if (wanted.length === 0)
        return;
    const noHaves = ["-c", "fetch.negotiationAlgorithm=noop"];
    await git.run([...noHaves, ...FETCH, "--filter=blob:none", "--stdin", "origin"], { input: `${wanted.join("\n")}\n` });
}

;// CONCATENATED MODULE: ./build/src/rollback/history.js

/**
 * Fetches the range without trees and reads it. The set of commits comes from GitHub, since a shallow clone cannot know which
 * commits an old side branch shares with last good; every commit itself is read from git.
 */
async function readHistory(git, head, lastGood, range) {
    await fetchCommits(git, head, range.commits.length + 1);
    const records = await readCommits(git, [...new Set([head, lastGood, ...range.commits])]);
    const bySha = new Map(records.map((record) => [record.sha, record]));
    const inRange = new Set(range.commits);
    return {
        head: found(bySha, head),
        good: found(bySha, lastGood),
        all: range.commits.map((sha) => found(bySha, sha)),
        firstParent: firstParentChain(bySha, head, inRange),
    };
}
function firstParentChain(bySha, head, inRange) {
    const chain = [];
    for (let sha = head; sha !== undefined && inRange.has(sha);) {
        const record = found(bySha, sha);
        chain.push(record);
        sha = record.parents[0];
    }
    return chain;
}
function found(bySha, sha) {
    const record = bySha.get(sha);
    if (record === undefined)
        throw new Error(`invariant: commit ${sha} was not read`);
    return record;
}
const FORMAT = "%H%n%T%n%P%n%an%n%ae%n%cn%n%ce%n%B";
async function readCommits(git, shas) {
    const out = await git.run(["log", "-z", "--no-walk=unsorted", "--no-mailmap", `--format=${FORMAT}`, "--stdin"], {
        input: `${shas.join("\n")}\n`,
    });
    return out
        .split("\0")
        .filter((entry) => entry !== "")
        .map(parseRecord);
}
function parseRecord(entry) {
    const [sha = "", tree = "", parents = "", author = "", authorEmail = "", committer = "", committerEmail = "", ...rest] = entry.split("\n");
    const message = rest.join("\n").trimEnd();
    return {
        sha,
        tree,
        parents: parents.split(" ").filter((parent) => parent !== ""),
        people: [
            { role: "author", name: author, email: authorEmail },
            { role: "committer", name: committer, email: committerEmail },
            ...coAuthors(message),
        ],
        message,
    };
}
function coAuthors(message) {
    return [...message.matchAll(/^co-authored-by:[ \t]*([^<\n]*)<([^>\n]*)>/gim)].map(([, name = "", email = ""]) => ({
        role: "co-author",
        name: name.trim(),
        email: email.trim(),
    }));
}

;// CONCATENATED MODULE: ./build/src/rollback/revert-suspects.js

/**
 * The head's tree without the changes of `suspects`, newest first: for each a three-way merge in memory, with the commit as
 * base, the head as ours and the commit's first parent as theirs (so a merge is undone along its mainline).
 */
async function inverseTree(git, history, suspects) {
    const chosen = history.firstParent.filter(({ sha }) => suspects.includes(sha));
    const strangers = suspects.filter((sha) => !chosen.some((commit) => commit.sha === sha));
    if (strangers.length > 0 || chosen.length === 0)
        return {
            kind: "conflict",
            detail: `not first-parent commits of the range: ${strangers.join(", ") || "none named"}`,
        };
    const steps = chosen.map((commit) => ({ commit, before: parentTree(history, commit) }));
    await fetchTrees(git, [history.head.tree, ...steps.flatMap(({ commit, before }) => [commit.tree, before])]);
    let tree = history.head.tree;
    for (const { commit, before } of steps) {
        const merged = await mergeTrees(git, { base: commit.tree, ours: tree, theirs: before });
        if (merged.kind === "conflict")
            return { kind: "conflict", detail: `${commit.sha}: ${merged.detail}` };
        tree = merged.tree;
    }
    const undoes = chosen.map(({ sha }) => sha);
    return { kind: "clean", tree, target: { tree, undoes, undone: withMerged(history, chosen) } };
}
/** `merge-tree` with a base of one's own needs git 2.40; two throw-away commits on a common parent do the same before. */
async function mergeTrees(git, trees) {
    const base = await throwAway(git, trees.base, null);
    const ours = await throwAway(git, trees.ours, base);
    const theirs = await throwAway(git, trees.theirs, base);
    const out = await git.run(["merge-tree", "--write-tree", "--name-only", "-z", "--no-messages", ours, theirs], {
        okCodes: [0, 1],
    });
    const [tree = "", ...conflicts] = out.split("\0").filter((field) => field !== "");
    return conflicts.length === 0
        ? { kind: "merged", tree: tree.trim() }
        : { kind: "conflict", detail: `conflicts in ${[...new Set(conflicts)].slice(0, 10).join(", ")}` };
}
const NOBODY = {
    GIT_AUTHOR_NAME: "sentinel",
    GIT_AUTHOR_EMAIL: "sentinel@invalid",
    GIT_AUTHOR_DATE: "1 +0000",
    GIT_COMMITTER_NAME: "sentinel",
    GIT_COMMITTER_EMAIL: "sentinel@invalid",
    GIT_COMMITTER_DATE: "1 +0000",
};
async function throwAway(git, tree, parent) {
    const out = await git.run(["commit-tree", tree, ...(parent === null ? [] : ["-p", parent]), "-m", "scratch"], {
        env: NOBODY,
    });
    return out.trim();
}
function parentTree(history, commit) {
    const parent = commit.parents[0];
    const record = [...history.all, history.good].find(({ sha }) => sha === parent);
    if (record === undefined)
        throw new Error(`invariant: the first parent of ${commit.sha} was not read`);
    return record.tree;
}
/** A merge undone takes with it everything it brought in that the mainline before it did not have. */
function withMerged(history, chosen) {
    const bySha = new Map(history.all.map((record) => [record.sha, record]));
    const mainline = new Set(history.firstParent.map(({ sha }) => sha));
    const undone = new Map(chosen.map((record) => [record.sha, record]));
    const open = chosen.flatMap(({ parents }) => parents.slice(1));
    for (let sha = open.pop(); sha !== undefined; sha = open.pop()) {
        const record = bySha.get(sha);
        if (!record || undone.has(sha) || mainline.has(sha))
            continue;
        undone.set(sha, record);
        open.push(...record.parents);
    }
    return [...undone.values()];
}

;// CONCATENATED MODULE: ./build/src/rollback/detectors.js
const DETECTORS = [
    {
        kind: "workflow",
        paths: [".github/workflows/**", ".github/actions/**"],
        line: null,
        why: "changes what CI runs",
    },
    {
        kind: "migration",
        paths: [
            "**/migrations/**",
            "**/migration/**",
            "**/migrate/**",
            "**/alembic/versions/**",
            "**/changelog/**/*.{sql,xml,yaml,yml}",
            "**/*.sql",
            "schema.prisma",
            "schema.rb",
            "structure.sql",
        ],
        line: null,
        why: "the database may have been migrated already; the older code would meet the newer schema",
    },
    {
        kind: "migration",
        paths: ["**/*.{ts,js,mjs,py,go,rb,java,kt,cs,php,rs}"],
        line: {
            side: "removes",
            pattern: /\b(?:CREATE|ALTER|DROP)\s+(?:UNIQUE\s+)?(?:TABLE|INDEX|COLUMN|TYPE|VIEW|SCHEMA)\b/,
        },
        why: "the head changes the database schema here",
    },
    {
        kind: "infrastructure",
        paths: [
            "**/*.{tf,tfvars,bicep}",
            "**/terraform/**",
            "**/helm/**",
            "**/charts/**",
            "**/k8s/**",
            "**/kubernetes/**",
            "**/ansible/**",
            "**/cloudformation/**",
            "{kustomization,docker-compose*,compose}.{yml,yaml}",
            "{serverless,template,Pulumi}.{yml,yaml}",
            "{Dockerfile,Dockerfile.*,Containerfile,Procfile,fly.toml,vercel.json,netlify.toml,app.yaml}",
        ],
        line: null,
        why: "describes infrastructure that may have been applied already",
    },
    {
        kind: "lockfile",
        paths: [
            "{package-lock.json,npm-shrinkwrap.json,yarn.lock,pnpm-lock.yaml,bun.lock,bun.lockb,deno.lock}",
            "{go.sum,go.work.sum,Cargo.lock,poetry.lock,uv.lock,Pipfile.lock,Gemfile.lock,composer.lock,packages.lock.json}",
        ],
        line: null,
        why: "dependencies go back to older versions",
    },
    {
        kind: "published",
        paths: ["package.json"],
        line: { side: "removes", pattern: /^\s*"version"\s*:/ },
        why: "this version may be published; the rollback would name an older one",
    },
    {
        kind: "published",
        paths: ["{Cargo.toml,pyproject.toml,setup.cfg,Chart.yaml,version.rb,version.go,_version.py,__version__.py}"],
        line: { side: "removes", pattern: /^\s*(?:appVersion|__version__|version)\s*[:=]|\bVERSION\b\s*[:=]/i },
        why: "this version may be published; the rollback would name an older one",
    },
    {
        kind: "interface",
        paths: ["**/*.{proto,graphql,gql,avsc,thrift}", "**/{openapi,swagger}*.{json,yml,yaml}"],
        line: { side: "removes", pattern: /\S/ },
        why: "a schema that others may use loses what the head offers",
    },
    {
        kind: "interface",
        paths: ["**/*.d.ts", "{index,mod,main,api}.{ts,mts,cts,js,mjs,cjs}"],
        line: {
            side: "removes",
            pattern: /^\s*export\s+(?:default\b|\{|\*|(?:declare\s+)?(?:abstract\s+)?(?:async\s+)?(?:function|class|const|let|var|interface|type|enum|namespace)\b)/,
        },
        why: "an export that others may use would go",
    },
    {
        kind: "interface",
        paths: ["**/{api,apis,pkg}/**/*.go", "__init__.py", "**/lib.rs"],
        line: {
            side: "removes",
            pattern: /^(?:func\s+(?:\([^)]*\)\s*)?[A-Z]|type\s+[A-Z]|pub\s+(?:fn|struct|enum|trait|mod|use)\b|from\s+\S+\s+import\b)/,
        },
        why: "a public name that others may use would go",
    },
];

;// CONCATENATED MODULE: ./build/src/rollback/risks.js


/** What differs between two trees, by full path, without guessing renames. The trees must be present; no file is fetched. */
async function changedFiles(git, from, to) {
    const out = await git.run(["diff-tree", "-r", "-z", "--no-renames", from, to]);
    const fields = out.split("\0");
    const files = [];
    for (let i = 0; i + 1 < fields.length; i += 2) {
        const path = fields[i + 1] ?? "";
        files.push({ path, kind: kindOf(path, (fields[i] ?? "").slice(1).split(" ")) });
    }
    return files;
}
function kindOf(path, [oldMode, newMode, , , status]) {
    if (path.includes("\uFFFD"))
        return "unreadable-name";
    if (oldMode === SUBMODULE || newMode === SUBMODULE)
        return "submodule";
    return status === "T" ? "retyped" : "text";
}
/**
 * Every risk of going from tree `from` to tree `to`, at most one per detector and file, sorted. Only files that a line
 * detector asks for are fetched; where there are more than `MOST_FILES_READ` of these, the rest is named unread.
 */
async function findRisks(git, from, to, files, detectors = DETECTORS) {
    const matches = files.flatMap((file) => detectors.filter((one) => one.paths.some((glob) => (0,kernel_glob/* matchesGlob */.k)(file.path, glob))).map((one) => ({ file, one })));
    const whole = matches.filter(({ one }) => one.line === null);
    const byLine = matches.filter(({ one }) => one.line !== null);
    const readable = byLine.filter(({ file }) => file.kind === "text");
    const toRead = [...new Set(readable.map(({ file }) => file.path))].slice(0, MOST_FILES_READ);
    const lines = await changedLines(git, from, to, toRead);
    return sorted([
        ...whole.map(({ file, one }) => ({ kind: one.kind, path: file.path, line: null, why: one.why })),
        ...byLine.flatMap(({ file, one }) => lineRisk(file, one, lines.get(file.path))),
    ]);
}
const SUBMODULE = "160000";
const MOST_FILES_READ = 400;
const PATHS_PER_CALL = 100;
const NOT_READ = {
    text: "not looked into: too many files changed",
    submodule: "a submodule pointer changes",
    retyped: "a file becomes a link or a link a file",
    "unreadable-name": "its name is not valid text, so it was not looked into",
};
function lineRisk(file, detector, lines) {
    const wanted = detector.line;
    if (wanted === null)
        return [];
    const { kind, why } = detector;
    if (lines === undefined)
        return [{ kind, path: file.path, line: null, why: NOT_READ[file.kind] }];
    const hit = lines.find(({ side, text }) => (wanted.side === "either" || wanted.side === side) && wanted.pattern.test(text));
    return hit ? [{ kind, path: file.path, line: hit.line, why }] : [];
}
async function changedLines(git, from, to, paths) {
    const lines = new Map();
    for (let start = 0; start < paths.length; start += PATHS_PER_CALL) {
        const chunk = paths.slice(start, start + PATHS_PER_CALL).sort(byBytes);
        const patch = await git.run(["--literal-pathspecs", "diff", ...PATCH, from, to, "--", ...chunk]);
        const patches = `\n${patch}`.split("\ndiff --git ").slice(1);
        // One patch per path in git's own order; the header's quoting of hostile names need not be undone.
        if (patches.length !== chunk.length)
            throw new Error("invariant: git left out or added a patch");
        for (const [i, path] of chunk.entries())
            lines.set(path, parsePatch(patches[i] ?? ""));
    }
    return lines;
}
const PATCH = [
    "-U0",
    "--no-color",
    "--no-ext-diff",
    "--no-textconv",
    "--no-renames",
    "--full-index",
    "--src-prefix=a/",
];
function parsePatch(patch) {
    const changed = [];
    let [oldLine, newLine, inHunk] = [0, 0, false];
    for (const text of patch.split("\n")) {
        const hunk = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/.exec(text);
        if (hunk) {
            [oldLine, newLine, inHunk] = [Number(hunk[1]), Number(hunk[2]), true];
        }
        else if (inHunk && text.startsWith("-")) {
            changed.push({ side: "removes", line: oldLine++, text: text.slice(1, 1000) });
        }
        else if (inHunk && text.startsWith("+")) {
            changed.push({ side: "adds", line: newLine++, text: text.slice(1, 1000) });
        }
    }
    return changed;
}
function sorted(risks) {
    return [...risks].sort((a, b) => byBytes(a.kind, b.kind) || byBytes(a.path, b.path) || (a.line ?? 0) - (b.line ?? 0) || byBytes(a.why, b.why));
}
/** Git sorts paths by bytes; JavaScript's own order is by UTF-16 units, which differs above U+FFFF. */
function byBytes(a, b) {
    return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

;// CONCATENATED MODULE: ./build/src/rollback/compute.js







/** Most first-parent commits that one plan may undo, and most commits in all that are looked at for who made them. */
const MOST_UNDONE = 500;
const MOST_COMMITS = 5000;
/** The plan, or why there is none. The same request over the same history always gives the same plan. */
async function computePlan(git, request) {
    const refusal = refuseRange(request.range);
    if (refusal)
        return refusal;
    const history = await readHistory(git, request.head, request.lastGood, request.range);
    if (history.head.tree === history.good.tree)
        return none("nothing-to-do", "head and last good have the same tree");
    if (history.firstParent.length > MOST_UNDONE)
        return none("range-too-large", `${history.firstParent.length} commits, at most ${MOST_UNDONE}`);
    const outcome = await targetTree(git, request, history);
    if (outcome.kind === "none")
        return outcome;
    await fetchTrees(git, [history.head.tree, outcome.tree]);
    const files = await changedFiles(git, history.head.tree, outcome.tree);
    const risks = await findRisks(git, history.head.tree, outcome.tree, files);
    const held = risks.find((risk) => request.policy.rollback.risks[risk.kind] === "hold");
    if (held)
        return none("risk-holds", `${held.kind}: ${held.path}${held.line === null ? "" : `:${held.line}`}`);
    return { kind: "plan", plan: assemble(request, outcome, files, risks), undone: outcome.undone };
}
function none(reason, detail) {
    return { kind: "none", reason, detail };
}
function refuseRange(range) {
    switch (range.status) {
        case "identical":
            return none("nothing-to-do", "the head is the last good revision");
        case "behind":
        case "diverged":
            return none("good-not-ancestor", `GitHub says the head is ${range.status}`);
        case "ahead":
            return range.commits.length > MOST_COMMITS
                ? none("range-too-large", `${range.commits.length} commits, at most ${MOST_COMMITS}`)
                : null;
    }
}
async function targetTree(git, request, history) {
    if (request.kind === "restore-last-good") {
        const undoes = history.firstParent.map(({ sha }) => sha);
        return { kind: "target", tree: history.good.tree, undoes, undone: history.all };
    }
    const inverse = await inverseTree(git, history, request.suspects);
    if (inverse.kind === "conflict")
        return none("revert-conflicts", inverse.detail);
    if (inverse.tree === history.head.tree)
        return none("nothing-to-do", "the head has none of their changes any more");
    return { kind: "target", ...inverse.target };
}
function assemble(request, target, files, risks) {
    const { repoId, repo, branch, incident, kind, head, lastGood, policy } = request;
    return {
        v: 1,
        repoId,
        repo,
        branch,
        incident,
        kind,
        expectedHead: head,
        lastGood,
        undoes: target.undoes,
        resultingTree: target.tree,
        risks: risks.slice(0, MOST_RISKS),
        severity: neededSeverity(request, files, risks),
        policyDigest: (0,kernel_digest/* digestOf */.ol)(policy),
    };
}
/** More than these are never shown to anybody; all of them have their say in the severity. */
const MOST_RISKS = 100;
function neededSeverity(request, files, risks) {
    const { policy } = request;
    const byRisk = risks.map((risk) => policy.rollback.risks[risk.kind]);
    const byPath = policy.severity
        .filter((rule) => files.some(({ path }) => rule.paths.some((glob) => (0,kernel_glob/* matchesGlob */.k)(path, glob))))
        .map((rule) => rule.severity);
    const asked = new Set([request.severity, ...byRisk, ...byPath]);
    return schema/* SEVERITIES */.oC.find((severity) => asked.has(severity)) ?? request.severity;
}

;// CONCATENATED MODULE: ./build/src/action/respond/plan-now.js





/** Computes the plan from scratch: a fresh comparison, a fresh scratch repository, which is gone afterwards. */
async function planNow({ env, inputs }, github, wish) {
    const { memory, kind, suspects, head, lastGood } = wish;
    const { range, accounts } = await github.compare(lastGood, head);
    const dir = await (0,promises_.mkdtemp)((0,external_node_path_.join)(env.temp, "sentinel-plan-"));
    try {
        const remote = `${env.serverUrl}/${env.repo.owner}/${env.repo.name}.git`;
        const git = await (0,adapters_git/* openScratch */.jd)(dir, remote, inputs.githubToken);
        const computed = await computePlan(git, {
            repoId: env.repo.id,
            repo: `${env.repo.owner}/${env.repo.name}`,
            branch: memory.branch,
            incident: memory.incident,
            kind,
            suspects,
            head,
            lastGood,
            range,
            policy: memory.policy,
            severity: memory.severity,
        });
        if (computed.kind === "none")
            return computed;
        const undone = new Set(computed.undone.map(({ sha }) => sha));
        const known = accounts.filter(({ sha }) => undone.has(sha)).map(({ partaker }) => partaker);
        return { kind: "plan", plan: computed.plan, makers: [...known, ...namedIn(computed.undone)], undone };
    }
    finally {
        await (0,promises_.rm)(dir, { recursive: true, force: true });
    }
}

// EXTERNAL MODULE: ./build/src/incident/diagnosis.js
var diagnosis = __webpack_require__(5229);
;// CONCATENATED MODULE: ./build/src/action/respond/wish.js

/**
 * Reads what the analysis proposes. It must belong to the very incident that GitHub shows; of its content only the choice of
 * option and the named culprit are used, and the culprit must later be found in the range.
 */
function readWish(text, { memory, head }, repoId) {
    const proposal = parse(text);
    if (proposal === null)
        return wish_refused("proposal-invalid", "it does not fit the schema");
    const stray = ["incident", "branch", "badHead", "lastGood"].find((key) => proposal[key] !== memory[key]);
    if (memory.lastGood === null)
        return wish_refused("no-last-good");
    if (proposal.repoId !== repoId || stray !== undefined)
        return wish_refused("proposal-invalid", `its ${stray ?? "repoId"} is not that of the incident`);
    if (head === null)
        return wish_refused("head-moved", "the branch is gone");
    const { option, verdict, culprit } = proposal.diagnosis;
    if (option === "hold" || verdict === "hold" || verdict === "not-our-change")
        return wish_refused("verdict-hold");
    if (option === "revert-suspects" && culprit === null)
        return wish_refused("proposal-invalid", "it would revert suspects but names none");
    const suspects = culprit === null ? [] : [culprit];
    return { memory, kind: option, suspects, head, lastGood: memory.lastGood };
}
function parse(text) {
    try {
        return diagnosis/* Proposal */.Jh.parse(JSON.parse(text));
    }
    catch {
        return null;
    }
}
function wish_refused(reason, detail = "") {
    return { kind: "refused", reason, detail };
}

;// CONCATENATED MODULE: ./build/src/action/respond/respond.js



















/**
 * The phase `respond`: plan, ask, wait, redeem, revert. It must never believe the analysis beyond its choice, hold a power before
 * somebody's yes, or end a refusal as a success.
 */
async function respond(context) {
    const github = createJobGitHub(context.github, context.env.repo);
    const desk = createDesk(context, github);
    const { end, sealed } = await run(context, github, desk).catch((error) => ({
        end: failure(error),
        sealed: null,
    }));
    await desk.close(end, sealed);
}
async function run(context, github, desk) {
    const { inputs, env, output } = context;
    const found = await (0,find_incident/* findIncident */.O)(context.github, env.repo, inputs);
    if (found.kind === "refused")
        return ended(found.reason);
    const wish = readWish(inputs.proposal, found, env.repo.id);
    if (wish.kind === "refused")
        return ended(wish.reason, wish.detail);
    const done = await findOurRevert(context.github, env.repo, found.memory, wish.head);
    if (done !== null) {
        output.line(`The branch already stands on ${done}, the rollback of this incident; its tree is that of last good.`);
        return { end: { ...NOTHING, reason: "rolled-back", revertSha: done }, sealed: null };
    }
    const planned = await planNow(context, github, wish);
    if (planned.kind === "none")
        return ended(planned.reason, planned.detail);
    showPlan(context, planned.plan);
    return gate(context, github, desk, found, wish, planned);
}
/** From the plan to the branch: each step needs what only the one before can make. */
async function gate(context, github, desk, found, wish, planned) {
    const { inputs, output, signal } = context;
    const { plan } = planned;
    const refused = requestPower(planDigest(plan), null);
    if (refused.kind === "denied")
        output.line(`Refused (${refused.reason}): ${(0,reason/* explain */.W)(refused.reason)}`);
    const movers = await github.movers(plan.branch, planned.undone, plan.lastGood);
    const server = createAuth0Approval(inputs.auth0, inputs.auth0.audience);
    const approved = await approve({ context, server, desk }, found.memory, plan, [...planned.makers, ...movers]);
    const told = { ...NOTHING, plan, asks: approved.asks };
    if (approved.kind === "not-granted")
        return { end: { ...told, reason: approved.reason, detail: approved.detail }, sealed: approved.sealed };
    const power = requestPower(planDigest(plan), approved.grant);
    if (power.kind === "denied")
        return { end: { ...told, reason: power.reason }, sealed: null };
    if (signal.aborted)
        return { end: { ...told, reason: "cancelled" }, sealed: null };
    const end = await execute(context, github, found.rulesetId, wish, plan, power.grant);
    return { end: { ...told, ...end }, sealed: null };
}
/** Redeems the grant and runs the plan; whatever happens, the credential is dropped. */
async function execute(context, github, rulesetId, wish, plan, grant) {
    const { inputs, env, output, clock } = context;
    const { domain, privateKey, vaultClientId, connection } = inputs.auth0;
    const vault = createAuth0Vault({ domain, privateKey, clientId: vaultClientId }, connection, output.mask);
    const redeemed = await redeem(vault, grant, planDigest(plan), clock.now());
    const approver = grant.approver.github;
    if (redeemed.kind === "refused")
        return { reason: redeemed.reason, detail: redeemed.detail, approver };
    const { credential } = redeemed;
    const told = { approver, tokenThumbprint: credential.thumbprint };
    try {
        output.line(`Token Vault released a GitHub token of ${approver} for plan ${planCode(plan)} alone.`);
        const writer = createRollbackWriter((0,action_github/* connectGitHub */.U)(credential.token(), env.apiUrl, clock), env.repo);
        const recompute = async () => {
            const again = await planNow(context, github, wish);
            return again.kind === "plan" ? again.plan : null;
        };
        const reverted = await revert(plan, credential, { writer, rulesetId, recompute });
        if (reverted.kind === "refused")
            return { ...told, reason: reverted.reason, detail: reverted.detail };
        output.line(`${plan.branch} now stands on ${reverted.sha}; read back, it is what was approved.`);
        return { ...told, reason: "rolled-back", revertSha: reverted.sha };
    }
    catch (error) {
        return { ...told, ...respond_readFailure(error) };
    }
    finally {
        credential.drop();
    }
}
function showPlan({ output }, plan) {
    const count = plan.undoes.length;
    output.line(`Plan ${planCode(plan)}: ${plan.kind} on ${plan.branch}, needs ${plan.severity}.`);
    output.line(`  expected head  ${plan.expectedHead}`);
    output.line(`  resulting tree ${plan.resultingTree}`);
    output.line(`  undoes         ${count} ${count === 1 ? "commit" : "commits"}`);
    for (const sha of plan.undoes.slice(0, 10))
        output.line(`                 ${sha}`);
    for (const { kind, path, line, why } of plan.risks.slice(0, 20))
        output.line(`  risk           ${(0,safe_text/* plainText */.wh)(`${kind}: ${path}${line === null ? "" : `:${line}`}: ${why}`, 300)}`);
    output.line(`  digest         ${planDigest(plan)}`);
}
const NOTHING = {
    detail: "",
    plan: null,
    asks: [],
    approver: null,
    revertSha: null,
    tokenThumbprint: null,
};
function ended(reason, detail = "") {
    return { end: { ...NOTHING, reason, detail }, sealed: null };
}
function failure(error) {
    return { ...NOTHING, ...respond_readFailure(error) };
}
/** What was thrown, as an end. What is neither GitHub's nor git's is a broken promise of ours. */
function respond_readFailure(error) {
    const detail = error instanceof Error ? error.message : "no words";
    if (error instanceof adapters_git/* GitError */.XS)
        return { reason: "github-unavailable", detail };
    if (!(error instanceof github_request/* GitHubError */.y_))
        return { reason: "internal-error", detail };
    const isDown = error.code === "unavailable" || error.code === "limited";
    return { reason: isDown ? "github-unavailable" : "github-refused", detail };
}


/***/ })

};
