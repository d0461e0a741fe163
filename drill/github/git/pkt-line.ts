/** Git's pkt-lines, as far as a push needs them. */

export type RefCommand = { readonly before: string; readonly after: string; readonly ref: string };

export type PushRequest = {
  readonly commands: readonly RefCommand[];
  readonly capabilities: readonly string[];
  /** Where the pack starts. */
  readonly packAt: number;
};

/** The commands before the pack of a `git-receive-pack` request; null when it is only git's probe for authentication. */
export function parsePush(body: Buffer): PushRequest | null {
  const commands: RefCommand[] = [];
  let capabilities: readonly string[] = [];
  let at = 0;
  for (;;) {
    const length = Number.parseInt(body.toString("latin1", at, at + 4), 16);
    if (!Number.isInteger(length)) return null;
    if (length === 0) break;
    const [line = "", extra = ""] = body.toString("utf8", at + 4, at + length).split("\0");
    at += length;
    if (line.startsWith("shallow ")) continue;
    const match = /^([0-9a-f]{40}) ([0-9a-f]{40}) (.+?)\n?$/.exec(line);
    if (!match) return null;
    if (extra !== "") capabilities = extra.trim().split(" ");
    commands.push({ before: match[1] ?? "", after: match[2] ?? "", ref: match[3] ?? "" });
  }
  return commands.length === 0 ? null : { commands, capabilities, packAt: at + 4 };
}

function pkt(text: string): string {
  return (Buffer.byteLength(text) + 4).toString(16).padStart(4, "0") + text;
}

/** GitHub's answer to a declined push: its words on the side band, and every ref refused. */
export function declined(push: PushRequest, words: string, reason: string): Buffer {
  const report = [pkt("unpack ok\n"), ...push.commands.map(({ ref }) => pkt(`ng ${ref} ${reason}\n`)), "0000"].join("");
  if (!push.capabilities.some((name) => name.startsWith("side-band"))) return Buffer.from(report);
  const said = words === "" ? "" : pkt(`\x02${words}\n`);
  return Buffer.from(`${said}${pkt(`\x01${report}`)}0000`);
}
