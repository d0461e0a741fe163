import { micromark } from "micromark";
import { gfm, gfmHtml } from "micromark-extension-gfm";

/**
 * What in a Markdown text would do more on GitHub than draw letters. First it is rendered as GitHub-flavoured Markdown with raw
 * HTML let through; then text outside code is looked at as GitHub does after rendering. Empty for a text that is safe.
 */
export function liveMarks(markdown: string, allowedLinks: readonly string[]): readonly string[] {
  const html = renderGfm(markdown);
  return [
    ...tags(html).flatMap((tag) => judgeTag(tag, allowedLinks)),
    ...AFTER_RENDERING.flatMap(({ name, pattern }) => found(name, textOutsideCode(html), pattern)),
    ...ANYWHERE.flatMap(({ name, pattern }) => found(name, markdown, pattern)),
  ];
}

export function renderGfm(markdown: string): string {
  return micromark(markdown, { extensions: [gfm()], htmlExtensions: [gfmHtml()], allowDangerousHtml: true });
}

type Tag = { readonly name: string; readonly attributes: string };

function tags(html: string): readonly Tag[] {
  return [...html.matchAll(/<\/?([A-Za-z!][\w-]*)([^>]*)>/g)].map(([, name = "", attributes = ""]) => ({
    name: name.toLowerCase(),
    attributes,
  }));
}

/** Tags that our builders and the renderer itself make; none may carry an attribute that acts. */
const HARMLESS = new Set(
  "p br em strong del code pre h2 h3 ul ol li table thead tbody tr th td blockquote details summary sub input a hr".split(
    " ",
  ),
);

function judgeTag({ name, attributes }: Tag, allowedLinks: readonly string[]): readonly string[] {
  if (!HARMLESS.has(name)) return [`tag <${name}>`];
  if (/\son\w+=|style=|src=/i.test(attributes.replace(/href="[^"]*"/, "")))
    return [`attributes of <${name}>:${attributes}`];
  const href = /href="([^"]*)"/.exec(attributes)?.[1];
  const isAllowed = href === undefined || allowedLinks.some((prefix) => href.startsWith(prefix));
  return isAllowed ? [] : [`link to ${href}`];
}

function textOutsideCode(html: string): string {
  return html
    .replace(/<pre>[\s\S]*?<\/pre>|<code[^>]*>[\s\S]*?<\/code>|<a [\s\S]*?<\/a>/g, " ")
    .replace(/<[^>]*>/g, " ")
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&quot;/g, '"')
    .replace(/&amp;/g, "&");
}

function found(name: string, text: string, pattern: RegExp): readonly string[] {
  return [...text.matchAll(pattern)].slice(0, 3).map(([match]) => `${name}: ${JSON.stringify(match.slice(0, 60))}`);
}

const AFTER_RENDERING = [
  { name: "mention", pattern: /@[A-Za-z0-9][\w-]*/g },
  { name: "reference", pattern: /(?:\bGH-|#)\d+/gi },
  { name: "address", pattern: /\b[a-z][a-z0-9+.-]*:\/\/\S+|\bwww\.\S+/gi },
  { name: "emoji", pattern: /:(?:[+-]1|[\w+-]*[a-z][\w+-]*):/gi },
  { name: "formula", pattern: /\$(?!\s)[^$]*[^\s$]\$|\$\$|\$`/g },
];

const ANYWHERE = [
  { name: "workflow command", pattern: /^\s*::[a-z-]+.*?::|##\[/gim },
  { name: "image", pattern: /(?<!\\)!\[/g },
  { name: "hidden character", pattern: /(?!\n)[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Default_Ignorable_Code_Point}]/gu },
];
