import { appendFileSync } from "node:fs";

globalThis.put = (file, text) => appendFileSync(process.env[file], `${text}\n`);
await import(`data:text/javascript,${encodeURIComponent(process.env.INPUT_SCRIPT)}`);
