import type { BlastRadius } from "../incident/diagnosis.ts";
import { shortSha } from "../kernel/sha.ts";
import { mermaidLabel, safeText } from "./safe-text.ts";
import { count } from "./words.ts";

const NODES_A_ROW = 4;

/** How far the change reaches: a sentence, a Mermaid diagram (commit → files → areas → owners → environments), what others rely on. */
export function blastDiagram(radius: BlastRadius, culprit: string | null): string {
  const parts = [
    radius.sentence === undefined ? "" : safeText(radius.sentence, 600),
    diagram(rows(radius, culprit)),
    list("Others may rely on what it touches:", radius.touches),
    list("Imported by:", unsaid(radius.dependents ?? [], radius.sentence ?? "")),
  ];
  return parts.filter((part) => part !== "").join("\n\n");
}

/** Nothing that the sentence names in full already. */
function unsaid(items: readonly string[], sentence: string): readonly string[] {
  return items.every((item) => sentence.includes(item)) ? [] : items;
}

type Node = { readonly id: string; readonly label: string };
type Row = { readonly style: keyof typeof SHAPES; readonly nodes: readonly Node[] };

function rows(radius: BlastRadius, culprit: string | null): readonly Row[] {
  return [
    row("change", [culprit === null ? "all since last good" : `culprit ${shortSha(culprit)}`]),
    filesRow(radius),
    row("area", radius.areas),
    row("owner", radius.owners),
    row("environment", radius.environments),
  ].filter(({ nodes }) => nodes.length > 0);
}

function row(style: Row["style"], names: readonly string[]): Row {
  return toRow(style, names, names.length, (name) => mermaidLabel(name, LABEL_CHARS));
}

/** By name where the names are known; of a long path its end says more than its beginning. */
function filesRow({ files, paths = [] }: BlastRadius): Row {
  if (paths.length === 0) return row("files", [count(files, "file")]);
  return toRow("files", paths, files, (path) => mermaidLabel(endOf(path), LABEL_CHARS));
}

function endOf(path: string): string {
  if (path.length <= LABEL_CHARS) return path;
  const folders = path.split("/");
  const ends = folders.map((_, from) => `…/${folders.slice(from).join("/")}`);
  return ends.find((end) => end.length <= LABEL_CHARS) ?? `…${path.slice(1 - LABEL_CHARS)}`.toWellFormed();
}

const LABEL_CHARS = 28;

/** `names` may be the first of `total`. */
function toRow(style: Row["style"], names: readonly string[], total: number, label: (name: string) => string): Row {
  const shown = total > NODES_A_ROW ? names.slice(0, NODES_A_ROW - 1) : names;
  const more = total - shown.length;
  const labels = [...shown.map(label), ...(more > 0 ? [`and ${more} more`] : [])];
  return { style, nodes: labels.map((text, index) => ({ id: `${style}${index}`, label: text })) };
}

/** Top to bottom, so that it stays readable on a phone; each row reaches the next as a whole. */
function diagram(rows: readonly Row[]): string {
  const nodes = rows.flatMap(({ style, nodes }) =>
    nodes.map(({ id, label }) => `  ${id}${SHAPES[style].replace("…", label)}:::${style}`),
  );
  const names = rows.map(({ nodes }) => nodes.map(({ id }) => id).join(" & "));
  const arrows = names.slice(1).map((name, index) => `  ${names[index]} --> ${name}`);
  return ["```mermaid", "flowchart TB", ...nodes, ...arrows, ...STYLES, "```"].join("\n");
}

const SHAPES = {
  change: '["…"]',
  files: '["…"]',
  area: '["…"]',
  owner: '(["…"])',
  environment: '{{"…"}}',
} as const;

/** Colours that read on GitHub's light and dark backgrounds alike. */
const STYLES = [
  "  classDef change fill:#cf222e,stroke:#a40e26,color:#ffffff",
  "  classDef files fill:#57606a,stroke:#424a53,color:#ffffff",
  "  classDef area fill:#57606a,stroke:#424a53,color:#ffffff",
  "  classDef owner fill:#0550ae,stroke:#033d8b,color:#ffffff",
  "  classDef environment fill:#9a6700,stroke:#7d4e00,color:#ffffff",
];

function list(title: string, items: readonly string[]): string {
  if (items.length === 0) return "";
  const shown = items.slice(0, 8).map((item) => `- ${safeText(item, 200)}`);
  const more = items.length - shown.length;
  return [title, "", ...shown, ...(more > 0 ? [`- and ${more} more`] : [])].join("\n");
}
