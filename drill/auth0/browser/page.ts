import type { ServerResponse } from "node:http";

/** A plain page of the tenant, without script: it says that it is a stand-in, and offers buttons that post. */
export type Button = { readonly label: string; readonly name: string; readonly value: string };

export function sendPage(
  response: ServerResponse,
  page: {
    readonly title: string;
    readonly words: string;
    readonly action: string;
    readonly hidden: Readonly<Record<string, string>>;
    readonly buttons: readonly Button[];
  },
): void {
  const fields = Object.entries(page.hidden)
    .map(([name, value]) => `<input type="hidden" name="${text(name)}" value="${text(value)}">`)
    .join("");
  const buttons = page.buttons
    .map(({ label, name, value }) => `<button name="${text(name)}" value="${text(value)}">${text(label)}</button>`)
    .join("");
  response.writeHead(200, {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cache-control": "no-store",
  });
  response.end(`<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark"><title>${text(page.title)}</title><style>${STYLE}</style>
<main><p class="banner">Local stand-in, not Auth0</p><h1>${text(page.title)}</h1><p>${text(page.words)}</p>
<form method="post" action="${text(page.action)}">${fields}${buttons}</form></main></html>`);
}

const STYLE = `body{font:17px/1.5 system-ui,sans-serif;margin:0}main{max-width:26rem;margin:8vh auto;padding:0 1.2rem}
.banner{background:#fff3cf;color:#6a4a00;padding:.4rem .8rem;border-radius:.7rem;font-size:.8rem;font-weight:700}
button{display:block;width:100%;margin:.6rem 0;padding:.9rem;border:1px solid #8884;border-radius:.9rem;font:inherit;font-weight:600;cursor:pointer}`;

function text(value: string): string {
  return value.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
