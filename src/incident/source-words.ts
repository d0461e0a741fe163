/** `deployment:production` → `deployment to production`. Plain words: escape them where they are shown. */
export function sourceWords(source: string): string {
  const colon = source.indexOf(":");
  const name = source.slice(colon + 1);
  switch (source.slice(0, Math.max(colon, 0))) {
    case "deployment":
      return `deployment to ${name}`;
    case "check":
      return `check ${name}`;
    case "anomaly":
      return `anomaly check ${name}`;
    case "workflow":
      return `workflow ${name.slice(name.lastIndexOf("/") + 1)}`;
    default:
      return source;
  }
}
