import { render } from "ink";
import { createElement } from "react";
import { IncidentView } from "./view.ts";
import { type WatchEvent, watched, watching } from "./watched.ts";

/** Draws the incident on the terminal and keeps drawing: on every event, and once a second for the countdown. */
export type LiveView = { show(event: WatchEvent): void; close(): Promise<void> };

export function createLiveView(options: {
  readonly subject: string;
  readonly startedAt: number;
  readonly now: () => number;
  readonly keys: string | null;
  readonly stdout?: NodeJS.WriteStream;
}): LiveView {
  let state = watching(options.subject);
  // https://no-color.org: Ink's own colours do not ask for it.
  const hasColor = !process.env.NO_COLOR;
  const terminal = options.stdout ?? process.stdout;
  const view = () =>
    createElement(IncidentView, {
      watched: state,
      now: options.now(),
      startedAt: options.startedAt,
      keys: options.keys,
      rows: terminal.rows ?? 24,
      columns: terminal.columns ?? 80,
      hasColor,
    });
  const screen = render(view(), {
    ...(options.stdout ? { stdout: options.stdout } : {}),
    exitOnCtrlC: false,
    patchConsole: false,
  });
  const redraw = () => screen.rerender(view());
  const tick = setInterval(redraw, 1000);
  return {
    show: (event) => {
      state = watched(state, event);
      redraw();
    },
    close: async () => {
      clearInterval(tick);
      redraw();
      screen.unmount();
      await screen.waitUntilExit();
    },
  };
}
