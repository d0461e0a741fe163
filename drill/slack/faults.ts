import type { Faults } from "../faults.ts";

export const SLACK_FAULTS = {
  refuse: { off: false, says: "Every connection is cut" },
  latencyMs: { off: 0, says: "Every answer comes this many milliseconds late" },
  rateLimitNext: { off: 0, says: "The next so many calls are answered 429 `ratelimited`" },
  retryAfterSeconds: { off: 1, says: "Retry-After of those" },
  failNext: { off: 0, says: "The next so many calls are answered 503 without a body of Slack's" },
  loseAnswer: { off: 0, says: "The next so many answers are lost after the call took effect" },
  errorNext: { off: null as string | null, says: "The next call is answered `ok: false` with this code" },
  tokensExpired: { off: false, says: "Every token is answered `token_expired`" },
  badSignature: { off: false, says: "Callbacks carry a signature of another secret" },
  staleTimestamp: { off: false, says: "Callbacks are signed ten minutes in the past" },
} as const;

export type SlackFaults = Faults<typeof SLACK_FAULTS>;
