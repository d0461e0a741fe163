import { systemClock } from "../kernel/clock.ts";
import { startApp } from "./app.ts";
import { createLog } from "./log.ts";
import { checkSettings, wordsForStart } from "./settings.ts";

/** Starts the App from the environment, or says everything that keeps it from starting. */
const checked = checkSettings(process.env);
if (checked.kind === "refused") {
  process.stderr.write(`Sentinel does not start:\n${checked.problems.map((problem) => `  ${problem}\n`).join("")}`);
  process.exit(1);
}

const { settings } = checked;
const log = createLog(settings.logLevel);
const app = await startApp(settings, systemClock, log).catch((error: unknown) => {
  process.stderr.write(`Sentinel does not start:\n  ${wordsForStart(error, settings)}\n`);
  process.exit(1);
});
// Whatever the log level is: whoever started us waits for this line.
process.stdout.write(`${JSON.stringify({ level: "info", app: "sentinel", msg: "listening", port: app.port })}\n`);

let isStopping = false;
const stop = (signal: string) => {
  if (isStopping) return;
  isStopping = true;
  log.info({ signal }, "stopping");
  app.stop().then(
    () => process.exit(0),
    (error: unknown) => {
      log.error({ err: error }, "did not stop cleanly");
      process.exit(1);
    },
  );
};
process.on("SIGTERM", stop);
process.on("SIGINT", stop);
