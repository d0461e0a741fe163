/**
 * GitHub's REST API through Node's own fetch, in the shape of an octokit's `request`. It exists because loading an HTTP client
 * costs a job more time than its first question takes; it must never follow a token to another host, nor retry.
 */
export function createFetchRequest(token: string, apiUrl: string, scheme: "token" | "Bearer" = "token") {
  return async (route: string, parameters: Readonly<Record<string, unknown>>) => {
    const { url, init } = requestOf(route, parameters, `${scheme} ${token}`, apiUrl);
    const response = await fetch(url, { ...init, signal: AbortSignal.timeout(LONGEST_CALL_MS) });
    const headers = Object.fromEntries(response.headers);
    const data = await dataOf(response);
    if (!response.ok) throw new RestError(response.status, headers, data);
    return { status: response.status, headers, data };
  };
}

/** GitHub itself gives up on a call after ten seconds; what takes three times that is a connection that is dead. */
export const LONGEST_CALL_MS = 30_000;

/** Carries what octokit's error carries, so that both are read alike. */
class RestError extends Error {
  override readonly name = "RestError";
  readonly status: number;
  readonly response: { readonly headers: Readonly<Record<string, string>>; readonly data: unknown };

  constructor(status: number, headers: Readonly<Record<string, string>>, data: unknown) {
    super(messageOf(data));
    this.status = status;
    this.response = { headers, data };
  }
}

type Wire = { readonly url: string; readonly init: RequestInit };

function requestOf(
  route: string,
  parameters: Readonly<Record<string, unknown>>,
  authorization: string,
  apiUrl: string,
): Wire {
  const [method = "GET", template = "/"] = route.split(" ");
  const { headers, mediaType, ...values } = parameters;
  const inPath = new Set<string>();
  const path = template.replace(/\{(\w+)\}/g, (_, name: string) => {
    inPath.add(name);
    return encodeURIComponent(String(values[name]));
  });
  const rest = Object.entries(values).filter(([name, value]) => !inPath.has(name) && value !== undefined);
  const hasBody = method !== "GET" && method !== "HEAD" && method !== "DELETE";
  const query = hasBody
    ? ""
    : new URLSearchParams(rest.map(([name, value]): [string, string] => [name, String(value)])).toString();
  return {
    url: `${apiUrl}${path}${query === "" ? "" : `?${query}`}`,
    init: {
      method,
      headers: {
        accept: accept(mediaType),
        authorization,
        "user-agent": "sentinel-ai",
        ...(hasBody ? { "content-type": "application/json; charset=utf-8" } : {}),
        ...(isRecord(headers) ? headers : {}),
      } as Record<string, string>,
      ...(hasBody ? { body: JSON.stringify(Object.fromEntries(rest)) } : {}),
    },
  };
}

function accept(mediaType: unknown): string {
  const format = isRecord(mediaType) ? mediaType.format : undefined;
  return format === undefined ? "application/vnd.github+json" : `application/vnd.github.${String(format)}+json`;
}

async function dataOf(response: Response): Promise<unknown> {
  const text = await response.text();
  if (!/^application\/(?:[\w.+-]+\+)?json\b/.test(response.headers.get("content-type") ?? "")) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function messageOf(data: unknown): string {
  if (!isRecord(data)) return "no words";
  const errors = Array.isArray(data.errors) ? `: ${JSON.stringify(data.errors).slice(0, 300)}` : "";
  return `${String(data.message ?? "no words")}${errors}`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
