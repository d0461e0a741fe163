import { once } from "node:events";
import { createServer } from "node:net";
import { threadId } from "node:worker_threads";

/** Below the ports that a system lends to outgoing connections: one of those could be taken before its owner listens on it. */
const FIRST = 11_000;
const COUNT = 20_000;

/** Every process and thread begins elsewhere, so that those that ask at the same time are given different ports. */
let last = (process.pid * 37 + threadId * 1009) % COUNT;

/** A loopback port on which nothing listens. */
export async function freePort(): Promise<number> {
  do last = (last + 1) % COUNT;
  while (!(await isFree(FIRST + last)));
  return FIRST + last;
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, "127.0.0.1");
  const isListening = await once(server, "listening").then(
    () => true,
    () => false,
  );
  if (!isListening) return false;
  server.close();
  await once(server, "close");
  return true;
}
