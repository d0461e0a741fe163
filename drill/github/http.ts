import type { Identity } from "./auth/identity.ts";
import type { Level, Repository } from "./records.ts";
import type { State } from "./state.ts";

/** What a handler gets and gives. Errors that end a request are thrown as `HttpError` and become GitHub's answer. */

export type Reply = {
  readonly status: number;
  readonly body?: unknown;
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
};

export type Call = {
  readonly method: string;
  readonly url: URL;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** As sent; undefined without a body. */
  readonly json: unknown;
  /** The fields of `json` where it is an object; empty otherwise. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly identity: Identity;
};
export type RepoCall = Call & { readonly repo: Repository };

/** Permission sets of which one must be held completely: `[{ issues: "write" }, { pull_requests: "write" }]`. */
export type Needs = readonly Readonly<Record<string, Level>>[];
export type Who = "anyone" | "app" | "installation" | "person" | Needs;

export type Route = {
  /** As in GitHub's description: `GET /repos/{owner}/{repo}/rulesets`. */
  readonly operation: string;
  readonly who: Who;
  readonly handle: (call: Call, state: State) => Reply | Promise<Reply>;
};

export function route(operation: string, who: Who, handle: Route["handle"]): Route {
  return { operation, who, handle };
}

/** A route below `/repos/{owner}/{repo}`; the router has found the repository and checked the permission. */
export function repoRoute(
  operation: string,
  who: Who,
  handle: (call: RepoCall, state: State) => Reply | Promise<Reply>,
): Route {
  return {
    operation,
    who,
    handle: (call, state) => {
      if (!("repo" in call)) throw new Error(`invariant: ${operation} without a repository`);
      return handle(call as RepoCall, state);
    },
  };
}

export class HttpError extends Error {
  readonly reply: Reply;

  constructor(status: number, message: string, extra: Readonly<Record<string, unknown>> = {}, headers = {}) {
    super(message);
    this.reply = { status, headers, body: { message, documentation_url: DOCS, status: String(status), ...extra } };
  }
}

const DOCS = "https://docs.github.com/rest";

export const ok = (body: unknown): Reply => ({ status: 200, body });
export const created = (body: unknown): Reply => ({ status: 201, body });
export const noContent = (): Reply => ({ status: 204 });
export const notFound = (): HttpError => new HttpError(404, "Not Found");
export const invalid = (errors: readonly unknown[]): HttpError => new HttpError(422, "Validation Failed", { errors });
export const unprocessable = (message: string): HttpError => new HttpError(422, message);

/** One page of a list, with the `Link` header that Octokit's paginate follows. `wrap` gives the body around the items. */
export function page<T>(
  call: Call,
  state: State,
  items: readonly T[],
  shape: (item: T) => unknown,
  wrap: (items: readonly unknown[], total: number) => unknown = (list) => list,
  { usual = 30, most = 100 }: { readonly usual?: number; readonly most?: number } = {},
): Reply {
  const { number, size } = pageOf(call, usual, most);
  const shown = items.slice((number - 1) * size, number * size).map(shape);
  const last = Math.max(1, Math.ceil(items.length / size));
  return { status: 200, body: wrap(shown, items.length), headers: linkHeader(call, state, number, last) };
}

export function pageOf(call: Call, usual = 30, most = 100): { readonly number: number; readonly size: number } {
  const size = Math.min(most, Math.max(1, Number(call.query.get("per_page") ?? usual) || usual));
  return { number: Math.max(1, Number(call.query.get("page") ?? 1) || 1), size };
}

export function linkHeader(call: Call, state: State, number: number, last: number): Record<string, string> {
  const at = (target: number) => {
    const url = new URL(`${state.url}${call.url.pathname}${call.url.search}`);
    url.searchParams.set("page", String(target));
    return url.href;
  };
  const links = [
    ...(number > 1 ? [`<${at(number - 1)}>; rel="prev"`] : []),
    ...(number < last ? [`<${at(number + 1)}>; rel="next"`, `<${at(last)}>; rel="last"`] : []),
    ...(number > 1 ? [`<${at(1)}>; rel="first"`] : []),
  ];
  return links.length > 0 ? { link: links.join(", ") } : {};
}

export function param(call: Call, name: string): string {
  const value = call.params[name];
  if (value === undefined) throw new Error(`invariant: no parameter ${name}`);
  return value;
}

export function numberParam(call: Call, name: string): number {
  const value = Number(param(call, name));
  if (!Number.isSafeInteger(value)) throw notFound();
  return value;
}

/** The text of a body field; undefined when absent or null. Another type is GitHub's 422. */
export function textField(body: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = body[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "string") throw unprocessable(`Invalid request.\n\nFor '${name}', nil is not a string.`);
  return value;
}

export function requiredText(body: Readonly<Record<string, unknown>>, name: string): string {
  const value = textField(body, name);
  if (value === undefined) throw unprocessable(`Invalid request.\n\n"${name}" wasn't supplied.`);
  return value;
}

export function textList(body: Readonly<Record<string, unknown>>, name: string): readonly string[] | undefined {
  const value = body[name];
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value) || !value.every((item) => typeof item === "string"))
    throw unprocessable(`Invalid request.\n\nInvalid property /${name}: is not an array of strings.`);
  return value;
}

export function objectField(
  body: Readonly<Record<string, unknown>>,
  name: string,
): Readonly<Record<string, unknown>> | undefined {
  const value = body[name];
  return isRecord(value) ? value : undefined;
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
