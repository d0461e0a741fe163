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

export function maskPrivateKeys(text: string): string {
  return text.replace(
    /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|$)/g,
    "[private key]",
  );
}

/** Tokens that say what they are by their first letters. */
export function maskTokens(text: string): string {
  return TOKEN_SHAPES.reduce((masked, shape) => masked.replace(shape, "[token]"), text);
}

export function maskUrlLogins(text: string): string {
  return text.replace(/(\b[a-z][a-z0-9+.-]{1,30}:\/\/)[^\s/@:]{0,200}:[^\s/@]{1,500}@/gi, "$1[login]@");
}

/** `password = …`, `api_key: …`, `Authorization: Bearer …`: the value behind a name that says it is secret. */
export function maskAssignments(text: string): string {
  return text
    .replace(/\b(bearer|basic)\s+(?!\[)[A-Za-z0-9+/_.=~-]{12,}/gi, "$1 [secret]")
    .replace(
      /(\b[\w-]{0,40}(?:password|passwd|secret|api[_-]?key|access[_-]?key|private[_-]?key|auth[_-]?token|access[_-]?token)[\w-]{0,20}["']?\s{0,3}[=:]\s{0,3})(?:"(?!\[)[^"\n]{6,300}"|'(?!\[)[^'\n]{6,300}'|(?!\[)(?=[^\s"']*\d)[^\s"',;(){}]{8,300})/gi,
      "$1[secret]",
    );
}

export function maskMailAddresses(text: string): string {
  return text.replace(/\b[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}\b/g, "[mail address]");
}

/** Public IPv4 addresses; loopback, private and documentation-like versions such as 1.2.3 stay. */
export function maskAddresses(text: string): string {
  return text.replace(/(?<![\w.])(\d{1,3})\.(\d{1,3})\.\d{1,3}\.\d{1,3}(?![\w.])/g, (whole, a: string, b: string) =>
    isPublic(Number(a), Number(b)) ? "[address]" : whole,
  );
}

function isPublic(a: number, b: number): boolean {
  if (a > 223 || b > 255 || a === 0 || a === 10 || a === 127) return false;
  return !(a === 192 && b === 168) && !(a === 172 && b >= 16 && b < 32) && !(a === 169 && b === 254);
}

const TOKEN_SHAPES = [
  /\bgh[pousr]_[A-Za-z0-9]{16,255}\b/g,
  /\bgithub_pat_[A-Za-z0-9_]{20,255}\b/g,
  /\bglpat-[A-Za-z0-9_-]{16,}\b/g,
  /\bxox[abceprs]-[A-Za-z0-9-]{10,}/g,
  /\bAIza[A-Za-z0-9_-]{30,}/g,
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g,
  /\bnpm_[A-Za-z0-9]{30,}\b/g,
  /\bpypi-[A-Za-z0-9_-]{40,}/g,
  /\bsk-[A-Za-z0-9_-]{20,}/g,
  /\b[sr]k_(?:live|test)_[A-Za-z0-9]{16,}\b/g,
  /\bya29\.[A-Za-z0-9_-]{20,}/g,
  /\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]{0,})?/g,
];

const LAYERS: readonly Mask[] = [
  maskPrivateKeys,
  maskTokens,
  maskUrlLogins,
  maskAssignments,
  maskMailAddresses,
  maskAddresses,
];
