import { z } from "zod";
import { type Concern, drop } from "../concern.ts";

export function aboutInstallation(payload: unknown): Concern {
  const event = z.object({ action: z.string(), installation: z.object({ id: z.int().positive() }) }).safeParse(payload);
  if (!event.success) return drop("shape");
  const { action, installation } = event.data;
  if (action === "deleted" || action === "suspend") return drop("gone");
  return { kind: "installation", installation: installation.id, key: `installation ${installation.id} ${action}` };
}
