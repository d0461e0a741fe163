import { createPrivateKey } from "node:crypto";
import { importPKCS8, SignJWT } from "jose";
import type { GitHub, RepoRef } from "../../drill/github/types.ts";

/** REST below one repository (`issues/1`), as somebody. Throws for anything but 2xx. */
export type Send = (method: string, path: string, body?: object) => Promise<Answer>;
export type Answer = Readonly<Record<string, unknown>>;

export function asPerson(github: GitHub, { owner, name }: RepoRef, token: string): Send {
  return (method, path, body) =>
    send(method, `${github.apiUrl}/repos/${owner}/${name}/${path}`, `token ${token}`, body);
}

/** As the installation of an App, with all that it was granted. */
export async function asInstallation(
  github: GitHub,
  repo: RepoRef,
  app: { readonly id: number; readonly privateKey: string },
  installation: number,
): Promise<Send> {
  const pem = createPrivateKey(app.privateKey).export({ type: "pkcs8", format: "pem" }).toString();
  const jwt = await new SignJWT({})
    .setProtectedHeader({ alg: "RS256" })
    .setIssuedAt(Math.floor(Date.now() / 1000) - 10)
    .setExpirationTime("5m")
    .setIssuer(String(app.id))
    .sign(await importPKCS8(pem, "RS256"));
  const tokens = `${github.apiUrl}/app/installations/${installation}/access_tokens`;
  const { token } = await send("POST", tokens, `Bearer ${jwt}`, {});
  return asPerson(github, repo, String(token));
}

async function send(method: string, url: string, authorization: string, body?: object): Promise<Answer> {
  const answer = await fetch(url, {
    method,
    headers: { ...HEADERS, authorization },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${await answer.text()}`);
  return answer.status === 204 ? {} : ((await answer.json()) as Answer);
}

const HEADERS = {
  accept: "application/vnd.github+json",
  "content-type": "application/json",
  "user-agent": "tests",
  "x-github-api-version": "2022-11-28",
};
