import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { expect, test } from "vitest";

import { parseDrillArguments } from "../../drill/story/arguments.ts";
import { APP_PERMISSIONS, HANDS_PERMISSIONS } from "../../src/incident/registration.ts";
import { parsePolicy } from "../../src/policy/parse.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const PAGES = ["*.md", "docs/**/*.md", "bench/**/*.md"].flatMap((glob) => globSync(glob, { cwd: ROOT }));
const SCRIPTS = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")).scripts as Record<string, string>;

const read = (page: string) => readFileSync(join(ROOT, page), "utf8");

/** As GitHub makes them of headings. */
function anchorsOf(page: string): ReadonlySet<string> {
  const headings = [...read(page).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = ""]) => heading);
  return new Set(
    headings.map((text) =>
      text
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\- _]/gu, "")
        .replaceAll(" ", "-"),
    ),
  );
}

function brokenLinks(page: string): readonly string[] {
  return [...read(page).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = ""]) => target)
    .filter((target) => !/^[a-z]+:/.test(target))
    .filter((target) => {
      const [path = "", anchor] = target.split("#");
      const file = path === "" ? page : relative(ROOT, resolve(ROOT, dirname(page), path));
      if (!existsSync(join(ROOT, file))) return true;
      return anchor !== undefined && !anchorsOf(file).has(anchor);
    });
}

test.each(PAGES)("every link of %s leads somewhere", (page) => {
  expect(brokenLinks(page)).toEqual([]);
});

test.each(PAGES)("every command that %s names exists", (page) => {
  const named = [...read(page).matchAll(/npm run ([\w:-]+)/g)].map(([, script = ""]) => script);
  expect(named.filter((script) => !Object.hasOwn(SCRIPTS, script))).toEqual([]);
  const commands = [...read(page).matchAll(/(?:`sentinel|sentinel\.ts) ([a-z-]+)/g)].map(([, command = ""]) => command);
  const names = ["hold", "incident", "responder"];
  const table = readFileSync(join(ROOT, "src/cli/sentinel.ts"), "utf8");
  expect(
    commands.filter((command) => !names.includes(command) && !new RegExp(`^ {2}"?${command}"?: \\{`, "m").test(table)),
  ).toEqual([]);
});

test.each([
  ["App", APP_PERMISSIONS],
  ["second GitHub App behind Auth0", HANDS_PERMISSIONS],
])("the README gives the %s the permissions that it is registered with", (who, registered) => {
  const rows = read("README.md")
    .split("\n")
    .filter((line) => line.startsWith(`| ${who} |`) && !line.includes("**never**"));
  const told = rows.flatMap((row) =>
    [...(row.split("|")[2] ?? "").matchAll(/([\w, -]+): (read|write)/g)].flatMap(([, names = "", level = ""]) =>
      names.split(",").map((name) => [name.trim().replaceAll(/[ -]/g, "_"), level]),
    ),
  );
  // Every App has it.
  const { metadata: _, ...asked } = registered;
  expect(Object.fromEntries(told)).toEqual(asked);
});

test("the README names every setting that the App reads", () => {
  const schema = /z\.object\(\{([\s\S]*?)^\}\);/m.exec(read("src/app/settings.ts"))?.[1] ?? "";
  const settings = [...schema.matchAll(/^ {2}([A-Z][A-Z0-9_]+):/gm)].map(([, name = ""]) => name);
  expect(settings.length).toBeGreaterThan(10);
  const page = read("README.md");
  expect(settings.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
});

test("the policies that are shown can be used", () => {
  const [shown = ""] = /(?<=```yaml\n)[\s\S]*?(?=\n *```)/.exec(read("README.md")) ?? [];
  for (const text of [shown.replaceAll(/^ {3}/gm, ""), read("examples/sentinel.yml")])
    expect(parsePolicy(text)).toMatchObject({ kind: "valid" });
});

test("the drill's usage and README know the same values of every flag", () => {
  const flags = [...read("README.md").matchAll(/--(answer|kill|reasoner|model|signal) ([a-z,0-9]+)/g)];
  expect(flags.length).toBeGreaterThan(3);
  for (const [, flag = "", values = ""] of flags)
    expect(() =>
      parseDrillArguments([`--${flag}`, values, ...(flag === "model" ? ["--reasoner", "gemini"] : [])], false),
    ).not.toThrow();
});
