import type { RiskKind } from "../policy/schema.ts";

/**
 * What makes a rollback risky, as a table: which files, and where needed which lines. A detector looks at what the rollback
 * would do to the head: `removes` are lines that stand on the head and would go, `adds` are lines that would come back.
 */
export type Detector = {
  readonly kind: RiskKind;
  readonly paths: readonly string[];
  /** Null: the file as a whole is the risk, whatever changes in it. */
  readonly line: { readonly side: "removes" | "adds" | "either"; readonly pattern: RegExp } | null;
  readonly why: string;
};

export const DETECTORS: readonly Detector[] = [
  {
    kind: "workflow",
    paths: [".github/workflows/**", ".github/actions/**"],
    line: null,
    why: "changes what CI runs",
  },
  {
    kind: "migration",
    paths: [
      "**/{migrations,Migrations}/**",
      "**/migration/**",
      "**/migrate/**",
      "**/alembic/versions/**",
      "**/changelog/**/*.{sql,xml,yaml,yml}",
      "**/*.sql",
      "schema.prisma",
      "schema.rb",
      "structure.sql",
    ],
    line: null,
    why: "the database may have been migrated already; the older code would meet the newer schema",
  },
  {
    kind: "migration",
    paths: ["**/*.{ts,js,mjs,py,go,rb,java,kt,cs,php,rs}"],
    line: {
      side: "removes",
      pattern: /\b(?:CREATE|ALTER|DROP)\s+(?:UNIQUE\s+)?(?:TABLE|INDEX|COLUMN|TYPE|VIEW|SCHEMA)\b/,
    },
    why: "the head changes the database schema here",
  },
  {
    kind: "infrastructure",
    paths: [
      "**/*.{tf,tfvars,bicep}",
      "**/terraform/**",
      "**/helm/**",
      "**/charts/**",
      "**/k8s/**",
      "**/kubernetes/**",
      "**/ansible/**",
      "**/cloudformation/**",
      "{kustomization,docker-compose*,compose}.{yml,yaml}",
      "{serverless,template,Pulumi}.{yml,yaml}",
      "{Dockerfile,Dockerfile.*,Containerfile,Procfile,fly.toml,vercel.json,netlify.toml,app.yaml}",
    ],
    line: null,
    why: "describes infrastructure that may have been applied already",
  },
  {
    kind: "lockfile",
    paths: [
      "{package-lock.json,npm-shrinkwrap.json,yarn.lock,pnpm-lock.yaml,bun.lock,bun.lockb,deno.lock}",
      "{go.sum,go.work.sum,Cargo.lock,poetry.lock,uv.lock,Pipfile.lock,Gemfile.lock,composer.lock,packages.lock.json}",
    ],
    line: null,
    why: "dependencies go back to older versions",
  },
  {
    kind: "published",
    paths: ["package.json"],
    line: { side: "removes", pattern: /^\s*"version"\s*:/ },
    why: "this version may be published; the rollback would name an older one",
  },
  {
    kind: "published",
    paths: ["{Cargo.toml,pyproject.toml,setup.cfg,Chart.yaml,version.rb,version.go,_version.py,__version__.py}"],
    line: { side: "removes", pattern: /^\s*(?:appVersion|__version__|version)\s*[:=]|\bVERSION\b\s*[:=]/i },
    why: "this version may be published; the rollback would name an older one",
  },
  {
    kind: "interface",
    paths: ["**/*.{proto,graphql,gql,avsc,thrift}", "**/{openapi,swagger}*.{json,yml,yaml}"],
    line: { side: "removes", pattern: /\S/ },
    why: "a schema that others may use loses what the head offers",
  },
  {
    kind: "interface",
    paths: ["**/*.d.ts", "{index,mod,main,api}.{ts,mts,cts,js,mjs,cjs}"],
    line: {
      side: "removes",
      pattern:
        /^\s*export\s+(?:default\b|\{|\*|(?:declare\s+)?(?:abstract\s+)?(?:async\s+)?(?:function|class|const|let|var|interface|type|enum|namespace)\b)/,
    },
    why: "an export that others may use would go",
  },
  {
    kind: "interface",
    paths: ["**/{api,apis,pkg}/**/*.go", "__init__.py", "**/lib.rs"],
    line: {
      side: "removes",
      pattern:
        /^(?:func\s+(?:\([^)]*\)\s*)?[A-Z]|type\s+[A-Z]|pub\s+(?:fn|struct|enum|trait|mod|use)\b|from\s+\S+\s+import\b)/,
    },
    why: "a public name that others may use would go",
  },
];
