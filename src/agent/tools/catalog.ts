import { blameLines, fileAt, searchCode } from "./code.ts";
import { commitDiff, fileHistory, suspectRanking } from "./commits.ts";
import { annotations, compareEnvironments, earlierIncidents, searchLogs } from "./signals.ts";
import type { Tool } from "./tool.ts";

/** Every tool there is. All of them read; a test holds that none is handed anything that writes. */
export const TOOLS: readonly Tool[] = [
  suspectRanking,
  commitDiff,
  fileAt,
  blameLines,
  fileHistory,
  searchCode,
  searchLogs,
  annotations,
  compareEnvironments,
  earlierIncidents,
];

/** By exact name; nothing that merely looks like one. */
export function toolNamed(name: string): Tool | null {
  return TOOLS.find((tool) => tool.name === name) ?? null;
}
