import { readFile } from "node:fs/promises";
import type { Writable } from "node:stream";
import { explainPolicy } from "../policy/explain.ts";
import { parsePolicy } from "../policy/parse.ts";
import { isHelp } from "./wrong-usage.ts";

const USAGE = "usage: sentinel policy check FILE\n";

/** `sentinel policy check FILE`: 0 and its meaning for a policy that can be used, 1 and every problem for one that cannot. */
export async function policyCommand(args: readonly string[], out: Pick<Writable, "write">): Promise<number> {
  const [verb, file, ...more] = args;
  if (isHelp(args)) {
    out.write(USAGE);
    return 0;
  }
  if (verb !== "check" || file === undefined || more.length > 0) {
    out.write(USAGE);
    return 2;
  }
  const text = await readFile(file, "utf8").catch(() => null);
  if (text === null) {
    out.write(`${file} cannot be read\n`);
    return 2;
  }
  const parsed = parsePolicy(text);
  const lines = parsed.kind === "valid" ? explainPolicy(parsed.policy) : parsed.problems;
  out.write(`${lines.join("\n")}\n`);
  return parsed.kind === "valid" ? 0 : 1;
}
