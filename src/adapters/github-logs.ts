import type { Secret } from "../kernel/secret.ts";
import { API_VERSION } from "./github-request.ts";

/** The text of a job log by its API path: its beginning and its end where it is very long. Throws when there is none. */
export type LogReader = (path: string) => Promise<string>;

/**
 * Reads logs as a stream, so that one of any size costs a fixed amount of memory and an endless one ends. The token goes to
 * GitHub alone: where the answer is a redirect to another host, fetch leaves it out.
 */
export function createLogReader(apiUrl: string, token: Secret, signal: AbortSignal): LogReader {
  return async (path) => {
    const response = await fetch(`${apiUrl}${path}`, {
      headers: {
        authorization: `Bearer ${token.expose()}`,
        accept: "application/vnd.github+json",
        "user-agent": "sentinel",
        "x-github-api-version": API_VERSION,
      },
      redirect: "follow",
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    if (!response.ok || response.body === null) throw new Error(`the log answered ${response.status}`);
    return headAndTail(response.body);
  };
}

const TIMEOUT_MS = 60_000;
const HEAD_BYTES = 200_000;
const TAIL_BYTES = 3_000_000;
const MOST_BYTES = 200_000_000;

export async function headAndTail(body: AsyncIterable<Uint8Array>): Promise<string> {
  const head: Uint8Array[] = [];
  let tail: Uint8Array[] = [];
  let [headSize, tailSize, size] = [0, 0, 0];
  for await (const chunk of body) {
    size += chunk.length;
    if (headSize < HEAD_BYTES) {
      head.push(chunk);
      headSize += chunk.length;
    } else {
      tail.push(chunk);
      tailSize += chunk.length;
      while (tailSize - (tail[0]?.length ?? 0) > TAIL_BYTES) {
        tailSize -= tail[0]?.length ?? 0;
        tail = tail.slice(1);
      }
    }
    if (size > MOST_BYTES) break;
  }
  const isWhole = size === headSize + tailSize;
  const text = (chunks: readonly Uint8Array[]): string => Buffer.concat(chunks).toString("utf8");
  return isWhole ? text([...head, ...tail]) : `${text(head)}\n[…]\n${text(tail)}`;
}
