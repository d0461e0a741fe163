import { type Call, notFound, numberParam, ok, pageOf, type Reply, type Route, route } from "../http.ts";
import type { Delivery } from "../records.ts";
import type { State } from "../state.ts";
import { redeliver } from "../webhooks/deliver.ts";
import { appFrom } from "./apps.ts";

/** What was delivered to an App, and delivering it again. */

export const deliveryRoutes: readonly Route[] = [
  route("GET /app/hook/deliveries", "app", listDeliveries),
  route("GET /app/hook/deliveries/{delivery_id}", "app", (call, state) =>
    ok(deliveryShape(deliveryOf(call, state), true)),
  ),
  route("POST /app/hook/deliveries/{delivery_id}/attempts", "app", (call, state) => {
    redeliver(state, deliveryOf(call, state));
    return { status: 202, body: {} };
  }),
];

/** The REST window; newest first, `cursor` is the id of the last one seen. */
function listDeliveries(call: Call, state: State): Reply {
  const app = appFrom(call.identity);
  const cursor = call.query.get("cursor");
  const wanted = call.query.get("status");
  const mine = state.deliveries
    .filter((delivery) => delivery.app === app)
    .filter(({ statusCode }) => wanted === null || (wanted === "success") === (statusCode >= 200 && statusCode < 400));
  const start = cursor === null ? 0 : mine.findIndex(({ id }) => id < Number(cursor));
  const rest = start < 0 ? [] : mine.slice(start);
  const { size } = pageOf(call);
  const shown = rest.slice(0, size);
  const last = shown.at(-1);
  const next = new URL(`${state.url}${call.url.pathname}${call.url.search}`);
  next.searchParams.set("cursor", String(last?.id));
  return {
    status: 200,
    body: shown.map((delivery) => deliveryShape(delivery, false)),
    headers: last && rest.length > size ? { link: `<${next.href}>; rel="next"` } : {},
  };
}

function deliveryOf(call: Call, state: State): Delivery {
  const app = appFrom(call.identity);
  const delivery = state.deliveries.find(
    ({ id, app: owner }) => id === numberParam(call, "delivery_id") && owner === app,
  );
  if (!delivery) throw notFound();
  return delivery;
}

function deliveryShape(delivery: Delivery, whole: boolean) {
  const { id, guid, deliveredAt, redelivery, duration, status, statusCode, event, action } = delivery;
  return {
    id,
    guid,
    delivered_at: deliveredAt,
    redelivery,
    duration,
    status,
    status_code: statusCode,
    event,
    action,
    installation_id: delivery.installationId,
    repository_id: delivery.repositoryId,
    throttled_at: null,
    ...(whole
      ? {
          url: delivery.app.webhook?.url ?? "",
          request: delivery.request,
          response: { headers: delivery.response.headers, payload: delivery.response.body },
        }
      : {}),
  };
}
