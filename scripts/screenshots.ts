import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { chromium, type Page } from "playwright-core";
import { githubLook, type Look, mermaidScript } from "./github-look.ts";

/**
 * `npm run screenshots -- [--out DIR] [--chromium PATH] [--full] [-- drill arguments]`: plays a drill, answers on its phone page as a person
 * would, and keeps pictures of what people saw: the phone, the incident, the job summaries.
 */
const { values, positionals } = parseArgs({
  options: {
    out: { type: "string", default: "docs/screenshots" },
    chromium: { type: "string", default: "/usr/bin/chromium" },
    /** Whole incident pages rather than one screen. */
    full: { type: "boolean", default: false },
  },
  allowPositionals: true,
});

/** Ending of the picture's name → how it looks. */
const DESK = { "": { scheme: "light", width: 1000 }, "-dark": { scheme: "dark", width: 1000 } } as const;
const HAND = { "": { scheme: "light", width: 390 }, "-dark": { scheme: "dark", width: 390 } } as const;

mkdirSync(values.out, { recursive: true });
const browser = await chromium.launch({ executablePath: values.chromium, args: browserArguments() });
try {
  await picture("incident", "Approve without passkey");
  await picture("incident-denied", "Deny");
} finally {
  await browser.close();
}

/** One drill, answered by this button; the push and the summaries are kept of the approved one. */
async function picture(name: string, button: string): Promise<void> {
  const kept = mkdtempSync(join(tmpdir(), "sentinel-screenshots-"));
  try {
    await playDrill(kept, button);
    const [title = "", ...rest] = readFileSync(join(kept, "issue.md"), "utf8").split("\n");
    const page = { title: title.replace(/^# /, ""), markdown: rest.join("\n").split("\n---\n")[0] ?? "" };
    await shoot(name, page, DESK, values.full);
    await shoot(`${name}-phone`, page, HAND, values.full);
    if (button === "Deny") return;
    for (const file of readdirSync(join(kept, "jobs")).filter((one) => one.endsWith(".summary.md"))) {
      const job = file.split("-")[0] ?? file;
      const markdown = readFileSync(join(kept, "jobs", file), "utf8");
      await shoot(`summary-${job}`, { title: `${job} summary`, markdown }, DESK, true);
    }
  } finally {
    rmSync(kept, { recursive: true, force: true });
  }
}

/** Runs the drill until it ends; when it names the phone's page, a browser opens it and answers. */
async function playDrill(keep: string, button: string): Promise<void> {
  const args = ["drill/main.ts", "--answer", "ask", "--plain", "--keep", keep, ...positionals];
  const drill = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const answered = onPhoneUrl(drill, (url) => answerOn(url, button));
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

/** Phone width, dark and light, as the request stands there; then the button. */
async function answerOn(url: string, button: string): Promise<void> {
  for (const [name, look] of Object.entries(HAND)) {
    const page = await open(look);
    await page.goto(url);
    if (button !== "Deny") await page.screenshot({ path: join(values.out, `phone${name}.png`), fullPage: true });
    if (name === "-dark") await page.getByRole("button", { name: button, exact: true }).click();
    await page.close();
  }
}

async function shoot(
  name: string,
  { title, markdown }: { readonly title: string; readonly markdown: string },
  looks: Readonly<Record<string, Look>>,
  fullPage: boolean,
): Promise<void> {
  for (const [suffix, look] of Object.entries(looks)) {
    const page = await open(look, fullPage ? 300 : undefined);
    await page.setContent(githubLook(markdown, title, look));
    await page.addScriptTag({ path: mermaidScript });
    await page.evaluate(draw, look.scheme === "dark" ? "dark" : "default");
    await page.screenshot({ path: join(values.out, `${name}${suffix}.png`), fullPage });
    await page.close();
  }
}

/** A whole page is as high as what stands on it. */
function open({ scheme, width }: Look, height = width < 600 ? 844 : 1300): Promise<Page> {
  const viewport = { width, height };
  return browser.newPage({ viewport, colorScheme: scheme, deviceScaleFactor: 1 });
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
