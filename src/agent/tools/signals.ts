import { z } from "zod";
import { shortSha } from "../../kernel/sha.ts";
import { earlierIncidentLines } from "../earlier.ts";
import { defineTool, LineArgument } from "./tool.ts";

export const searchLogs = defineTool({
  name: "search_logs",
  description: "Lines of the failing jobs' logs that hold a text, whatever its case, each with three lines around it.",
  args: z.strictObject({
    text: LineArgument,
  }),
  run: async ({ symptom }, { text }) => {
    const wanted = text.toLowerCase();
    const rows = symptom.jobs.flatMap(({ job, lines }) => {
      const hits = lines.flatMap((line, at) => (line.toLowerCase().includes(wanted) ? [at] : [])).slice(0, 20);
      return hits.map((at) => `${job.name}:${at + 1}\n${lines.slice(Math.max(0, at - 3), at + 4).join("\n")}`);
    });
    return rows.length === 0 ? "not found" : rows.join("\n--\n");
  },
});

export const annotations = defineTool({
  name: "annotations",
  description: "Annotations on the failing jobs: file, line and message.",
  args: z.strictObject({}),
  run: async ({ symptom }) => {
    const rows = symptom.jobs.flatMap(({ job }) =>
      job.annotations.map(
        ({ path, line, level, message }) => `${job.name} ${level} ${path}:${line} ${message.slice(0, 500)}`,
      ),
    );
    return rows.length === 0 ? "there are none" : rows.slice(0, 60).join("\n");
  },
});

export const compareEnvironments = defineTool({
  name: "compare_environments",
  description: "Which revision runs in which environment, and whether that lies in the range.",
  args: z.strictObject({}),
  run: async ({ environments, range, good }) => {
    if (environments === null) return "deployments could not be read";
    const order = range.commits.map(({ sha }) => sha);
    const rows = environments.map(({ name, sha, state, at }) => {
      const behind = order.indexOf(sha);
      const place = sha === good ? "the last good revision" : behind < 0 ? "not in the range" : `head~${behind}`;
      return `${name}: ${shortSha(sha)} (${place}), ${state} since ${at}`;
    });
    return rows.length === 0 ? "there are no deployments" : rows.join("\n");
  },
});

export const earlierIncidents = defineTool({
  name: "earlier_incidents",
  description: "Earlier incidents of this repository, and how the same job ended on other revisions.",
  args: z.strictObject({}),
  run: async (looked) => {
    const { earlierIncidents: incidents, earlierRuns: runs } = looked;
    const known = earlierIncidentLines(looked);
    const others = (runs ?? []).map(({ sha, conclusion, at }) => `${shortSha(sha)} ${conclusion} ${at}`);
    return [
      "Incidents:",
      ...(incidents === null ? ["could not be read"] : known.length === 0 ? ["none"] : known.slice(0, 30)),
      "The same job on other revisions:",
      ...(runs === null ? ["could not be read"] : others.length === 0 ? ["none"] : others.slice(0, 30)),
    ].join("\n");
  },
});
