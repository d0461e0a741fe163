import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Browser, chromium } from "playwright-core";
import { githubLook, type Look, mermaidScript } from "./github-look.ts";

/**
 * `npm run screenshots -- [--out DIR] [--chromium PATH] [--full] [-- drill arguments]`: plays a drill, answers on its phone page as a person
 * would, and keeps pictures of what people saw: the phone, the incident, the job summaries.
 */
const { values, positionals } = parseArgs({
  options: {
    out: { type: "string", default: "docs/screenshots" },
    chromium: { type: "string", default: "/usr/bin/chromium" },
    /** Whole pages rather than one screen. */
    full: { type: "boolean", default: false },
  },
  allowPositionals: true,
});

const DESK = { light: { scheme: "light", width: 1000 }, dark: { scheme: "dark", width: 1000 } } as const;
const PHONE = { phone: { scheme: "light", width: 390 }, "phone-dark": { scheme: "dark", width: 390 } } as const;

mkdirSync(values.out, { recursive: true });
const kept = mkdtempSync(join(tmpdir(), "sentinel-screenshots-"));
const browser = await chromium.launch({ executablePath: values.chromium, args: browserArguments() });
try {
  await playDrill(browser, kept);
  const [title, ...page] = readFileSync(join(kept, "issue.md"), "utf8").split("\n");
  const incident = page.join("\n").split("\n---\n")[0] ?? "";
  await shoot(browser, "incident", title?.replace(/^# /, "") ?? "", incident, { ...DESK, ...PHONE });
  for (const file of readdirSync(join(kept, "jobs")).filter((name) => name.endsWith(".summary.md"))) {
    const job = file.split("-")[0] ?? file;
    await shoot(browser, `summary-${job}`, `${job} summary`, readFileSync(join(kept, "jobs", file), "utf8"), DESK);
  }
} finally {
  await browser.close();
  rmSync(kept, { recursive: true, force: true });
}

/** Runs the drill until it ends; when it names the phone's page, a browser opens it and approves. */
async function playDrill(browser: Browser, keep: string): Promise<void> {
  const args = ["drill/main.ts", "--answer", "ask", "--plain", "--keep", keep, ...positionals];
  const drill = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const answered = onPhoneUrl(drill, (url) => answerOn(browser, url));
  const code = await new Promise<number | null>((resolve) => drill.on("close", resolve));
  await answered;
  if (code !== 0) throw new Error(`the drill ended with ${code}`);
}

function onPhoneUrl(drill: ChildProcess, act: (url: string) => Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = "";
    drill.stdout?.on("data", (chunk) => {
      const wasSeen = /Open http/.test(said);
      said += chunk;
      const url = /Open (http:\/\/localhost:\d+\S*)/.exec(said)?.[1];
      if (url !== undefined && !wasSeen) act(url).then(resolve, reject);
    });
    drill.on("close", () => reject(new Error("the drill named no phone page")));
  });
}

/** Phone width, light and dark, as the request stands there; then the button. */
async function answerOn(browser: Browser, url: string): Promise<void> {
  for (const [name, look] of Object.entries(PHONE)) {
    const page = await browser.newPage({
      viewport: { width: look.width, height: 844 },
      colorScheme: look.scheme,
      deviceScaleFactor: 1,
    });
    await page.goto(url);
    await page.screenshot({ path: join(values.out, `push-${name}.png`), fullPage: values.full });
    if (name === "phone-dark") await page.getByRole("button", { name: "Approve without passkey" }).click();
    await page.close({ runBeforeUnload: false });
  }
}

async function shoot(
  browser: Browser,
  name: string,
  title: string,
  markdown: string,
  looks: Readonly<Record<string, Look>>,
): Promise<void> {
  for (const [suffix, look] of Object.entries(looks)) {
    const page = await browser.newPage({
      viewport: { width: look.width, height: look.width < 600 ? 844 : 1300 },
      deviceScaleFactor: 1,
      colorScheme: look.scheme,
    });
    await page.setContent(githubLook(markdown, title, look));
    await page.addScriptTag({ path: mermaidScript });
    await page.evaluate(draw, look.scheme === "dark" ? "dark" : "default");
    await page.screenshot({ path: join(values.out, `${name}-${suffix}.png`), fullPage: values.full });
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
