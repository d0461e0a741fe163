import { Probot } from "probot";
import type { GitHubApp } from "../adapters/github-app.ts";
import { branchesAt } from "../adapters/github-app-code.ts";
import { openIncidents } from "../adapters/github-app-issues.ts";
import { ourRulesets } from "../adapters/github-app-rulesets.ts";
import { EVENTS } from "../incident/registration.ts";
import { assertNever } from "../kernel/assert-never.ts";
import type { Concern, Known, Place } from "./concern.ts";
import { concernOf } from "./concerns/concern-of.ts";
import type { createLog } from "./log.ts";
import type { Looks } from "./looks.ts";
import { findMarker } from "./marker.ts";
import type { Settings } from "./settings.ts";

/**
 * Probot as the host of our handlers: each event becomes looks at branches, and the event is answered when they stand. It must
 * never write by Probot's own client, which puts seconds between writes.
 */
export type Host = {
  receive(delivery: { readonly id: string; readonly event: string; readonly payload: unknown }): Promise<void>;
};

export type HostPorts = {
  readonly github: GitHubApp;
  readonly looks: Looks;
  readonly known: Known;
  readonly log: ReturnType<typeof createLog>;
  /** Carries out a command somebody wrote on an incident. */
  readonly obey: (concern: Extract<Concern, { kind: "command" }>) => Promise<void>;
  readonly sweepInstallation: (installation: number) => Promise<void>;
};

export function createHost(settings: Settings, ports: HostPorts): Host {
  const probot = new Probot({
    appId: settings.appId,
    privateKey: settings.privateKey.expose(),
    secret: settings.webhookSecret.expose(),
    baseUrl: settings.apiUrl,
    // What fails is logged once, by whoever answers the delivery.
    log: ports.log.child({}, { level: "fatal" }),
  });
  probot.onAny(async ({ name, payload }) => {
    if (EVENTS.has(name)) await attend(ports, concernOf(name, payload, ports.known));
  });
  return {
    receive: async ({ id, event, payload }) => {
      await probot.receive({ id, name: event, payload } as Parameters<Probot["receive"]>[0]);
    },
  };
}

type Look = Extract<Concern, { kind: "look" }>;

async function attend(ports: HostPorts, concern: Concern): Promise<void> {
  switch (concern.kind) {
    case "drop":
      return;
    case "look": {
      const lookAt = (branches: readonly string[]) =>
        Promise.all(branches.map((branch) => ports.looks.ask({ ...concern.place, branch }, concern.occasion).standing));
      await Promise.all([lookAt(concern.branches), othersAt(ports, concern).then(lookAt)]);
      return hear(ports, concern);
    }
    case "responder":
      return attendResponder(ports, concern.place);
    case "command":
      return ports.obey(concern);
    case "installation":
      return ports.sweepInstallation(concern.installation);
    default:
      return assertNever(concern);
  }
}

async function othersAt({ github }: HostPorts, { place, branches, orAt }: Look): Promise<readonly string[]> {
  if (orAt === undefined) return [];
  const standing = await branchesAt(github.reader(place.installation), place.repo, orAt.sha);
  return standing.filter((branch) => orAt.isGuarded(branch) && !branches.includes(branch));
}

function hear({ known }: HostPorts, { place, branches, occasion }: Look): void {
  const { sha, source, isFailure } = occasion;
  if (sha === undefined || source === undefined) return;
  const told = isFailure ? "failing" : "passing";
  for (const branch of branches) known.heard.note({ repoId: place.repo.id, branch, sha, source }, told);
}

/** A run is about an incident, and an incident about a branch: every branch that is held or has one is looked at. */
async function attendResponder({ github, looks }: HostPorts, place: Place): Promise<void> {
  const reader = github.reader(place.installation);
  const [rulesets, issues] = await Promise.all([ourRulesets(reader, place.repo), openIncidents(reader, place.repo)]);
  const marked = issues.flatMap((issue) => findMarker(issue.body)?.branch ?? []);
  const branches = new Set([...rulesets.map(({ name }) => name.branch), ...marked]);
  const occasion = { hint: {}, isFailure: false, order: null };
  await Promise.all([...branches].map((branch) => looks.ask({ ...place, branch }, occasion).standing));
}
