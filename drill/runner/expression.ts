import { callFunction, isFunction, numberOf, textOf, truthy } from "./expression-functions.ts";
import { type BinaryOperator, type Expression, ExpressionError, parseExpression } from "./expression-parser.ts";

/**
 * Evaluates GitHub's expressions over the contexts a job may see. It must never fall back to JavaScript's own rules: names
 * are found without regard to case, strings compare so too, and what is not there is null.
 */

export type Value = null | boolean | number | string | readonly Value[] | { readonly [key: string]: Value };

export type Scope = {
  readonly contexts: Readonly<Record<string, Value>>;
  /** What `success()`, `failure()`, `always()` and `cancelled()` say here; absent where they may not be used. */
  readonly status?: Readonly<Record<StatusFunction, boolean>>;
};

export type StatusFunction = "success" | "failure" | "always" | "cancelled";

/** The value of one expression without braces. Throws `ExpressionError`. */
export function evaluate(text: string, scope: Scope): Value {
  return resultOf(parseExpression(text), scope);
}

/** A text with `${{ … }}` in it, put together. Throws `ExpressionError`. */
export function interpolate(text: string, scope: Scope): string {
  return partsOf(text)
    .map((part) => (part.expression ? textOf(evaluate(part.text, scope)) : part.text))
    .join("");
}

export function interpolateAll(
  values: Readonly<Record<string, string>>,
  scope: Scope,
): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, interpolate(value, scope)]));
}

/** A setting that may be one expression as a whole and then keeps its type, such as `continue-on-error`. */
export function settle(value: Value, scope: Scope): Value {
  if (typeof value !== "string") return value;
  const [only, ...more] = partsOf(value);
  return only?.expression && more.length === 0 ? evaluate(only.text, scope) : interpolate(value, scope);
}

/** `if:` — with or without braces; without a status function it means `success() && (…)`. */
export function isMet(condition: string | undefined, scope: Scope): boolean {
  if (condition === undefined || condition.trim() === "") return scope.status?.success ?? true;
  const parts = partsOf(condition);
  const whole = parts.length === 1 && parts[0]?.expression ? parts[0].text : condition;
  const mixed = parts.length > 1 && parts.some((part) => part.expression);
  const expression = parseExpression(mixed ? asFormat(parts) : whole);
  const met = truthy(resultOf(expression, scope));
  return namesStatus(expression) ? met : met && (scope.status?.success ?? true);
}

type Part = { readonly expression: boolean; readonly text: string };

/** Splits at `${{` and its `}}`, which may stand inside an expression's string without ending it. */
function partsOf(text: string): readonly Part[] {
  const parts: Part[] = [];
  let rest = text;
  for (let start = rest.indexOf("${{"); start >= 0; start = rest.indexOf("${{")) {
    const body = /^(?:'(?:[^']|'')*'|[^'])*?(?=\}\})/.exec(rest.slice(start + 3))?.[0];
    if (body === undefined)
      throw new ExpressionError(`The expression is not closed. An unescaped \${{ sequence was found: ${text}`);
    if (start > 0) parts.push({ expression: false, text: rest.slice(0, start) });
    parts.push({ expression: true, text: body });
    rest = rest.slice(start + 3 + body.length + 2);
  }
  if (rest !== "") parts.push({ expression: false, text: rest });
  return parts;
}

/** `if: a ${{ b }}` is text for GitHub, so it is always true; kept, since that trap must show in the drill too. */
function asFormat(parts: readonly Part[]): string {
  const texts = parts.map((part, i) => (part.expression ? `{${i}}` : part.text.replaceAll(/[{}]/g, "$&$&")));
  const args = parts.map((part) => (part.expression ? part.text : "''"));
  return `format('${texts.join("").replaceAll("'", "''")}', ${args.join(", ")})`;
}

function namesStatus(expression: Expression): boolean {
  switch (expression.kind) {
    case "call":
      return isStatus(expression.name) || expression.args.some(namesStatus);
    case "binary":
      return namesStatus(expression.left) || namesStatus(expression.right);
    case "not":
      return namesStatus(expression.value);
    case "property":
      return namesStatus(expression.of) || namesStatus(expression.name);
    case "star":
      return namesStatus(expression.of);
    case "literal":
    case "context":
      return false;
  }
}

function isStatus(name: string): name is StatusFunction {
  return name === "success" || name === "failure" || name === "always" || name === "cancelled";
}

function resultOf(expression: Expression, scope: Scope): Value {
  switch (expression.kind) {
    case "literal":
      return expression.value;
    case "context":
      return contextOf(expression.name, scope);
    case "property":
      return propertyOf(
        resultOf(expression.of, scope),
        resultOf(expression.name, scope),
        expression.of.kind === "star",
      );
    case "star":
      return membersOf(resultOf(expression.of, scope));
    case "not":
      return !truthy(resultOf(expression.value, scope));
    case "binary":
      return combine(expression.operator, expression.left, expression.right, scope);
    case "call":
      return call(expression.name, expression.args, scope);
  }
}

function contextOf(name: string, scope: Scope): Value {
  const value = scope.contexts[name];
  if (value === undefined) throw new ExpressionError(`Unrecognized named-value: '${name}'`);
  return value;
}

function propertyOf(of: Value, name: Value, filtered: boolean): Value {
  if (Array.isArray(of)) {
    if (filtered) return of.map((item: Value) => propertyOf(item, name, false)).filter((item) => item !== null);
    return of[numberOf(name)] ?? null;
  }
  if (of === null || typeof of !== "object") return null;
  const wanted = textOf(name).toLowerCase();
  const found = Object.entries(of).find(([key]) => key.toLowerCase() === wanted);
  return found?.[1] ?? null;
}

function membersOf(value: Value): Value {
  if (Array.isArray(value)) return value;
  return value !== null && typeof value === "object" ? Object.values(value) : [];
}

function call(name: string, args: readonly Expression[], scope: Scope): Value {
  if (isStatus(name)) {
    if (scope.status === undefined) throw new ExpressionError(`Unrecognized function: '${name}'`);
    return scope.status[name];
  }
  if (!isFunction(name)) throw new ExpressionError(`Unrecognized function: '${name}'`);
  return callFunction(
    name,
    args.map((arg) => resultOf(arg, scope)),
  );
}

function combine(operator: BinaryOperator, left: Expression, right: Expression, scope: Scope): Value {
  const one = resultOf(left, scope);
  if (operator === "||") return truthy(one) ? one : resultOf(right, scope);
  if (operator === "&&") return truthy(one) ? resultOf(right, scope) : one;
  const other = resultOf(right, scope);
  if (operator === "==") return equal(one, other);
  if (operator === "!=") return !equal(one, other);
  const order = compare(one, other);
  if (order === null) return false;
  switch (operator) {
    case "<":
      return order < 0;
    case "<=":
      return order <= 0;
    case ">":
      return order > 0;
    case ">=":
      return order >= 0;
  }
}

function equal(one: Value, other: Value): boolean {
  if (typeof one === "object" && one !== null) return one === other;
  return compare(one, other) === 0;
}

/** Negative, zero or positive; null where there is no order. Strings without regard to case; mixed kinds as numbers. */
function compare(one: Value, other: Value): number | null {
  if (typeof one === "string" && typeof other === "string") {
    const [a, b] = [one.toUpperCase(), other.toUpperCase()];
    return a < b ? -1 : a > b ? 1 : 0;
  }
  const difference = numberOf(one) - numberOf(other);
  if (numberOf(one) === numberOf(other)) return 0;
  return Number.isNaN(difference) ? null : difference;
}
