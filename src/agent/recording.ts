import type { Evidence } from "./looked.ts";
import type { Option } from "./options.ts";
import type { Ended } from "./react/converse.ts";
import { DEFAULT_LIMITS, type Limits, type Price } from "./react/limits.ts";
import { replay } from "./react/replay.ts";
import type { Transcript } from "./react/transcript.ts";
import type { Reasoner } from "./reasoner.ts";
import { rulesFor, type Thought } from "./think.ts";

/** All conversations of one analysis with what they were judged by: enough to fold them again anywhere, without any port. */
export type Recording = {
  readonly v: 1;
  readonly options: readonly Option[];
  readonly evidence: readonly string[];
  readonly limits: Limits;
  readonly conversations: readonly { readonly price: Price; readonly transcript: Transcript }[];
};

export function recordingOf(
  asked: { readonly evidence: readonly Evidence[]; readonly options: readonly Option[] },
  chosen: Pick<Reasoner, "name" | "price"> | null,
  { transcripts }: Thought,
  limits: Limits = DEFAULT_LIMITS,
): Recording {
  return {
    v: 1,
    options: asked.options,
    evidence: asked.evidence.map(({ id }) => id),
    limits,
    conversations: transcripts.map((transcript) => ({
      price: transcript.by === chosen?.name ? chosen.price : FREE,
      transcript,
    })),
  };
}

/** How each recorded conversation ends when it is folded again; null where the record breaks off. */
export function replayRecording({
  options,
  evidence,
  limits,
  conversations,
}: Recording): readonly (Ended["end"] | null)[] {
  return conversations.map(({ price, transcript }) => replay(transcript, rulesFor(evidence, options, price, limits)));
}

const FREE: Price = { input: 0, output: 0 };
