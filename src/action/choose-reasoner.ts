import type { Reasoner } from "../agent/reasoner.ts";
import type { ActionContext } from "./context.ts";
import type { AnalyseInputs } from "./inputs.ts";

/**
 * Who thinks: the model where a key or Vertex AI is configured, unless told otherwise. Null: plain code. The SDK is loaded
 * only where a model is asked.
 */
export async function chooseReasoner(
  { inputs, output }: ActionContext<AnalyseInputs>,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Reasoner | null> {
  const { apiKey, model, baseUrl } = inputs.gemini;
  if (inputs.reasoner === "offline") return null;
  if (apiKey !== null) {
    output.mask(apiKey);
    const { createGemini } = await import("../adapters/gemini.ts");
    return createGemini({ model, baseUrl, access: { kind: "key", apiKey } });
  }
  const vertex = readVertex(env);
  if (vertex !== null) {
    const [{ createGemini }, { createGoogleIdentity }] = await Promise.all([
      import("../adapters/gemini.ts"),
      import("../adapters/google-identity.ts"),
    ]);
    const { project, location, credentials } = vertex;
    const token = createGoogleIdentity(credentials);
    return createGemini({ model, baseUrl, access: { kind: "identity", project, location, token } });
  }
  if (inputs.reasoner === "gemini")
    output.warning(
      "`reasoner: gemini` needs `gemini-api-key`, or Vertex AI: GOOGLE_GENAI_USE_VERTEXAI, GOOGLE_CLOUD_PROJECT and google-github-actions/auth. The offline reasoner is used.",
    );
  return null;
}

/** Google's own variables, as google-github-actions/auth sets them; Vertex AI is used only where asked for by name. */
function readVertex(
  env: Readonly<Record<string, string | undefined>>,
): { readonly project: string; readonly location: string; readonly credentials: string } | null {
  const isWanted = /^(?:true|1)$/i.test(env.GOOGLE_GENAI_USE_VERTEXAI ?? "");
  const project = env.GOOGLE_CLOUD_PROJECT ?? "";
  const location = env.GOOGLE_CLOUD_LOCATION || "global";
  const credentials = env.GOOGLE_APPLICATION_CREDENTIALS ?? "";
  const isNamed = /^[a-z0-9.:-]{4,100}$/.test(project) && /^[a-z0-9-]{3,40}$/.test(location);
  return isWanted && isNamed && credentials !== "" ? { project, location, credentials } : null;
}
