import { appendFile } from "node:fs/promises";
import * as core from "@actions/core";
import type { JobOutput } from "./context.ts";

/** The runner's own ways to speak, through the Actions toolkit. What we print can never be read as a workflow command. */
export function createJobOutput(env: Readonly<Record<string, string | undefined>>): JobOutput {
  let isGrouped = false;
  return {
    line: (text) => core.info(inert(text)),
    warning: (text) => core.warning(inert(text)),
    group: (name) => {
      if (isGrouped) core.endGroup();
      isGrouped = name !== null;
      if (name !== null) core.startGroup(inert(name));
    },
    notice: (title, message) => core.notice(message, { title }),
    fail: (sentence) => core.setFailed(inert(sentence)),
    set: (name, value) => core.setOutput(name, value),
    summary: async (markdown) => {
      const file = env.GITHUB_STEP_SUMMARY;
      if (file) await appendFile(file, `${markdown}\n`);
    },
    mask: (secret) => {
      core.setSecret(secret.expose());
    },
  };
}

/** The runner reads `::name::` and `##[name]` at the start of a line as commands. */
function inert(text: string): string {
  return text
    .split(/\r\n|[\n\r\u2028\u2029]/)
    .map((line) => line.replace(/^(\s*)(::|##\[)/, "$1\u200B$2"))
    .join("\n");
}
