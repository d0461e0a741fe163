import type { BlastRadius } from "../incident/diagnosis.ts";
import { shortSha } from "../kernel/sha.ts";
import { mermaidLabel, safeText } from "./safe-text.ts";
import { count } from "./words.ts";

const NODES_A_STEP = 4;

/** How far the change reaches: a sentence, a Mermaid diagram (commit → files → areas → owners → environments), what others rely on. */
export function blastDiagram(radius: BlastRadius, change: { readonly sha: string; readonly named: boolean }): string {
  const steps: readonly Step[] = [
    { name: "Change", nodes: [`${change.named ? "culprit" : "range up to"} ${shortSha(change.sha)}`], style: "change" },
    { name: "Files", nodes: [count(radius.files, "file")], style: "plain" },
    { name: "Areas", nodes: radius.areas, style: "plain" },
    { name: "Owners", nodes: radius.owners, style: "plain" },
    { name: "Environments", nodes: radius.environments, style: "reached" },
  ];
  const parts = [
    radius.sentence === undefined ? "" : safeText(radius.sentence, 600),
    diagram(steps.filter(({ nodes }) => nodes.length > 0)),
    list("Others may rely on what it touches:", radius.touches),
    list("Imported by:", radius.dependents ?? []),
  ];
  return parts.filter((part) => part !== "").join("\n\n");
}

type Step = {
  readonly name: string;
  readonly nodes: readonly string[];
  readonly style: "change" | "plain" | "reached";
};

/** One box a step; boxes are joined, not nodes, so that many areas and owners stay readable. */
function diagram(steps: readonly Step[]): string {
  const boxes = steps.flatMap((step, index) => [
    `  subgraph s${index}["${step.name}"]`,
    "    direction TB",
    ...nodeLabels(step.nodes).map((label, node) => `    n${index}_${node}["${label}"]:::${step.style}`),
    "  end",
  ]);
  const arrows = steps.slice(1).map((_, index) => `  s${index} --> s${index + 1}`);
  return ["```mermaid", "flowchart LR", ...boxes, ...arrows, ...STYLES, "```"].join("\n");
}

function nodeLabels(nodes: readonly string[]): readonly string[] {
  const shown = nodes.length > NODES_A_STEP ? nodes.slice(0, NODES_A_STEP - 1) : nodes;
  const labels = shown.map((node) => mermaidLabel(node, 32));
  return nodes.length > shown.length ? [...labels, `and ${nodes.length - shown.length} more`] : labels;
}

function list(title: string, items: readonly string[]): string {
  if (items.length === 0) return "";
  const shown = items.slice(0, 8).map((item) => `- ${safeText(item, 200)}`);
  const more = items.length - shown.length;
  return [title, "", ...shown, ...(more > 0 ? [`- and ${more} more`] : [])].join("\n");
}

/** Colours that read on GitHub's light and dark backgrounds alike. */
const STYLES = [
  "  classDef change fill:#cf222e,stroke:#a40e26,color:#ffffff",
  "  classDef plain fill:#57606a,stroke:#424a53,color:#ffffff",
  "  classDef reached fill:#9a6700,stroke:#7d4e00,color:#ffffff",
];
