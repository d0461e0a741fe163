import type { Value } from "./expression.ts";
import { ExpressionError } from "./expression-parser.ts";

/** The functions of GitHub's expressions that need nothing but their arguments, and its casts. */

type Fn = { readonly least: number; readonly most: number; readonly run: (args: readonly Value[]) => Value };

const FUNCTIONS: Readonly<Record<string, Fn>> = {
  contains: { least: 2, most: 2, run: ([within, what]) => contains(within ?? null, what ?? null) },
  startswith: { least: 2, most: 2, run: ([text, start]) => fold(text).startsWith(fold(start)) },
  endswith: { least: 2, most: 2, run: ([text, end]) => fold(text).endsWith(fold(end)) },
  format: { least: 1, most: 255, run: ([pattern, ...values]) => format(textOf(pattern ?? null), values) },
  join: { least: 1, most: 2, run: ([list, separator]) => join(list ?? null, separator ?? ",") },
  tojson: { least: 1, most: 1, run: ([value]) => JSON.stringify(value ?? null, null, 2) },
  fromjson: { least: 1, most: 1, run: ([text]) => fromJson(textOf(text ?? null)) },
};

export function isFunction(name: string): boolean {
  return Object.hasOwn(FUNCTIONS, name);
}

/** Throws `ExpressionError` for a wrong number of arguments and for what the function cannot use. */
export function callFunction(name: string, args: readonly Value[]): Value {
  const fn = FUNCTIONS[name];
  if (fn === undefined) throw new ExpressionError(`Unrecognized function: '${name}'`);
  if (args.length < fn.least) throw new ExpressionError(`Too few parameters supplied: ${name}`);
  if (args.length > fn.most) throw new ExpressionError(`Too many parameters supplied: ${name}`);
  return fn.run(args);
}

export function truthy(value: Value): boolean {
  return !(value === null || value === false || value === 0 || value === "" || Number.isNaN(value));
}

export function textOf(value: Value): string {
  if (value === null) return "";
  if (Array.isArray(value)) return "Array";
  return typeof value === "object" ? "Object" : String(value);
}

export function numberOf(value: Value): number {
  if (value === null) return 0;
  if (typeof value === "string") return value.trim() === "" ? 0 : Number(value);
  return typeof value === "object" ? Number.NaN : Number(value);
}

function fold(value: Value | undefined): string {
  return textOf(value ?? null).toUpperCase();
}

function contains(within: Value, what: Value): boolean {
  if (Array.isArray(within)) return within.some((item: Value) => fold(item) === fold(what));
  return fold(within).includes(fold(what));
}

function join(list: Value, separator: Value): string {
  return Array.isArray(list) ? list.map((item: Value) => textOf(item)).join(textOf(separator)) : textOf(list);
}

function format(pattern: string, values: readonly Value[]): string {
  return pattern.replaceAll(/\{\{|\}\}|\{(\d+)\}|[{}]/g, (found, index: string | undefined) => {
    if (found === "{{" || found === "}}") return found.charAt(0);
    const value = index === undefined ? undefined : values[Number(index)];
    if (value === undefined) throw new ExpressionError(`The following format string is invalid: ${pattern}`);
    return textOf(value);
  });
}

function fromJson(text: string): Value {
  try {
    const value: Value = JSON.parse(text);
    return value;
  } catch (cause) {
    throw new ExpressionError(`Error parsing fromJson: ${cause instanceof Error ? cause.message : ""}`);
  }
}
