import { z } from "zod";
import { newId } from "../seed.ts";
import { fail, ok, PAGE_QUERY, page, type Route } from "./route.ts";

const Policies = z.array(z.enum(["all-applications", "confidence-score"]));
const Factor = z.strictObject({ enabled: z.boolean() });
const Ticket = z.strictObject({
  user_id: z.string(),
  email: z.string().optional(),
  send_mail: z.boolean().optional(),
  factor: z.string().optional(),
  allow_multiple_enrollments: z.boolean().optional(),
});

export const GUARDIAN_ROUTES: readonly Route[] = [
  {
    method: "GET",
    path: "/guardian/factors",
    scopes: ["read:guardian_factors"],
    run: ({ state }) =>
      ok([
        { name: "push-notification", enabled: state.pushEnabled, trial_expired: false },
        { name: "otp", enabled: false, trial_expired: false },
      ]),
  },
  {
    method: "PUT",
    path: "/guardian/factors/:name",
    scopes: ["update:guardian_factors"],
    body: Factor,
    run: ({ state, params, body }) => {
      const { enabled } = Factor.parse(body);
      if (params.name === "push-notification") state.pushEnabled = enabled;
      return ok({ enabled });
    },
  },
  {
    method: "GET",
    path: "/guardian/policies",
    scopes: ["read:mfa_policies"],
    run: ({ state }) => ok(state.mfaPolicy === "always" ? ["all-applications"] : []),
  },
  {
    method: "PUT",
    path: "/guardian/policies",
    scopes: ["update:mfa_policies"],
    body: Policies,
    run: ({ state, body }) => {
      const policies = Policies.parse(body);
      state.mfaPolicy = policies.includes("all-applications") ? "always" : "never";
      return ok(policies);
    },
  },
  {
    method: "POST",
    path: "/guardian/enrollments/ticket",
    scopes: ["create:guardian_enrollment_tickets"],
    body: Ticket,
    run: ({ state, body }) => {
      const user = state.users.get(Ticket.parse(body).user_id);
      if (!user) return fail(404, "The user does not exist.", "inexistent_user");
      // The person has the link; only following it would confirm the enrolment.
      if (user.enrolled === "none") user.enrolled = "pending";
      const id = newId("ticket");
      return ok({ ticket_id: id, ticket_url: `${state.issuer}guardian/enroll?ticket=${id}` });
    },
  },
];

export const LOG_ROUTES: readonly Route[] = [
  {
    method: "GET",
    path: "/logs",
    scopes: ["read:logs"],
    query: [...PAGE_QUERY, "q", "search", "from", "take"],
    run: ({ state, query }) =>
      page(
        "logs",
        state.logs.toReversed().map(({ type, date, clientId, userId, details }, index) => ({
          log_id: `9002026${String(state.logs.length - index).padStart(12, "0")}`,
          type,
          date,
          client_id: clientId,
          ...(userId === null ? {} : { user_id: userId }),
          details,
        })),
        query,
      ),
  },
];
