import type { Auth0Faults } from "./faults.ts";
import type { Inbox } from "./inbox.ts";
import type { SigningKeys } from "./keys.ts";
import type { TenantState } from "./state.ts";
import type { createStore } from "./store.ts";

/** What the pieces of one tenant share. */
export type TenantParts = {
  readonly state: TenantState;
  readonly keys: SigningKeys;
  readonly inbox: Inbox;
  readonly faults: Auth0Faults;
  readonly store: ReturnType<typeof createStore>;
  /** Seconds between polls. */
  readonly interval: number;
};
