/**
 * What a remote service said, as an adapter hands it on: raw, so that the stage that asked can judge it. `no-answer` means that
 * the request may or may not have been taken.
 */
export type RemoteAnswer<T> =
  | { readonly kind: "ok"; readonly value: T }
  | {
      readonly kind: "error";
      readonly status: number;
      /** The service's own error code and words, where it gave any. */
      readonly error: string | null;
      readonly description: string | null;
      readonly retryAfterMs: number | null;
    }
  | { readonly kind: "no-answer"; readonly why: string };
