import { z } from "zod";
import type { Clock } from "../kernel/clock.ts";
import type { Secret } from "../kernel/secret.ts";
import { createPace, type Pace } from "./github-app-pace.ts";
import { createAppTokens, type WritePermission } from "./github-app-tokens.ts";
import { createWire, type WireAnswer, type WireEvents } from "./github-app-wire.ts";
import { GitHubError } from "./github-request.ts";

/**
 * GitHub as the App sees it: reads with one shared read-only token per installation, writes with powers that are minted for
 * one repository and ended after. It must never write with a token that was not made for that write.
 */
export type GitHubApp = {
  /** As the App itself. */
  asApp<T>(method: string, path: string, shape: z.ZodType<T>): Promise<T>;
  /** A list whose pages only GitHub can name, as the App itself: at most `mostPages` of them. `path` has no query. */
  listAsApp<T>(path: string, item: z.ZodType<T>, mostPages: number): Promise<readonly T[]>;
  reader(installation: number): Reader;
  powers(installation: number, repoId: number): Powers;
  close(): void;
};

/** Reads are repeated when GitHub falters. Throws `GitHubError`, and an error for an answer of another shape. */
export type Reader = {
  get<T>(path: string, shape: z.ZodType<T>): Promise<T>;
  /** Null where GitHub says 404. */
  find<T>(path: string, shape: z.ZodType<T>): Promise<T | null>;
  /** The login of the bot in whose name our App writes; nobody else can have it. */
  ownLogin(): Promise<string>;
};

/** What one look may write with. Each permission is a token of its own, minted when first needed. */
export type Powers = {
  /** Mints ahead, so that the token is there when the decision is. */
  prepare(...permissions: readonly WritePermission[]): void;
  /** Sends at once when `urgent`, else in its turn. Never repeated here. */
  write<T>(write: Write, shape: z.ZodType<T>): Promise<T>;
  /** Reads with the same power, for what only a writer is shown. */
  readBack<T>(permission: WritePermission, path: string, shape: z.ZodType<T>): Promise<T>;
  /** Ends every token of this look. */
  end(): Promise<void>;
};

export type Write = {
  readonly permission: WritePermission;
  readonly method: "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  readonly body?: unknown;
  /** Creates content people are notified of, so it waits for its turn. */
  readonly isContent?: boolean;
};

const TRIES = 4;
const LONGEST_WAIT_MS = 20_000;
/** An App can be given another name while it runs. */
const LOGIN_KNOWN_MS = 10 * 60_000;

export function createGitHubApp(
  settings: { readonly apiUrl: string; readonly appId: number; readonly key: Secret },
  clock: Clock,
  events: WireEvents = {},
): GitHubApp {
  const wire = createWire(settings.apiUrl, events);
  const tokens = createAppTokens(wire, { id: settings.appId, key: settings.key }, clock);
  const paces = new Map<number, Pace>();
  const paceOf = (installation: number) => {
    const pace = paces.get(installation) ?? createPace(clock);
    paces.set(installation, pace);
    return pace;
  };

  const read = async (path: string, token: () => Promise<Secret>, renew: () => void): Promise<WireAnswer> => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await wire.send("GET", path, await token());
      } catch (error) {
        if (!(error instanceof GitHubError) || attempt >= TRIES) throw error;
        if (error.code === "unauthorized") renew();
        else if (error.code !== "unavailable" && error.code !== "limited") throw error;
        const wait = error.retryAfterMs ?? 100 * 4 ** (attempt - 1);
        if (wait > LONGEST_WAIT_MS) throw error;
        await clock.sleep(wait);
      }
    }
  };

  const jwt = () => Promise.resolve(tokens.jwt());

  let own: { readonly login: Promise<string>; readonly until: number } | null = null;
  const ownLogin = (): Promise<string> => {
    if (own !== null && clock.now() < own.until) return own.login;
    const login = read("/app", jwt, () => {}).then(({ data }) => `${App.parse(data).slug}[bot]`);
    own = { login, until: clock.now() + LOGIN_KNOWN_MS };
    login.catch(() => {
      own = null;
    });
    return login;
  };

  return {
    asApp: async (method, path, shape) => {
      if (method === "GET") {
        return shape.parse((await read(path, jwt, () => {})).data);
      }
      return shape.parse((await wire.send(method, path, tokens.jwt())).data);
    },
    listAsApp: async (path, item, mostPages) => {
      const all: z.infer<typeof item>[] = [];
      for (let page = 1, cursor: string | null = ""; cursor !== null && page <= mostPages; page++) {
        const query: string = cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`;
        const { data, link } = await read(`${path}?per_page=100${query}`, jwt, () => {});
        all.push(...item.array().parse(data));
        cursor = cursorIn(link);
      }
      return all;
    },
    reader: (installation) => {
      const token = () => tokens.reader(installation);
      const get: Reader["get"] = async (path, shape) =>
        shape.parse((await read(path, token, () => tokens.forget(installation))).data);
      return {
        get,
        find: async (path, shape) => {
          try {
            return await get(path, shape);
          } catch (error) {
            if (error instanceof GitHubError && error.code === "not-found") return null;
            throw error;
          }
        },
        ownLogin,
      };
    },
    powers: (installation, repoId) => {
      const held = new Map<WritePermission, Promise<Secret>>();
      const power = (permission: WritePermission) => {
        const known = held.get(permission);
        if (known) return known;
        const minted = tokens.mint(installation, repoId, permission);
        held.set(permission, minted);
        // A failed mint is the failure of the write that needs it, not of preparing.
        minted.catch(() => held.delete(permission));
        return minted;
      };
      return {
        prepare: (...permissions) => {
          for (const permission of permissions) void power(permission).catch(() => {});
        },
        write: async ({ permission, method, path, body, isContent }, shape) => {
          const pace = paceOf(installation);
          const token = await power(permission);
          if (isContent) await pace.turn();
          try {
            return shape.parse((await wire.send(method, path, token, body)).data);
          } catch (error) {
            if (error instanceof GitHubError && error.code === "limited") pace.pause(error.retryAfterMs ?? 60_000);
            throw error;
          }
        },
        readBack: async (permission, path, shape) =>
          shape.parse(
            (
              await read(
                path,
                () => power(permission),
                () => held.delete(permission),
              )
            ).data,
          ),
        end: async () => {
          const minted = await Promise.allSettled([...held.values()]);
          held.clear();
          await Promise.all(minted.map((one) => (one.status === "fulfilled" ? tokens.revoke(one.value) : undefined)));
        },
      };
    },
    close: () => wire.close(),
  };
}

const App = z.looseObject({ slug: z.string().min(1) });

/** Where the next page begins; null on the last. */
function cursorIn(link: string | null): string | null {
  const next = /<([^>]+)>;\s*rel="next"/.exec(link ?? "")?.[1];
  return next === undefined ? null : new URL(next).searchParams.get("cursor");
}
