import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createNodeMiddleware, Probot } from "probot";

/** What the same three calls take with Probot as it comes: its own client, with its own pauses between writes. */
const probot = new Probot({
  appId: Number(process.env.APP_ID),
  privateKey: process.env.PRIVATE_KEY ?? "",
  secret: process.env.WEBHOOK_SECRET ?? "",
  baseUrl: process.env.GITHUB_API_URL ?? "",
});
const middleware = await createNodeMiddleware(
  (app) => {
    app.on("deployment_status", async ({ octokit, payload }) => {
      if (payload.deployment_status.state !== "failure") return;
      const at = { owner: payload.repository.owner.login, repo: payload.repository.name };
      const name = `stock hold ${payload.deployment.sha}`;
      await octokit.request("POST /repos/{owner}/{repo}/rulesets", { ...at, name, enforcement: "active" });
      await octokit.request("POST /repos/{owner}/{repo}/issues", { ...at, title: name, body: name });
      await octokit.request("POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches", {
        ...at,
        workflow_id: "sentinel.yml",
        ref: "sentinel",
        inputs: { incident: "1" },
      });
    });
  },
  { probot, webhooksPath: "/api/github/webhooks" },
);
const server = createServer(
  (request, response) => void middleware(request, response, () => response.writeHead(404).end()),
);
server.listen(0, "127.0.0.1", () => {
  process.stdout.write(`${JSON.stringify({ msg: "listening", port: (server.address() as AddressInfo).port })}\n`);
});
process.on("SIGTERM", () => process.exit(0));
