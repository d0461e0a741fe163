/** Answers a click in Slack to the one who clicked, by the address that came with it: no token is used. */
export type SlackAnswer = (responseUrl: string, text: string) => Promise<void>;

const HOOKS: readonly string[] = ["https://hooks.slack.com", "https://hooks.slack-gov.com"];
const TIMEOUT_MS = 5000;

/** Sends to Slack's own hosts only, and to the host of the API where another one is set. Throws when it does not arrive. */
export function createSlackAnswer(apiUrl: string): SlackAnswer {
  const allowed = new Set([...HOOKS, new URL(apiUrl).origin]);
  return async (responseUrl, text) => {
    if (!URL.canParse(responseUrl) || !allowed.has(new URL(responseUrl).origin)) throw new Error("not Slack's address");
    const response = await fetch(responseUrl, {
      method: "POST",
      headers: { "content-type": "application/json; charset=utf-8" },
      body: JSON.stringify({ response_type: "ephemeral", replace_original: false, text }),
      redirect: "error",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await response.body?.cancel();
    if (!response.ok) throw new Error(`Slack took no answer: ${response.status}`);
  };
}
