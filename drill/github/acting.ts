import { mintUserToken } from "./auth/tokens.ts";
import { addComment } from "./rest/comments.ts";
import { addDeployment, addStatus, deployingTo } from "./rest/deployment-records.ts";
import { seedEnvironment, setSecret } from "./rest/environment-records.ts";
import { removeRuleset } from "./rest/rulesets.ts";
import { unsuccessful } from "./rest/workflow-runs.ts";
import { finishedRun } from "./runs/ci.ts";
import { cancelRun, rerun } from "./runs/play.ts";
import {
  addAccount,
  addApp,
  addRepository,
  addTeam,
  appBySlug,
  commitFiles,
  install,
  requireAccount,
} from "./seeds.ts";
import type { State } from "./state.ts";
import type { GitHub } from "./types.ts";
import { find, refOf, runIn } from "./views.ts";

/** What a story does to the stand-in by hand: seeds, CI and deployers, people in the web interface. */

export function seeding(state: State) {
  return {
    addUser: (seed) => addAccount(state, seed),
    addOrganization: (login) => addAccount(state, { login, type: "Organization" }),
    addApp: (seed) => {
      const { app, keys } = addApp(state, seed);
      const { id, slug, clientId } = app;
      return {
        id,
        slug,
        clientId,
        get privateKey() {
          return keys().privateKey;
        },
      };
    },
    install: (slug, owner, repositories) => install(state, slug, owner, repositories),
    addRepository: async (seed) => refOf(await addRepository(state, seed)),
    addTeam: (seed) => addTeam(state, seed),
    addEnvironment: (repo, environment) => seedEnvironment(state, find(state, repo), environment),
    setVariables: (repo, variables) => {
      find(state, repo).variables = variables;
    },
    setOrganizationVariables: (login, variables) => {
      state.organizationVariables.set(requireAccount(state, login).id, variables);
    },
    commitFiles: (repo, branch, files, message, author) =>
      commitFiles(state, find(state, repo), branch, files, message, author),
    userToken: (login, slug) => mintUserToken(state, requireAccount(state, login), appBySlug(state, slug)),
    revokeUserToken: (token) => {
      state.tokens.delete(token);
    },
  } satisfies Partial<GitHub>;
}

export function ci(state: State): GitHub["ci"] {
  return {
    finishedRun: (run) => finishedRun(state, find(state, run.repo), run),
    deployment: ({ repo, sha, ref, environment, creator }) =>
      addDeployment(state, find(state, repo), {
        sha,
        ref,
        ...deployingTo(environment),
        creator: requireAccount(state, creator),
        app: null,
      }),
    deploymentStatus: ({ repo, deployment: id, state: value, description, logUrl }) => {
      const stored = find(state, repo);
      const deployment = stored.deployments.find((candidate) => candidate.id === id);
      if (!deployment) throw new Error(`invariant: no deployment ${id}`);
      const { environment, creator } = deployment;
      const log = logUrl ?? "";
      const seed = {
        state: value,
        description: description ?? "",
        environment,
        environmentUrl: "",
        logUrl: log,
        creator,
      };
      return addStatus(state, stored, deployment, seed);
    },
  };
}

export function people(state: State): GitHub["person"] {
  return {
    setSecret: (ref, environment, name, value) => setSecret(state, find(state, ref), environment, name, value),
    comment: (ref, number, login, body) => {
      const repo = find(state, ref);
      const issue = repo.issues.find((candidate) => candidate.number === number);
      if (!issue) throw new Error(`invariant: no issue ${number}`);
      const { id } = addComment(state, repo, issue, body, requireAccount(state, login), null);
      return { id };
    },
    cancelRun: (ref, id) => {
      const repo = find(state, ref);
      return cancelRun(state, repo, runIn(repo, id));
    },
    rerunFailed: async (ref, id, login) => {
      const repo = find(state, ref);
      const run = runIn(repo, id);
      rerun(state, repo, run, unsuccessful(run), requireAccount(state, login));
    },
    deleteRuleset: (ref, id, login) => {
      const repo = find(state, ref);
      const ruleset = repo.rulesets.get(id);
      if (ruleset) removeRuleset(state, repo, ruleset, requireAccount(state, login));
    },
  };
}
