import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { WireCall } from "../adapters/github-app-wire.ts";
import type { Counted } from "./server.ts";

/** Prometheus metrics of this process. Labels are from closed sets, so that nobody outside can make them grow. */
export type Metrics = {
  delivered(counted: Counted): void;
  called(call: WireCall): void;
  performed(command: string, did: string): void;
  looked(kind: string, ms: number): void;
  swept(ok: boolean): void;
  text(): Promise<string>;
  readonly contentType: string;
};

const SECONDS = [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export function createMetrics(underWay: () => number): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const deliveries = new Counter({
    name: "sentinel_deliveries_total",
    help: "Webhook deliveries by event and result",
    labelNames: ["event", "result"],
    registers,
  });
  const ack = new Histogram({
    name: "sentinel_delivery_seconds",
    help: "From a delivery's arrival to its answer",
    labelNames: ["result"],
    buckets: SECONDS,
    registers,
  });
  const calls = new Counter({
    name: "sentinel_github_calls_total",
    help: "Calls to GitHub by method and status class",
    labelNames: ["method", "status"],
    registers,
  });
  const callTime = new Histogram({
    name: "sentinel_github_call_seconds",
    help: "Time of a call to GitHub",
    labelNames: ["method"],
    buckets: SECONDS,
    registers,
  });
  const connections = new Counter({
    name: "sentinel_github_connections_total",
    help: "Connections opened to GitHub",
    registers,
  });
  const commands = new Counter({
    name: "sentinel_commands_total",
    help: "What was done or missed, by command",
    labelNames: ["command", "result"],
    registers,
  });
  const looks = new Histogram({
    name: "sentinel_look_seconds",
    help: "Time of one look at a branch",
    labelNames: ["result"],
    buckets: SECONDS,
    registers,
  });
  const sweeps = new Counter({
    name: "sentinel_sweeps_total",
    help: "Sweeps by result",
    labelNames: ["result"],
    registers,
  });
  const lastSweep = new Gauge({
    name: "sentinel_last_sweep_timestamp_seconds",
    help: "When the last sweep ended well",
    registers,
  });
  new Gauge({
    name: "sentinel_looks_under_way",
    help: "Branches that are being looked at",
    registers,
    collect() {
      this.set(underWay());
    },
  });
  new Gauge({
    name: "process_resident_memory_bytes",
    help: "Resident memory",
    registers,
    collect() {
      this.set(process.memoryUsage.rss());
    },
  });
  return {
    delivered: ({ event, result, ms }) => {
      deliveries.inc({ event, result });
      ack.observe({ result }, ms / 1000);
    },
    called: ({ method, status, ms, isNewConnection }) => {
      calls.inc({ method, status: status === null ? "none" : `${Math.floor(status / 100)}xx` });
      callTime.observe({ method }, ms / 1000);
      if (isNewConnection) connections.inc();
    },
    performed: (command, did) => commands.inc({ command, result: did === "miss" ? "missed" : "done" }),
    looked: (result, ms) => looks.observe({ result }, ms / 1000),
    swept: (ok) => {
      sweeps.inc({ result: ok ? "ok" : "failed" });
      if (ok) lastSweep.setToCurrentTime();
    },
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}
