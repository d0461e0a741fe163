import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { tokenBags, tokensOf } from "../../src/agent/suspects/token-bags.ts";
import { PLAIN_GIT } from "../plain-git.ts";

const dir = mkdtempSync(join(tmpdir(), "bags-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const git = (...args: string[]) =>
  execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@example.org", ...args], {
    cwd: dir,
    encoding: "utf8",
    env: PLAIN_GIT,
  });

describe("token bags", () => {
  it("hold the tokens of a real diff by added, removed and surrounding lines", () => {
    git("init", "-q");
    const before = [
      "def connect(host):",
      "    # one",
      "    # two",
      "    # three",
      "    # four",
      "    return open_socket(host)",
      "",
    ];
    writeFileSync(join(dir, "net.py"), before.join("\n"));
    git("add", ".");
    git("commit", "-qm", "one");
    writeFileSync(join(dir, "net.py"), before.join("\n").replace("open_socket(host)", "tls.wrap_socket(host, 8443)"));
    const bags = tokenBags(git("diff", "--no-color", "--no-ext-diff"));
    expect(Object.fromEntries(bags.added)).toEqual({
      return: 1,
      "tls.wrap_socket": 1,
      tls: 1,
      wrap_socket: 1,
      host: 1,
      "8443": 1,
    });
    expect(Object.fromEntries(bags.removed)).toEqual({ return: 1, open_socket: 1, host: 1 });
    expect(Object.fromEntries(bags.around)).toEqual({ def: 1, connect: 1, host: 1 });
  });

  it("do not take the names of files for changed lines", () => {
    const bags = tokenBags("diff --git a/x.ts b/x.ts\n--- a/x.ts\n+++ b/x.ts\n@@ -1 +1 @@\n-old\n+new\n");
    expect([...bags.added.keys(), ...bags.removed.keys()]).toEqual(["new", "old"]);
  });

  it("keep a line that looks like a file header", () => {
    expect(tokenBags("diff --git a/x b/x\n@@ -1 +1 @@\n--- dashes\n+++ pluses\n").removed.has("dashes")).toBe(true);
  });

  it("give every file of a large diff its share of the excerpt", () => {
    const file = (name: string) =>
      `diff --git a/${name} b/${name}\n@@ -0,0 +1 @@\n${`+${name}_word other\n`.repeat(500)}`;
    const bags = tokenBags(file("alpha") + file("beta"));
    expect(bags.added.has("alpha_word")).toBe(true);
    expect(bags.added.has("beta_word")).toBe(true);
  });

  it("are empty for an empty diff", () => {
    expect(tokenBags("")).toEqual({ added: new Map(), removed: new Map(), around: new Map() });
  });

  it("split compounds and keep numbers of three digits and more", () => {
    expect(tokensOf("go:build net/http.Serve error 42 404 x")).toEqual([
      "go:build",
      "go",
      "build",
      "net/http.Serve",
      "net",
      "http",
      "Serve",
      "error",
      "404",
    ]);
  });
});
