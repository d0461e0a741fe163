import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Browser, chromium } from "playwright-core";
import { githubLook, type Look, mermaidScript } from "./github-look.ts";

/**
 * `node scripts/screenshots.ts --out DIR [--chromium PATH] NAME=FILE.md[#TITLE]…`: pictures of Markdown pages as GitHub draws
 * them, light and dark, at desk and at phone width.
 */
const { values, positionals } = parseArgs({
  options: {
    out: { type: "string", default: "docs/screenshots" },
    chromium: { type: "string", default: "/usr/bin/chromium" },
    full: { type: "boolean", default: false },
  },
  allowPositionals: true,
});

const LOOKS: readonly (Look & { readonly name: string })[] = [
  { name: "light", scheme: "light", width: 1000 },
  { name: "dark", scheme: "dark", width: 1000 },
  { name: "phone", scheme: "light", width: 390 },
  { name: "phone-dark", scheme: "dark", width: 390 },
];

mkdirSync(values.out, { recursive: true });
const browser = await chromium.launch({ executablePath: values.chromium, args: browserArguments() });
try {
  for (const picture of positionals) await shoot(browser, picture);
} finally {
  await browser.close();
}

async function shoot(browser: Browser, picture: string): Promise<void> {
  const match = /^(?<name>[\w-]+)=(?<file>[^#]+)(?:#(?<title>.*))?$/.exec(picture);
  if (!match?.groups?.name || !match.groups.file) throw new Error(`${picture}: expected NAME=FILE.md[#TITLE]`);
  const { name, file, title = name } = match.groups;
  for (const look of LOOKS) {
    const page = await browser.newPage({
      viewport: { width: look.width, height: look.width < 600 ? 844 : 900 },
      deviceScaleFactor: 1,
      colorScheme: look.scheme,
    });
    await page.setContent(githubLook(readFileSync(file, "utf8"), title, look));
    await page.addScriptTag({ path: mermaidScript });
    await page.evaluate(draw, look.scheme === "dark" ? "dark" : "default");
    await page.screenshot({ path: join(values.out, `${name}-${look.name}.png`), fullPage: values.full });
    await page.close();
  }
}

/** Runs in the page: draws every diagram as GitHub does, and throws where Mermaid cannot read one. */
function draw(theme: string): Promise<void> {
  type Mermaid = { initialize(options: unknown): void; run(options: unknown): Promise<void> };
  const { mermaid } = globalThis as unknown as { mermaid: Mermaid };
  mermaid.initialize({ startOnLoad: false, securityLevel: "strict", theme });
  return mermaid.run({ querySelector: ".mermaid" });
}

/** Nothing but the page: no updates, no network of the browser's own. */
function browserArguments(): string[] {
  return [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ];
}
