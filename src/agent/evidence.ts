import { isoTime } from "../kernel/clock.ts";
import { percent } from "../kernel/percent.ts";
import { shortSha } from "../kernel/sha.ts";
import { count } from "./count.ts";
import { earlierIncidentLines } from "./earlier.ts";
import type { Evidence, Looked } from "./looked.ts";
import { capped, tame, tameLine } from "./tame.ts";

/** Everything that was found, as numbered pieces with a trust label and a length cap: what claims may rest on. */
export function listEvidence(looked: Looked): readonly Evidence[] {
  const pieces = [
    ...deploymentEvidence(looked),
    ...jobEvidence(looked),
    ...anomalyEvidence(looked),
    ...blameEvidence(looked),
    rankingEvidence(looked),
    ...commitEvidence(looked),
    ...historyEvidence(looked),
  ];
  return pieces.slice(0, MAX_PIECES).map((piece, index) => ({
    id: `E${index + 1}`,
    trust: piece.trust,
    title: tameLine(piece.title, 160),
    text: tame(piece.text, piece.limit),
  }));
}

const MAX_PIECES = 24;

type Piece = Omit<Evidence, "id"> & { readonly limit: number };

function deploymentEvidence({ deployment }: Looked): readonly Piece[] {
  if (deployment === null) return [];
  const text = deployment.description || "(no description)";
  return [{ trust: "machine", title: `failed deployment to ${deployment.environment}`, text, limit: 1000 }];
}

function jobEvidence({ symptom }: Looked): readonly Piece[] {
  return symptom.jobs.slice(0, 4).flatMap(({ job, excerpt }): Piece[] => {
    const notes = job.annotations.map(({ path, line, message }) => `${path}:${line} ${message}`).slice(0, 20);
    return [
      { trust: "machine", title: `log of the failing job ${job.name}`, text: excerpt || "(no log)", limit: 6000 },
      ...(notes.length === 0
        ? []
        : [{ trust: "machine", title: `annotations of ${job.name}`, text: notes.join("\n"), limit: 2000 } as const]),
    ];
  });
}

function anomalyEvidence({ symptom }: Looked): readonly Piece[] {
  if (symptom.anomalies.length === 0) return [];
  const rows = symptom.anomalies.map(
    ({ metric, baseline, observed }) => `${metric}: baseline ${baseline}, observed ${observed}`,
  );
  return [{ trust: "machine", title: "measurements off their baseline", text: rows.join("\n"), limit: 1500 }];
}

function blameEvidence({ blamed }: Looked): readonly Piece[] {
  if (blamed.length === 0) return [];
  const rows = blamed.map(({ path, line, sha }) => `${path}:${line} was last changed by ${shortSha(sha)}`);
  return [{ trust: "outsider", title: "lines of the stack trace, by git blame", text: rows.join("\n"), limit: 1500 }];
}

function rankingEvidence({ ranking, range }: Looked): Piece {
  const subjects = new Map(range.commits.map(({ sha, subject }) => [sha, subject]));
  const rows = ranking.ranked.slice(0, 10).map(({ sha, score, reasons }) => {
    const why = reasons.slice(0, 3).join("; ");
    return `${shortSha(sha)} ${percent(score)} ${capped(subjects.get(sha) ?? "", 120)} [${why}]`;
  });
  const none = `none of these: ${percent(ranking.none)}`;
  return {
    // The numbers are ours, the subjects and quotes beside them are not.
    trust: "outsider",
    title: "ranking of the range's commits, which quotes their titles",
    text: [...rows, none].join("\n"),
    limit: 4000,
  };
}

function commitEvidence({ ranking, range, diffs, members }: Looked): readonly Piece[] {
  const bySha = new Map(range.commits.map((commit) => [commit.sha, commit]));
  return ranking.ranked.slice(0, 3).flatMap(({ sha }): Piece[] => {
    const commit = bySha.get(sha);
    if (!commit) return [];
    const files = commit.files.slice(0, 30).map(({ path, status }) => `${status} ${path}`);
    const text = [commit.subject, capped(commit.body, 800), ...files, capped(diffs.get(sha) ?? "", 2500)];
    return [
      {
        trust: members.has(sha) ? "member" : "outsider",
        title: `commit ${shortSha(sha)}`,
        text: text.filter((part) => part !== "").join("\n"),
        limit: 4500,
      },
    ];
  });
}

function historyEvidence(looked: Looked): readonly Piece[] {
  const { earlierRuns, environments, range } = looked;
  const failed = (earlierRuns ?? []).filter(({ conclusion }) => conclusion === "failure");
  const runs = (earlierRuns ?? []).map(({ sha, conclusion, at }) => `${shortSha(sha)} ${conclusion} ${at}`);
  const incidents = earlierIncidentLines(looked);
  const places = (environments ?? []).map(({ name, sha, state }) => `${name} runs ${shortSha(sha)}, ${state}`);
  const newest = range.commits[0];
  const oldest = range.commits.at(-1);
  const span =
    newest && oldest ? `from ${isoTime(oldest.commitTime * 1000)} to ${isoTime(newest.commitTime * 1000)}` : "";
  const pieces: readonly (Piece | null)[] = [
    {
      trust: "ours",
      title: "the range",
      text: `${count(range.commits.length, "first-parent commit")} ${span}${range.goodIsAncestor ? "" : "; the last good revision is not an ancestor of the head"}`,
      limit: 300,
    },
    runs.length === 0
      ? null
      : {
          trust: "machine",
          title: `the same job on other revisions, ${failed.length} failed`,
          text: runs.join("\n"),
          limit: 1500,
        },
    places.length === 0 ? null : { trust: "ours", title: "environments", text: places.join("\n"), limit: 1500 },
    incidents.length === 0
      ? null
      : { trust: "outsider", title: "earlier incidents", text: incidents.join("\n"), limit: 1500 },
  ];
  return pieces.filter((piece) => piece !== null);
}
