/**
 * Takes secrets and personal data out of text before it leaves for a model, and out of what comes back. It must never be
 * the only wall: secrets of ours are not in the evidence in the first place.
 */
export type Mask = (text: string) => string;

/** `known` are values that must never pass, in whatever of the usual forms they appear. */
export function createMask(known: readonly string[]): Mask {
  const forms = known.filter((value) => value.length >= 8).flatMap(encodings);
  return (text) => LAYERS.reduce((masked, layer) => layer(masked), withoutKnown(text, forms));
}

function withoutKnown(text: string, forms: readonly string[]): string {
  return forms.reduce((masked, form) => masked.replaceAll(form, "[secret]"), text);
}

function encodings(value: string): string[] {
  const bytes = Buffer.from(value);
  const forms = [
    value,
    bytes.toString("base64").replace(/=+$/, ""),
    bytes.toString("base64url"),
    bytes.toString("hex"),
    encodeURIComponent(value),
    JSON.stringify(value).slice(1, -1),
  ];
  return [...new Set(forms)].sort((a, b) => b.length - a.length);
}

function maskPrivateKeys(text: string): string {
  return text.replace(
    /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|$)/g,
    "[private key]",
  );
}

/** Tokens that say what they are by their first letters. */
function maskTokens(text: string): string {
  return hasLongWord(text) ? text.replace(TOKENS, "[token]") : text;
}

function maskUrlLogins(text: string): string {
  return text.replace(/:\/\/[^\s/@:]{0,200}:[^\s/@]{1,500}@/g, "://[login]@");
}

/** `password = …`, `api_key: …`, `Authorization: Bearer …`: the value behind a name that says it is secret. */
function maskAssignments(text: string): string {
  return text.replace(AUTHORIZATION, "$1 [secret]").replace(ASSIGNMENT, "$1[secret]");
}

/** From the sign outwards: a pattern for what stands before it would start anew at every word. */
function maskMailAddresses(text: string): string {
  let masked = "";
  let done = 0;
  for (let at = text.indexOf("@"); at !== -1; at = text.indexOf("@", at + 1)) {
    DOMAIN.lastIndex = at + 1;
    const domain = DOMAIN.exec(text)?.[0];
    let start = at;
    while (start > done && at - start < 64 && MAIL_LETTER.test(text.charAt(start - 1))) start -= 1;
    if (domain === undefined || start === at) continue;
    masked += `${text.slice(done, start)}[mail address]`;
    done = at + 1 + domain.length;
  }
  return done === 0 ? text : masked + text.slice(done);
}

/** Public IPv4 addresses; loopback, private and documentation-like versions such as 1.2.3 stay. */
function maskAddresses(text: string): string {
  return text.replace(/(?<![\w.])(\d{1,3})\.(\d{1,3})\.\d{1,3}\.\d{1,3}(?![\w.])/g, (whole, a: string, b: string) =>
    isPublic(Number(a), Number(b)) ? "[address]" : whole,
  );
}

function isPublic(a: number, b: number): boolean {
  if (a > 223 || b > 255 || a === 0 || a === 10 || a === 127) return false;
  return !(a === 192 && b === 168) && !(a === 172 && b >= 16 && b < 32) && !(a === 169 && b === 254);
}

const TOKEN_SHAPES = [
  /\bgh[pousr]_[A-Za-z0-9._-]{16,1000}/,
  /\bgithub_pat_[A-Za-z0-9_]{20,255}\b/,
  /\bglpat-[A-Za-z0-9_-]{16,}\b/,
  /\bxox[abceprs]-[A-Za-z0-9-]{10,}/,
  /\bAIza[A-Za-z0-9_-]{30,}/,
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/,
  /\bnpm_[A-Za-z0-9]{30,}\b/,
  /\bpypi-[A-Za-z0-9_-]{40,}/,
  /\bsk-[A-Za-z0-9_-]{20,}/,
  /\b[sr]k_(?:live|test)_[A-Za-z0-9]{16,}\b/,
  /\bya29\.[A-Za-z0-9_-]{20,}/,
  /\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]{0,})?/,
];
const TOKENS = new RegExp(TOKEN_SHAPES.map(({ source }) => source).join("|"), "g");

const AUTHORIZATION = /\b(bearer|basic)\s{1,3}(?!\[)[A-Za-z0-9+/_.=~-]{12,}/gi;
const ASSIGNMENT =
  /((?:password|passwd|secret|api[_-]?key|access[_-]?key|private[_-]?key|auth[_-]?token|access[_-]?token)[\w-]{0,20}["']?\s{0,3}[=:]\s{0,3})(?:"(?!\[)[^"\n]{6,300}"|'(?!\[)[^'\n]{6,300}'|(?!\[)(?=[^\s"']{0,300}\d)[^\s"',;(){}]{8,300})/gi;
const DOMAIN = /[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}(?![A-Za-z0-9-])/y;
const MAIL_LETTER = /[A-Za-z0-9._%+-]/;

/** Every token is a long run of letters, digits, dashes and underscores; most text has none, and is done with one look. */
function hasLongWord(text: string): boolean {
  let run = 0;
  for (let at = 0; at < text.length; at++) {
    run = isWordLetter(text.charCodeAt(at)) ? run + 1 : 0;
    if (run >= 14) return true;
  }
  return false;
}

function isWordLetter(code: number): boolean {
  return (
    (code >= 97 && code <= 122) ||
    (code >= 65 && code <= 90) ||
    (code >= 48 && code <= 57) ||
    code === 95 ||
    code === 45
  );
}

const LAYERS: readonly Mask[] = [
  maskPrivateKeys,
  maskTokens,
  maskUrlLogins,
  maskAssignments,
  maskMailAddresses,
  maskAddresses,
];
