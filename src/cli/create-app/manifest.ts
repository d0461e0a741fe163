import { APP_PERMISSIONS, HANDS_PERMISSIONS, SUBSCRIBED, WEBHOOK_PATH } from "../../incident/registration.ts";

/**
 * What a newcomer's GitHub App is made from with one click. There are two: the one that listens and holds, and the one in whose
 * name an approver's own token acts. It must never ask for more than the README explains.
 */
export type Manifest = {
  readonly name: string;
  readonly url: string;
  readonly description: string;
  readonly public: boolean;
  readonly redirect_url: string;
  readonly callback_urls?: readonly string[];
  readonly hook_attributes: { readonly url: string; readonly active: boolean };
  readonly default_permissions: Readonly<Record<string, "read" | "write">>;
  readonly default_events: readonly string[];
};

const HOME = "https://github.com/sentinel-ai/sentinel";

/** Listens and holds. `url`: where the App will run, reachable by GitHub. */
export function appManifest(name: string, url: string, redirect: string): Manifest {
  return {
    name,
    url: HOME,
    description: "Holds a bad branch, finds the culprit, and rolls back only what a human approved on their phone.",
    public: false,
    redirect_url: redirect,
    hook_attributes: { url: new URL(WEBHOOK_PATH, url).href, active: true },
    default_permissions: APP_PERMISSIONS,
    default_events: SUBSCRIBED,
  };
}

/**
 * In whose name the approver's token acts: no webhook, and no key of ours. `domain`: the Auth0 tenant. GitHub lets only members of the
 * organisation that owns a private App authorise it, and of a person's nobody but that person; so `isPersonal` makes it public.
 */
export function handsManifest(name: string, domain: string, redirect: string, isPersonal: boolean): Manifest {
  return {
    name,
    url: HOME,
    description: "Acts for an approver of Sentinel, after their yes, with their own rights.",
    public: isPersonal,
    redirect_url: redirect,
    callback_urls: [`https://${domain}/login/callback`],
    hook_attributes: { url: HOME, active: false },
    default_permissions: HANDS_PERMISSIONS,
    default_events: [],
  };
}
