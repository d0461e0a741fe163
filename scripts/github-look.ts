import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { micromark } from "micromark";
import { gfm, gfmHtml } from "micromark-extension-gfm";

/**
 * A page as GitHub would draw it: GitHub-flavoured Markdown, GitHub's own style sheet, its alerts and its Mermaid. For looking
 * at; it must never be served.
 */
export type Look = { readonly scheme: "light" | "dark"; readonly width: number };

const require = createRequire(import.meta.url);

export function githubLook(markdown: string, title: string, { scheme, width }: Look): string {
  const style = readFileSync(require.resolve(`github-markdown-css/github-markdown-${scheme}.css`), "utf8");
  const rendered = micromark(markdown, {
    extensions: [gfm()],
    htmlExtensions: [gfmHtml()],
    allowDangerousHtml: true,
  });
  const body = rendered
    .replace(/<pre><code class="language-mermaid">([\s\S]*?)<\/code><\/pre>/g, '<pre class="mermaid">$1</pre>')
    .replace(/<blockquote>\s*<p>\[!([A-Z]+)\]\s*([\s\S]*?)<\/p>\s*<\/blockquote>/g, alert);
  return `<!doctype html><html><head><meta charset="utf-8"><meta name="viewport" content="width=${width}">
<style>${style}
body { margin: 0; background: ${scheme === "dark" ? "#0d1117" : "#ffffff"}; }
.markdown-body { box-sizing: border-box; max-width: 980px; margin: 0 auto; padding: ${width < 600 ? 16 : 32}px; }
.title { font-size: 24px; line-height: 1.3; font-weight: 400; border: 0; margin: 0 0 16px; }
.mermaid { background: transparent !important; text-align: center; }
</style></head><body><article class="markdown-body"><h1 class="title">${escapeHtml(title)}</h1>
${body}</article></body></html>`;
}

/** Path of the Mermaid that a page made by `githubLook` needs. */
export const mermaidScript = require.resolve("@mermaid-js/tiny/dist/mermaid.tiny.js");

function alert(_: string, kind: string, text: string): string {
  const name = kind.charAt(0) + kind.slice(1).toLowerCase();
  return `<div class="markdown-alert markdown-alert-${name.toLowerCase()}"><p class="markdown-alert-title">${name}</p><p>${text}</p></div>`;
}

function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
