import { styleText } from "node:util";
import type { WatchEvent } from "./watched.ts";

/** Plain lines, for a pipe, a file or a terminal that cannot be drawn on: one heading per phase, below it what is said. */
export function createPlainView(
  write: (line: string) => void,
  options: { readonly color: boolean; readonly startedAt: number },
): (event: WatchEvent) => void {
  const paint = (style: Style, text: string) =>
    options.color ? styleText(style, text, { validateStream: false }) : text;
  const heading = (at: number, name: string, style: Style, text: string) => {
    const seconds = ((at - options.startedAt) / 1000).toFixed(2).padStart(7);
    write(`${paint("dim", seconds)}  ${paint(style, name.toUpperCase().padEnd(9))} ${text}`);
  };
  const below = (who: string, text: string) => write(`${INDENT}${paint("dim", `${who} │`)} ${text}`);
  const reached = new Set<string>();
  return (event) => {
    switch (event.kind) {
      case "reached":
        if (reached.has(event.phase)) return;
        reached.add(event.phase);
        return heading(event.at, event.phase, ["bold", COLOR[event.phase] ?? "cyan"], event.text);
      case "failed":
        return heading(event.at, event.phase, ["bold", "red"], event.text);
      case "agent":
        return below("agent", `${event.what} ${event.text}`);
      case "suspect":
        return below("agent", `suspects ${event.text}`);
      case "plan-line":
        return event.text.startsWith("  ") ? below("plan", event.text) : undefined;
      case "said":
        return below(event.by, event.text);
      case "note":
        return write(`${INDENT}${paint("yellow", event.text)}`);
      case "asked":
        return heading(event.at, "ask", ["bold", "magenta"], `${event.who}'s phone shows: ${event.shows}`);
      case "answered":
        return below("phone", event.answer);
      case "ended":
        return write(`\n  ${paint(event.isWell ? "green" : "yellow", event.text)}`);
    }
  };
}

type Style = Parameters<typeof styleText>[0];
const INDENT = " ".repeat(19);
const COLOR: Readonly<Record<string, "red" | "green" | "yellow">> = {
  signal: "red",
  hold: "yellow",
  revert: "green",
  release: "green",
};
