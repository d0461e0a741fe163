import type { Annotation } from "./types.ts";

/** Reads the workflow commands in a step's output: `::name key=value,…::message` at the start of a line. */

export type StepOutput = {
  /** One line without its end; gives the lines for the log, not yet masked. */
  line(text: string): readonly string[];
};

export type CommandEffects = {
  mask(value: string): void;
  annotate(annotation: Annotation): void;
  setOutput(name: string, value: string): void;
  saveState(name: string, value: string): void;
  /** A command that GitHub refuses makes the step fail, whatever its exit code. */
  fail(): void;
};

export function readStepOutput(effects: CommandEffects, debug: boolean): StepOutput {
  let stopped: string | null = null;
  let echo = false;

  return {
    line: (text) => {
      const command = parseCommand(text);
      if (stopped !== null) {
        if (text.trim() === `::${stopped}::`) stopped = null;
        return [text];
      }
      if (command === null) return [text];
      const shown = run(command);
      return echo && !SHOWN_ANYWAY.has(command.name) ? [text, ...shown] : shown;
    },
  };

  function run(command: Command): readonly string[] {
    switch (command.name) {
      case "add-mask":
        effects.mask(command.data);
        return command.data.trim() === "" ? ["##[warning]Can't add secret mask for empty string."] : [];
      case "notice":
      case "warning":
      case "error":
        effects.annotate(annotationOf(command.name, command));
        return lines(`##[${command.name}]`, command.data);
      case "debug":
        return debug ? lines("##[debug]", command.data) : [];
      case "group":
        return [`##[group]${command.data}`];
      case "endgroup":
        return ["##[endgroup]"];
      case "stop-commands":
        if (BAD_STOP_TOKENS.has(command.data)) return refuse(command, "You cannot use this endToken");
        stopped = command.data;
        return [command.text];
      case "echo":
        echo = command.data.toLowerCase() === "on";
        return [];
      case "set-output":
        effects.setOutput(command.properties.name ?? "", command.data);
        return [DEPRECATED.replace("{0}", "set-output")];
      case "save-state":
        effects.saveState(command.properties.name ?? "", command.data);
        return [DEPRECATED.replace("{0}", "save-state")];
      case "set-env":
      case "add-path":
        return refuse(command, `The \`${command.name}\` command is disabled. Use Environment Files.`);
      case "add-matcher":
      case "remove-matcher":
        return [];
    }
  }

  function refuse(command: Command, why: string): readonly string[] {
    effects.fail();
    return [`##[error]Unable to process command '${command.text}' successfully.`, `##[error]${why}`];
  }
}

const NAMES = [
  "add-mask",
  "notice",
  "warning",
  "error",
  "debug",
  "group",
  "endgroup",
  "stop-commands",
  "echo",
  "set-output",
  "save-state",
  "set-env",
  "add-path",
  "add-matcher",
  "remove-matcher",
] as const;
type Name = (typeof NAMES)[number];

const SHOWN_ANYWAY: ReadonlySet<Name> = new Set(["notice", "warning", "error", "debug", "group", "endgroup", "echo"]);
const BAD_STOP_TOKENS: ReadonlySet<string> = new Set(["", "pause-logging", ...NAMES]);
const DEPRECATED =
  "##[warning]The `{0}` command is deprecated and will be disabled soon. Please upgrade to using Environment Files.";

type Command = {
  readonly name: Name;
  readonly properties: Readonly<Record<string, string>>;
  readonly data: string;
  readonly text: string;
};

/** Null for a line that is no command, also for one with a name nobody knows: GitHub prints those as they are. */
function parseCommand(line: string): Command | null {
  const text = line.trim();
  const end = text.indexOf("::", 2);
  if (!text.startsWith("::") || end < 0) return null;
  const [word = "", ...properties] = text.slice(2, end).split(" ");
  const name = NAMES.find((known) => known === word.toLowerCase());
  if (name === undefined) return null;
  return { name, properties: parseProperties(properties.join(" ")), data: decode(text.slice(end + 2)), text };
}

function parseProperties(text: string): Record<string, string> {
  const pairs = text.split(",").flatMap((pair) => {
    const [key = "", ...value] = pair.split("=");
    return key.trim() === "" || value.length === 0 ? [] : [[key.trim(), decodeProperty(value.join("="))] as const];
  });
  return Object.fromEntries(pairs);
}

function decode(text: string): string {
  return text.replaceAll("%0D", "\r").replaceAll("%0A", "\n").replaceAll("%25", "%");
}

function decodeProperty(text: string): string {
  return decode(text.replaceAll("%3A", ":").replaceAll("%2C", ","));
}

function annotationOf(name: "notice" | "warning" | "error", command: Command): Annotation {
  const { title = "", file = ".github", line = "1" } = command.properties;
  return {
    level: name === "error" ? "failure" : name,
    title,
    message: command.data,
    path: file,
    line: Number.parseInt(line, 10) || 1,
  };
}

function lines(prefix: string, text: string): readonly string[] {
  return text.split(/\r?\n/).map((line, i) => (i === 0 ? `${prefix}${line}` : line));
}
