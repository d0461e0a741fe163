import { z } from "zod";
import { ROLES } from "../incident/slash-command.ts";
import type { Repo } from "../incident/world.ts";
import type { Reader } from "./github-app.ts";
import { pathOf } from "./github-app-path.ts";

/**
 * `admin`, `maintain`, `write`, `triage`, `read` or `none`, as it is now. With an `id`, `none` where the login has become
 * somebody else's.
 */
export async function roleOf(github: Reader, repo: Repo, login: string, id?: number): Promise<string> {
  const user = z.looseObject({ id: z.int() }).nullish();
  const shape = z.looseObject({ permission: z.string(), role_name: z.string().nullish(), user });
  const path = `${pathOf(repo)}/collaborators/${encodeURIComponent(login)}/permission`;
  const found = await github.find(path, shape);
  if (id !== undefined && found?.user?.id !== id) return "none";
  // An organisation may have roles of its own; `permission` says which of GitHub's they are built on.
  return ROLES.find((role) => role === found?.role_name) ?? found?.permission ?? "none";
}
