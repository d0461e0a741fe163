import { deflateRawSync, gzipSync } from "node:zlib";

/**
 * Looks for credentials in texts that left us: whole, in pieces, and in the disguises that get past a masking log. It must never
 * say what it found, only where and how it was dressed.
 */
export type Leak = { readonly credential: string; readonly where: string; readonly encoding: string };
export type Credential = { readonly name: string; readonly value: string };
export type Outgoing = { readonly where: string; readonly text: string };

/** Pieces of this many characters of the secret; shorter ones can be had by chance. */
const PIECE = 8;
/** Every piece is found by how it begins, whatever its length. */
const ANCHOR = 8;

type Piece = { readonly text: string; readonly credential: string; readonly encoding: string };

export function findLeaks(credentials: readonly Credential[], texts: readonly Outgoing[]): readonly Leak[] {
  const byAnchor = Map.groupBy(credentials.flatMap(piecesOf), ({ text }) => text.slice(0, ANCHOR));
  return texts.flatMap(({ where, text }) => {
    const found = new Map<string, Leak>();
    for (const form of readings(text))
      for (let i = 0; i + ANCHOR <= form.length; i++)
        for (const { text: piece, credential, encoding } of byAnchor.get(form.slice(i, i + ANCHOR)) ?? [])
          if (form.startsWith(piece, i)) found.set(`${credential} ${encoding}`, { credential, encoding, where });
    return [...found.values()];
  });
}

function piecesOf({ name, value }: Credential): readonly Piece[] {
  return secretParts(value).flatMap((secret) =>
    ENCODINGS.flatMap(([encoding, encode, width]) => {
      const pieces =
        width === null
          ? windows(secret, PIECE).flatMap(encode)
          : encode(secret).flatMap((dressed) => windows(dressed, width));
      return pieces.map((text) => ({ text, credential: name, encoding }));
    }),
  );
}

/**
 * What of a credential is secret: a JWT's signature, what follows a token's prefix, the body of a PEM behind the header that all
 * keys share.
 */
export function secretParts(value: string): readonly string[] {
  const pem = /-----BEGIN [A-Z ]+-----([\s\S]+?)-----END/.exec(value)?.[1];
  if (pem !== undefined) return [pem.replace(/\s|\\n/g, "").slice(40)];
  const jwt = /^[\w-]+\.[\w-]+\.([\w-]{16,})$/.exec(value.replace(/^gh[a-z]_\d+_/, ""))?.[1];
  if (jwt !== undefined) return [jwt];
  const bare = value.replace(/^(?:gh[a-z]|github_pat|xox[a-z](?:\.xox[a-z])?)[_-](?:1-)?/, "");
  return bare.length >= PIECE ? [bare] : [];
}

type Encode = (secret: string) => readonly string[];

/**
 * Twenty-four ways in which a secret can be written; each gives the strings that would stand in a text. The number is how many
 * characters of it hold a piece; null where it is written character by character, so that a piece can be dressed alone.
 */
export const ENCODINGS: readonly (readonly [name: string, encode: Encode, width: number | null])[] = [
  ["plain", (s) => [s], null],
  ["lower case", (s) => [s.toLowerCase()], null],
  ["upper case", (s) => [s.toUpperCase()], null],
  ["reversed", (s) => [reversed(s)], null],
  ["rot13", (s) => [rotated(s, 13)], null],
  ["base64", (s) => offsets(s).map((bytes) => bytes.toString("base64")), 10],
  ["base64url", (s) => offsets(s).map((bytes) => bytes.toString("base64url")), 10],
  ["base64 twice", (s) => [Buffer.from(Buffer.from(s).toString("base64")).toString("base64")], 14],
  ["base64 reversed", (s) => offsets(s).map((bytes) => reversed(bytes.toString("base64"))), 10],
  ["hex", (s) => [Buffer.from(s).toString("hex")], null],
  ["hex, upper case", (s) => [Buffer.from(s).toString("hex").toUpperCase()], null],
  ["hex with colons", (s) => [bytesOf(s, 16, ":")], null],
  ["hex with spaces", (s) => [bytesOf(s, 16, " ")], null],
  ["\\x escapes", (s) => [escaped(s, (code) => `\\x${code.toString(16).padStart(2, "0")}`)], null],
  ["\\u escapes", (s) => [escaped(s, (code) => `\\u${code.toString(16).padStart(4, "0")}`)], null],
  ["percent", (s) => [escaped(s, (code) => `%${code.toString(16).padStart(2, "0")}`)], null],
  ["percent, upper case", (s) => [escaped(s, (code) => `%${code.toString(16).padStart(2, "0").toUpperCase()}`)], null],
  ["HTML entities", (s) => [escaped(s, (code) => `&#${code};`)], null],
  ["HTML hex entities", (s) => [escaped(s, (code) => `&#x${code.toString(16)};`)], null],
  ["decimal bytes", (s) => [bytesOf(s, 10, ","), bytesOf(s, 10, " ")], null],
  ["binary", (s) => [[...Buffer.from(s)].map((byte) => byte.toString(2).padStart(8, "0")).join("")], null],
  ["base32", (s) => [base32(Buffer.from(s))], 12],
  ["gzip in base64", (s) => [gzipSync(s).toString("base64").slice(16), deflateRawSync(s).toString("base64")], 12],
  ["separated", (s) => [" ", "-", "_", ".", ","].map((mark) => [...s].join(mark)), null],
];

/** A text as it stands, and without what a runner or a person may break a secret with. */
function readings(text: string): readonly string[] {
  const joined = text.replace(/[\s\u200b]+/g, "");
  return joined === text ? [text] : [text, joined];
}

function windows(text: string, width: number): readonly string[] {
  return Array.from({ length: Math.max(0, text.length - width + 1) }, (_, i) => text.slice(i, i + width));
}

function offsets(secret: string): readonly Buffer[] {
  return [0, 1, 2].map((start) => Buffer.from(secret.slice(start)));
}

function reversed(text: string): string {
  return [...text].reverse().join("");
}

function rotated(text: string, by: number): string {
  return text.replace(/[a-z]/gi, (letter) => {
    const base = letter <= "Z" ? 65 : 97;
    return String.fromCharCode(((letter.charCodeAt(0) - base + by) % 26) + base);
  });
}

function bytesOf(text: string, radix: number, mark: string): string {
  return [...Buffer.from(text)].map((byte) => byte.toString(radix).padStart(radix === 16 ? 2 : 0, "0")).join(mark);
}

function escaped(text: string, write: (code: number) => string): string {
  return [...Buffer.from(text)].map(write).join("");
}

function base32(bytes: Buffer): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  return (bits.match(/.{5}/g) ?? [])
    .map((five) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[Number.parseInt(five, 2)])
    .join("");
}
