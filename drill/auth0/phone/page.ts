/** What the phone shows, as HTML without any script of its own. Everything out of a request is text of others and is escaped. */
import type { Pushed } from "../inbox.ts";
import type { PhoneRequest } from "../types.ts";

export type PhoneView = {
  readonly waiting: readonly PhoneRequest[];
  readonly settled: readonly Pushed[];
  readonly buttonAllowed: boolean;
  /** This person has made a passkey here before. */
  readonly hasPasskey: (userId: string) => boolean;
  /** Proves to the server that a form came from this page. */
  readonly token: string;
  readonly now: number;
};

export type PageParts = { readonly nonce: string; readonly style: string; readonly script: string };

export function renderPage(view: PhoneView, parts: PageParts): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<meta name="color-scheme" content="light dark">
<meta name="phone-token" content="${text(view.token)}">
<title>Approvals — local stand-in</title>
<link rel="icon" href="data:,">
<style nonce="${parts.nonce}">${parts.style}</style>
<noscript><meta http-equiv="refresh" content="3"></noscript>
</head>
<body>
<div class="phone">
<p class="banner"><b>Local stand-in</b> A drill on this machine. Not Auth0 Guardian; no real system is touched.</p>
<main id="cards" aria-live="polite">
${renderCards(view)}
</main>
</div>
<script nonce="${parts.nonce}">${parts.script}</script>
</body>
</html>
`;
}

/** The part that changes while the page is open. */
export function renderCards(view: PhoneView): string {
  const cards = view.waiting.map((request) => renderRequest(request, view));
  const past = view.settled.slice(0, 6);
  return [
    cards.length > 0 ? cards.join("\n") : renderEmpty(),
    past.length > 0
      ? `<section class="past"><h2>Earlier</h2><ul>${past.map(renderSettled).join("")}</ul></section>`
      : "",
  ].join("\n");
}

function renderRequest(request: PhoneRequest, view: PhoneView): string {
  const [detail] = request.details;
  const left = Math.max(0, Math.ceil((request.expiresAt - view.now) / 1000));
  return `<article class="card" data-request="${text(request.id)}" data-sent="${request.sentAt}" data-expires="${request.expiresAt}">
<header>
<span class="shield" aria-hidden="true">${SHIELD}</span>
<div><h1>Approve this?</h1><p class="who"><b>${text(request.client.name)}</b> asks <b>${text(request.user.name)}</b></p></div>
</header>
<p class="message">${text(request.bindingMessage).replaceAll(/:/g, ":<wbr>")}</p>
${typeof detail?.instruction === "string" ? `<p class="instruction">${text(detail.instruction)}</p>` : ""}
${renderDetails(request, detail)}
<div class="expiry"><div class="bar"><i></i></div><p>Expires in <time class="left">${clock(left)}</time></p></div>
<p class="trouble" role="alert" hidden></p>
<div class="answers">
<button class="approve" data-passkey type="button" hidden>${FINGER}<span>Approve with passkey</span></button>
${view.hasPasskey(request.user.id) ? "" : '<p class="note" data-passkey hidden>The first time, your device makes a passkey and then signs with it.</p>'}
<form method="post" action="/requests/${text(request.id)}/deny"><input type="hidden" name="token" value="${text(view.token)}"><button class="deny">Deny</button></form>
${view.buttonAllowed ? renderButton(request, view) : ""}
</div>
</article>`;
}

function renderButton(request: PhoneRequest, view: PhoneView): string {
  return `<form method="post" action="/requests/${text(request.id)}/approve">
<input type="hidden" name="token" value="${text(view.token)}">
<button class="plain">Approve without passkey</button>
<p class="note">This button takes <b>no biometric</b>. A real approval always does.</p>
</form>`;
}

function renderDetails(request: PhoneRequest, detail: PhoneRequest["details"][number] | undefined): string {
  const rows = propertiesOf(detail)
    .filter((property) => property.display === true)
    .toSorted((a, b) => Number(a.display_order ?? 99) - Number(b.display_order ?? 99))
    .map((property) => row(property.name, value(property.value)));
  const scopes = request.scope.split(" ").filter((scope) => scope !== "" && scope !== "openid");
  if (scopes.length > 0) rows.push(row("Power", scopes.map((scope) => `<code>${text(scope)}</code>`).join("")));
  return rows.length > 0 ? `<dl>${rows.join("")}</dl>` : "";
}

/** Digests and the like are there to be compared, not read: small and in fixed width. */
function value(given: unknown): string {
  return /^[0-9a-f]{24,}$/.test(String(given)) ? `<code class="digest">${text(given)}</code>` : text(given);
}

function row(name: unknown, html: string): string {
  return `<div><dt>${text(name)}</dt><dd>${html}</dd></div>`;
}

function propertiesOf(detail: PhoneRequest["details"][number] | undefined): readonly Record<string, unknown>[] {
  const properties = detail?.properties;
  return typeof properties === "object" && properties !== null ? Object.values(properties) : [];
}

function renderSettled({ request, answer, how }: Pushed): string {
  const how_ = how === "passkey" ? " with a passkey" : how === "button" ? ", no biometric taken" : "";
  const word = answer === "approved" ? `Approved${how_}` : answer === "denied" ? "Denied" : "Expired unanswered";
  return `<li class="${answer}"><span class="dot" aria-hidden="true"></span><span>${text(request.bindingMessage)}</span><em>${word}</em></li>`;
}

function renderEmpty(): string {
  return `<section class="empty"><span class="shield" aria-hidden="true">${SHIELD}</span><h1>Nothing to approve</h1>
<p>When Sentinel asks for the power to roll back, the request appears here.</p></section>`;
}

/** `4:07` */
function clock(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

function text(value: unknown): string {
  return String(value ?? "").replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

const SHIELD = `<svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round"><path d="M12 3 5 5.6v5.2c0 4.6 2.9 8.3 7 10.2 4.1-1.9 7-5.6 7-10.2V5.6L12 3Z"/><path d="m9 12 2.2 2.2L15.2 10"/></svg>`;
const FINGER = `<svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.7" stroke-linecap="round" aria-hidden="true"><path d="M5.2 16.5c.5-1.4.7-2.9.7-4.5a6.1 6.1 0 0 1 12.2 0c0 .9 0 1.8-.1 2.7M8.2 19.4c.8-2.1 1.2-4.6 1.2-7.4a2.6 2.6 0 0 1 5.2 0c0 3-.4 5.8-1.2 8.3M12 12c0 3.2-.5 6.1-1.4 8.7M17.3 17.7c-.2 1-.4 1.8-.7 2.6M4.3 8.2A8.7 8.7 0 0 1 19 6.5M20.6 10.4c.1.9.1 2.3 0 3.6"/></svg>`;
