import { z } from "zod";
import type { Evidence } from "./verify.ts";

/** One incident in one file, for somebody who has neither GitHub nor us: all that verification needs. */
export const Bundle = z.strictObject({
  v: z.literal(1),
  kind: z.literal("sentinel-incident"),
  repo: z.strictObject({ id: z.int().positive(), name: z.string() }),
  incident: z.int().positive(),
  /** The page and the comments, as they stand on GitHub. */
  text: z.string(),
  anchors: z.array(z.strictObject({ head: z.string(), from: z.string() })),
  plans: z.array(z.unknown()),
});
export type Bundle = z.infer<typeof Bundle>;

export function evidenceOf(bundle: Bundle): Evidence {
  const { text, anchors, plans, repo, incident } = bundle;
  return { text, anchors, plans, incident: { repo: repo.id, incident } };
}

/** The heads that stand in a text of ours outside the record: in Slack, in a check run, in a job log. */
export function headsIn(text: string, from: string): readonly { readonly head: string; readonly from: string }[] {
  return [...text.matchAll(/\bRecord (?:app|(?:analyse|respond):\d+\/\d+) #\d+ ([0-9a-f]{64})\b/g)].map(
    ([, head = ""]) => ({
      head,
      from,
    }),
  );
}

/** How a head is written where it is to serve as an anchor. */
export function headWords({ chain, seq, head }: { chain: string; seq: number; head: string }): string {
  return `Record ${chain} #${seq} ${head}`;
}
