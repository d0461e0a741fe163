import { expect, test } from "vitest";
import { ROUTES } from "../../drill/github/routes.ts";
import { AT, appOctokit, type GitHubWorld, githubWorld, octokit } from "./github-world.ts";

/** Calls every operation the stand-in knows; closing the world throws when any answer or webhook is not as described. */
test("every operation answers as GitHub's description says, and so does every webhook it causes", async () => {
  const world = await githubWorld({ webhook: { url: "http://127.0.0.1:1/", secret: "unheard" } });
  try {
    await callEverything(world);
    await world.github.idle();
    const called = world.journal.entries.filter(({ status }) => status < 400);
    const missed = ROUTES.filter(({ operation }) => {
      const [method, template = ""] = operation.split(" ");
      const pattern = new RegExp(`^${template.replaceAll(/\{\w+\}/g, ".+")}(\\?|$)`);
      return !called.some((entry) => entry.method === method && pattern.test(entry.path));
    });
    expect(missed.map(({ operation }) => operation)).toEqual([]);
  } finally {
    await world.close();
  }
});

const WORKFLOW = `name: Note
on: { workflow_dispatch: {} }
permissions: {}
jobs:
  note:
    runs-on: ubuntu-latest
    steps: [{ run: "echo ::warning file=README.md,line=1::careful; sleep 0.2" }]
  fails:
    needs: note
    runs-on: ubuntu-latest
    steps: [{ run: "exit 1" }]
`;

async function callEverything(world: GitHubWorld): Promise<void> {
  const { github, repo, app, installation } = world;
  const first = await github.commitFiles(repo, "main", { ".github/workflows/note.yml": WORKFLOW }, "Add", "acme");
  github.addEnvironment(repo, { name: "production", branches: ["main"], secrets: {} });
  github.setVariables(repo, { COLOUR: "red" });
  github.addApp({
    slug: "all",
    name: "All",
    permissions: ALL,
    events: [],
    webhook: { url: "http://127.0.0.1:1/", secret: "x" },
  });
  github.install("all", "acme", "all");
  const asApp = appOctokit(world);
  const owner = octokit(world, github.userToken("acme", "all"));

  await owner.request("GET /meta");
  await owner.request("GET /rate_limit");
  await asApp.request("GET /app");
  await asApp.request("GET /app/hook/config");
  await asApp.request("GET /app/installations");
  await asApp.request("GET /app/installations/{installation_id}", { installation_id: installation });
  await asApp.request("GET /repos/{owner}/{repo}/installation", { ...AT });
  await asApp.request("GET /users/{username}/installation", { username: "acme" });
  github.addOrganization("acme-org");
  github.install("sentinel", "acme-org", "all");
  await asApp.request("GET /orgs/{org}/installation", { org: "acme-org" });
  const { data: minted } = await asApp.request("POST /app/installations/{installation_id}/access_tokens", {
    installation_id: installation,
  });
  const bot = octokit(world, minted.token);
  await bot.request("GET /installation/repositories");
  await owner.request("GET /user");
  await owner.request("GET /users/{username}", { username: "sentinel[bot]" });
  await owner.request("GET /user/{account_id}", { account_id: world.users.lead });
  await owner.request("GET /repos/{owner}/{repo}", { ...AT });
  await owner.request("GET /repos/{owner}/{repo}/collaborators/{username}", { ...AT, username: "lead" });
  await owner.request("GET /repos/{owner}/{repo}/collaborators/{username}/permission", { ...AT, username: "lead" });
  await owner.request("GET /repos/{owner}/{repo}/teams", { ...AT });
  await owner.request("GET /repos/{owner}/{repo}/actions/variables", { ...AT });
  await owner.request("GET /repos/{owner}/{repo}/actions/organization-variables", { ...AT });
  await environments(world, owner);

  await rulesetsAndGit(world, bot, owner, first);
  await issuesAndPulls(world, bot, owner, first);
  await checksAndDeployments(world, bot, owner, first);
  await runs(world, bot);

  const { data: deliveries } = await asApp.request("GET /app/hook/deliveries");
  const delivery_id = Number(deliveries[0]?.id);
  await asApp.request("GET /app/hook/deliveries/{delivery_id}", { delivery_id });
  await asApp.request("POST /app/hook/deliveries/{delivery_id}/attempts", { delivery_id });
  await bot.request("DELETE /installation/token");
  expect(app.slug).toBe("sentinel");
}

async function environments({ github, repo, users }: GitHubWorld, owner: Client): Promise<void> {
  const at = { ...AT, environment_name: "Canary/eu" };
  await owner.rest.repos.createOrUpdateEnvironment({
    ...at,
    wait_timer: 5,
    prevent_self_review: true,
    reviewers: [{ type: "User", id: users.lead }],
    deployment_branch_policy: { protected_branches: false, custom_branch_policies: true },
  });
  const { data: policy } = await owner.rest.repos.createDeploymentBranchPolicy({ ...at, name: "release/*" });
  const one = { ...at, branch_policy_id: policy.id ?? 0 };
  await owner.rest.repos.getDeploymentBranchPolicy(one);
  await owner.rest.repos.deleteDeploymentBranchPolicy(one);
  github.person.setSecret(repo, "Canary/eu", "KEY", "hidden");
  const { data: secrets } = await owner.rest.actions.listEnvironmentSecrets(at);
  expect(JSON.stringify(secrets)).not.toContain("hidden");
  await owner.rest.repos.getEnvironment({ ...at, environment_name: "canary/EU" });
  await owner.rest.repos.deleteAnEnvironment(at);
}

type Client = ReturnType<typeof octokit>;

const ALL = {
  actions: "write",
  administration: "write",
  checks: "write",
  contents: "write",
  deployments: "write",
  issues: "write",
  pull_requests: "write",
  statuses: "write",
  actions_variables: "read",
  environments: "read",
  workflows: "write",
} as const;

async function rulesetsAndGit({ users }: GitHubWorld, bot: Client, owner: Client, first: string): Promise<void> {
  const hold = {
    name: "hold topic",
    enforcement: "active" as const,
    target: "branch" as const,
    conditions: { ref_name: { include: ["refs/heads/topic"], exclude: [] } },
    rules: [{ type: "update" as const }, { type: "deletion" as const }],
    bypass_actors: [{ actor_type: "User" as const, actor_id: users.acme, bypass_mode: "always" as const }],
  };
  const { data: ruleset } = await bot.request("POST /repos/{owner}/{repo}/rulesets", { ...AT, ...hold });
  const at = { ...AT, ruleset_id: ruleset.id };
  await bot.request("GET /repos/{owner}/{repo}/rulesets", { ...AT });
  await bot.request("GET /repos/{owner}/{repo}/rulesets/{ruleset_id}", at);
  await bot.request("PUT /repos/{owner}/{repo}/rulesets/{ruleset_id}", { ...at, name: "hold topic #1" });
  await owner.rest.git.createRef({ ...AT, ref: "refs/heads/topic", sha: first });
  await owner.request("GET /repos/{owner}/{repo}/rules/branches/{branch}", { ...AT, branch: "topic" });

  const { data: blob } = await owner.rest.git.createBlob({ ...AT, content: "aGk=", encoding: "base64" });
  await owner.rest.git.getBlob({ ...AT, file_sha: blob.sha });
  const entry = { path: "hi", mode: "100644" as const, type: "blob" as const, sha: blob.sha };
  const { data: tree } = await owner.rest.git.createTree({ ...AT, base_tree: first, tree: [entry] });
  await owner.rest.git.getTree({ ...AT, tree_sha: tree.sha, recursive: "1" });
  const { data: commit } = await owner.rest.git.createCommit({
    ...AT,
    message: "Say hi",
    tree: tree.sha,
    parents: [first],
  });
  await owner.rest.git.getCommit({ ...AT, commit_sha: commit.sha });
  await owner.rest.git.updateRef({ ...AT, ref: "heads/topic", sha: commit.sha });
  await owner.rest.git.getRef({ ...AT, ref: "heads/topic" });
  await owner.rest.git.listMatchingRefs({ ...AT, ref: "heads/to" });
  await owner.rest.git.createRef({ ...AT, ref: "refs/heads/gone", sha: first });
  await owner.rest.git.deleteRef({ ...AT, ref: "heads/gone" });
  const { data: suites } = await bot.request("GET /repos/{owner}/{repo}/rulesets/rule-suites", { ...AT });
  const rule_suite_id = suites[0]?.id ?? 0;
  await bot.request("GET /repos/{owner}/{repo}/rulesets/rule-suites/{rule_suite_id}", { ...AT, rule_suite_id });
  await bot.request("DELETE /repos/{owner}/{repo}/rulesets/{ruleset_id}", at);

  await owner.rest.repos.listCommits({ ...AT, sha: "topic", path: "hi", per_page: 1 });
  await owner.rest.repos.getCommit({ ...AT, ref: "topic" });
  await owner.rest.repos.compareCommitsWithBasehead({ ...AT, basehead: "main...topic" });
  await owner.rest.repos.listBranches({ ...AT });
  await owner.rest.repos.getBranch({ ...AT, branch: "topic" });
  await owner.rest.repos.listBranchesForHeadCommit({ ...AT, commit_sha: first });
  await owner.request("GET /repos/{owner}/{repo}/activity", { ...AT });
  await owner.rest.repos.getContent({ ...AT, path: "hi", ref: "topic" });
  await owner.rest.repos.getContent({ ...AT, path: ".github" });
  const written = await owner.rest.repos.createOrUpdateFileContents({
    ...AT,
    path: "docs/a.md",
    message: "Write",
    content: "YQ==",
    branch: "topic",
  });
  const sha = written.data.content?.sha ?? "";
  await owner.rest.repos.deleteFile({ ...AT, path: "docs/a.md", message: "Drop", sha, branch: "topic" });
}

async function issuesAndPulls(world: GitHubWorld, bot: Client, owner: Client, first: string): Promise<void> {
  const { data: issue } = await bot.rest.issues.create({ ...AT, title: "Held", body: "x", labels: ["incident"] });
  const at = { ...AT, issue_number: issue.number };
  await bot.rest.issues.get(at);
  await bot.rest.issues.listForRepo({ ...AT, state: "all", labels: "incident" });
  await bot.rest.issues.update({ ...at, title: "Held still", body: "y", labels: ["incident", "open"] });
  await bot.rest.issues.addAssignees({ ...at, assignees: ["lead"] });
  await bot.rest.issues.checkUserCanBeAssigned({ ...AT, assignee: "lead" });
  const { data: comment } = await bot.rest.issues.createComment({ ...at, body: "Look" });
  await bot.rest.issues.listComments(at);
  await bot.rest.issues.listCommentsForRepo({ ...AT });
  await bot.rest.issues.getComment({ ...AT, comment_id: comment.id });
  await bot.rest.issues.updateComment({ ...AT, comment_id: comment.id, body: "Look again" });
  await bot.rest.reactions.createForIssueComment({ ...AT, comment_id: comment.id, content: "eyes" });
  await bot.rest.reactions.listForIssueComment({ ...AT, comment_id: comment.id });
  await bot.rest.reactions.createForIssue({ ...at, content: "eyes" });
  await bot.rest.reactions.listForIssue(at);
  await bot.rest.issues.addLabels({ ...at, labels: ["more"] });
  await bot.rest.issues.listLabelsOnIssue(at);
  await bot.rest.issues.removeLabel({ ...at, name: "more" });
  await bot.rest.issues.setLabels({ ...at, labels: ["incident"] });
  await bot.rest.issues.createLabel({ ...AT, name: "colour", color: "ff0000" });
  await bot.rest.issues.getLabel({ ...AT, name: "colour" });
  await bot.rest.issues.listLabelsForRepo({ ...AT });
  await bot.request("GET /search/issues", {
    q: "repo:acme/shop is:issue is:open label:incident",
    advanced_search: "true",
  });
  await bot.rest.issues.deleteComment({ ...AT, comment_id: comment.id });
  await bot.rest.issues.update({ ...at, state: "closed", state_reason: "completed" });
  await bot.rest.issues.update({ ...at, state: "open" });

  const { data: pull } = await owner.rest.pulls.create({ ...AT, head: "topic", base: "main", title: "Say hi" });
  const pulled = { ...AT, pull_number: pull.number };
  await owner.rest.pulls.get(pulled);
  await owner.rest.pulls.list({ ...AT, state: "all" });
  await owner.rest.pulls.update({ ...pulled, state: "closed" });
  await owner.rest.pulls.update({ ...pulled, state: "open", title: "Say hi again" });
  const { data: merged } = await owner.rest.pulls.merge({ ...pulled, merge_method: "squash" });
  await owner.rest.repos.listPullRequestsAssociatedWithCommit({ ...AT, commit_sha: merged.sha });
  await owner.rest.pulls.get(pulled);
  expect(first).not.toBe(await world.github.state.head(world.repo, "main"));
}

async function checksAndDeployments(world: GitHubWorld, bot: Client, owner: Client, first: string): Promise<void> {
  const annotation = {
    path: "README.md",
    start_line: 1,
    end_line: 1,
    annotation_level: "notice" as const,
    message: "m",
  };
  const { data: check } = await bot.rest.checks.create({
    ...AT,
    name: "Sentinel",
    head_sha: first,
    status: "in_progress",
  });
  const at = { ...AT, check_run_id: check.id };
  const output = { title: "t", summary: "s", text: "x", annotations: [annotation] };
  await bot.rest.checks.update({ ...at, status: "completed", conclusion: "neutral", output });
  await bot.rest.checks.get(at);
  await bot.rest.checks.listAnnotations(at);
  await bot.rest.checks.listForRef({ ...AT, ref: first, check_name: "Sentinel" });
  await bot.rest.checks.listSuitesForRef({ ...AT, ref: first });
  const check_suite_id = check.check_suite?.id ?? 0;
  await bot.rest.checks.getSuite({ ...AT, check_suite_id });
  await bot.rest.checks.listForSuite({ ...AT, check_suite_id });
  await owner.rest.repos.createCommitStatus({ ...AT, sha: first, state: "success", context: "ci" });
  await owner.rest.repos.listCommitStatusesForRef({ ...AT, ref: first });
  await owner.rest.repos.getCombinedStatusForRef({ ...AT, ref: first });

  const made = await owner.rest.repos.createDeployment({
    ...AT,
    ref: "main",
    environment: "production",
    auto_merge: false,
  });
  const deployment_id = "id" in made.data ? made.data.id : 0;
  const deployed = { ...AT, deployment_id };
  await owner.rest.repos.getDeployment(deployed);
  await owner.rest.repos.listDeployments({ ...AT, environment: "production" });
  const { data: status } = await owner.rest.repos.createDeploymentStatus({ ...deployed, state: "success" });
  await owner.rest.repos.listDeploymentStatuses(deployed);
  await owner.rest.repos.getDeploymentStatus({ ...deployed, status_id: status.id });
  await owner.rest.repos.getAllEnvironments({ ...AT });
  await owner.rest.repos.getEnvironment({ ...AT, environment_name: "production" });
  await owner.rest.repos.listDeploymentBranchPolicies({ ...AT, environment_name: "production" });
  expect(world.github.problems()).toEqual([]);
}

async function runs({ github, repo }: GitHubWorld, bot: Client): Promise<void> {
  const actions = bot.rest.actions;
  const workflow = { ...AT, workflow_id: "note.yml" };
  await actions.listRepoWorkflows({ ...AT });
  await actions.getWorkflow(workflow);
  await actions.disableWorkflow(workflow);
  await actions.enableWorkflow(workflow);
  const dispatch = "POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches";
  await bot.request(dispatch, { ...workflow, ref: "main" });
  await github.idle();
  const [run] = github.state.runs(repo);
  const at = { ...AT, run_id: run?.id ?? 0 };
  await actions.listWorkflowRuns({ ...workflow, branch: "main" });
  await actions.listWorkflowRunsForRepo({ ...AT, event: "workflow_dispatch" });
  await actions.getWorkflowRun(at);
  await actions.listJobsForWorkflowRun({ ...at, filter: "latest" });
  const job = { ...AT, job_id: run?.jobs[0]?.id ?? 0 };
  await actions.getJobForWorkflowRun(job);
  await actions.downloadJobLogsForWorkflowRun(job);
  await actions.downloadWorkflowRunLogs(at);
  await actions.reRunWorkflowFailedJobs(at);
  await github.idle();
  await actions.reRunWorkflow(at);
  await actions.cancelWorkflowRun(at);
  await github.idle();
  await actions.reRunJobForWorkflowRun(job);
  await github.idle();
  await actions.getWorkflowRunAttempt({ ...at, attempt_number: 1 });
  await actions.listJobsForWorkflowRunAttempt({ ...at, attempt_number: 1 });
}
