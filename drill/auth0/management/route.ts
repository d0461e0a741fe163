import type { z } from "zod";
import type { TenantState } from "../state.ts";

/** One operation of the Management API: what it needs to be allowed, what it takes, what it does. */
export type Route = {
  readonly method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  /** `/users/:id/roles`, below `/api/v2`. */
  readonly path: string;
  /** Any one of these scopes is enough. */
  readonly scopes: readonly string[];
  /** Query parameters it takes; others are refused. */
  readonly query?: readonly string[];
  readonly body?: z.ZodType;
  readonly run: (call: Call) => Answer;
};

export type Call = {
  readonly state: TenantState;
  /** Values of the `:names` in the path. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  /** As the route's schema has checked it. */
  readonly body: unknown;
  /** Something changed that tokens or clients are made by. */
  readonly changed: () => void;
};

export type Answer = { readonly status: number; readonly body?: unknown };

export function ok(body: unknown): Answer {
  return { status: 200, body };
}

export function created(body: unknown): Answer {
  return { status: 201, body };
}

export const DONE: Answer = { status: 204 };

/** An error in the Management API's own shape. */
export function fail(status: number, message: string, errorCode: string): Answer {
  return { status, body: { statusCode: status, error: TITLES[status] ?? "Error", message, errorCode } };
}

const TITLES: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  409: "Conflict",
  501: "Not Implemented",
};

export const PAGE_QUERY = ["page", "per_page", "include_totals", "fields", "include_fields", "sort"] as const;
export const CURSOR_QUERY = ["from", "take", "include_totals"] as const;

/** By page number: an array, or an object with totals where they were asked for. */
export function page(key: string, items: readonly unknown[], query: Call["query"]): Answer {
  const limit = Math.min(Number(query.per_page ?? 50), 100);
  const start = Number(query.page ?? 0) * limit;
  const slice = items.slice(start, start + limit);
  return ok(
    query.include_totals === "true" ? { start, limit, length: slice.length, total: items.length, [key]: slice } : slice,
  );
}

/** By cursor: an object with `next` while there is more. */
export function cursor(key: string, items: readonly unknown[], query: Call["query"]): Answer {
  const take = Math.min(Number(query.take ?? 50), 100);
  const start = Number(query.from ?? 0);
  const next = start + take < items.length ? { next: String(start + take) } : {};
  return ok({ [key]: items.slice(start, start + take), ...next });
}
