import { isLockFile } from "../candidates.ts";

/** What changed that others may rely on, as `kind: path`; a file has the first kind that fits it. */
export function touchesOf(paths: readonly string[]): readonly string[] {
  const order = KINDS.map(({ kind }) => kind);
  return paths
    .flatMap((path) => {
      const kind = KINDS.find(({ matches }) => matches(path))?.kind;
      return kind === undefined ? [] : [{ kind, path }];
    })
    .sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind) || (a.path < b.path ? -1 : 1))
    .map(({ kind, path }) => `${kind}: ${path}`);
}

const KINDS: readonly { readonly kind: string; readonly matches: (path: string) => boolean }[] = [
  {
    kind: "migration",
    matches: (path) =>
      /(?:^|\/)(?:migrations?|migrate|alembic|flyway|liquibase|changelogs?\/db)\/|\.sql$|(?:^|\/)schema\.(?:prisma|rb)$/i.test(
        path,
      ),
  },
  {
    kind: "interface",
    matches: (path) =>
      /\.(?:proto|graphqls?|gql|avsc|thrift|wsdl|xsd|raml)$|\.d\.[cm]?ts$|(?:^|\/)(?:openapi|swagger|asyncapi)[^/]*\.(?:ya?ml|json)$|\.schema\.json$/i.test(
        path,
      ),
  },
  { kind: "workflow", matches: (path) => /^\.github\/(?:workflows|actions)\//.test(path) },
  {
    kind: "infrastructure",
    matches: (path) =>
      /\.(?:tf|tfvars|hcl|bicep)$|(?:^|\/)(?:Dockerfile[^/]*|docker-compose[^/]*\.ya?ml|compose\.ya?ml|Procfile|serverless\.ya?ml|fly\.toml|vercel\.json|netlify\.toml|app\.ya?ml|Pulumi[^/]*\.ya?ml|nginx\.conf|Jenkinsfile)$|(?:^|\/)(?:terraform|helm|charts?|k8s|kubernetes\/manifests|kustomize|ansible|deploy|infra|cdk)\//i.test(
        path,
      ) && !/\.(?:go|[cm]?[jt]sx?|py|rb|java|rs)$/.test(path),
  },
  { kind: "lock file", matches: isLockFile },
  {
    kind: "dependencies",
    matches: (path) =>
      /(?:^|\/)(?:package\.json|go\.mod|pyproject\.toml|requirements[^/]*\.txt|Cargo\.toml|Gemfile|pom\.xml|build\.gradle(?:\.kts)?|composer\.json)$/.test(
        path,
      ),
  },
  {
    kind: "configuration",
    matches: (path) =>
      /(?:^|\/)(?:\.env[^/]*|config\/[^/]+\.(?:ya?ml|json|toml|ini)|[^/]+\.config\.[cm]?[jt]s)$/.test(path),
  },
];
