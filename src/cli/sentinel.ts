#!/usr/bin/env node
/**
 * `sentinel <command>`: the table of commands, each loaded only when it is called. It must never do anything by itself.
 */
type Command = { readonly says: string; readonly run: (args: readonly string[]) => Promise<number> };

const COMMANDS: Readonly<Record<string, Command>> = {
  watch: {
    says: "an incident, live in the terminal",
    run: async (args) => (await import("./watch.ts")).watchCommand(args, process.stdout),
  },
  verify: {
    says: "recompute the record of an incident, offline",
    run: async (args) => (await import("./verify.ts")).verifyCommand(args, process.stdout),
  },
  "create-app": {
    says: "create Sentinel's GitHub App with one click, and write its settings to a file",
    run: async (args) => (await import("./create-app.ts")).createAppCommand(args, process.stdout),
  },
  doctor: {
    says: "everything that may be set up wrong, each with its cure",
    run: async (args) => (await import("./doctor.ts")).doctorCommand(args, process.stdout),
  },
  setup: {
    says: "`setup auth0` or `setup github`: says what it will do, then does it",
    run: async (args) => (await import("./setup.ts")).setupCommand(args, process.stdout),
  },
  connect: {
    says: "an approver connects GitHub to Auth0, once, in their browser",
    run: async (args) => (await import("./connect.ts")).connectCommand(args, process.stdout),
  },
  policy: {
    says: "`policy check FILE`: what a policy means, or everything wrong with it",
    run: async (args) => (await import("./policy.ts")).policyCommand(args, process.stdout),
  },
  bundle: {
    says: "one file that verifies an incident later, without GitHub",
    run: async (args) => (await import("./bundle.ts")).bundleCommand(args, process.stdout),
  },
  export: {
    says: "one JSON of a period's incidents, for an auditor",
    run: async (args) => (await import("./export.ts")).exportCommand(args, process.stdout),
  },
};

const [name = "", ...args] = process.argv.slice(2);
const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
if (command === undefined) {
  const rows = Object.entries(COMMANDS).map(([known, { says }]) => `  ${known.padEnd(12)}${says}`);
  const isAsking = name === "" || name === "--help";
  const wrong = isAsking ? [] : [`There is no command ${name}.`, ""];
  console.error([...wrong, "usage: sentinel <command>", "", ...rows].join("\n"));
  process.exitCode = isAsking ? 0 : 2;
} else {
  process.exitCode = await command.run(args).catch(failed);
}

/** Something that a person gave cannot be used; the sentence names it. */
function failed(error: unknown): number {
  const { message, code } = error instanceof Error ? (error as NodeJS.ErrnoException) : {};
  // What a timeout throws has a number there.
  const isUsage = typeof code === "string" && code.startsWith("ERR_PARSE_ARGS");
  // What Node adds after the first sentence is about its own parser.
  console.error(
    isUsage ? `${message?.split(". ")[0]}. Try: sentinel ${name} --help` : (message ?? "It failed without words."),
  );
  return 2;
}
