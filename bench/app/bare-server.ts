import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** The least that any webhook server must do: read, verify, parse, answer. */
const secret = process.env.WEBHOOK_SECRET ?? "";
let parsed = 0;
const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const body = Buffer.concat(chunks);
    const claimed = Buffer.from(String(request.headers["x-hub-signature-256"]).slice("sha256=".length), "hex");
    const expected = createHmac("sha256", secret).update(body).digest();
    const isSigned = claimed.length === expected.length && timingSafeEqual(claimed, expected);
    if (isSigned && JSON.parse(body.toString("utf8"))) parsed += 1;
    response.writeHead(isSigned ? 200 : 401, { "content-type": "text/plain", "content-length": 2 });
    response.end("ok");
  });
});
server.keepAliveTimeout = 65_000;
server.listen(0, "127.0.0.1", () => {
  process.stdout.write(`${JSON.stringify({ msg: "listening", port: (server.address() as AddressInfo).port })}\n`);
});
process.on("SIGTERM", () => process.exit(parsed < 0 ? 1 : 0));
