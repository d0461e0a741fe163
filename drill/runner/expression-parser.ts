/** The grammar of GitHub's expressions, `${{ … }}` without the braces, as a tree. */

export type Expression =
  | { readonly kind: "literal"; readonly value: null | boolean | number | string }
  | { readonly kind: "context"; readonly name: string }
  | { readonly kind: "property"; readonly of: Expression; readonly name: Expression }
  | { readonly kind: "star"; readonly of: Expression }
  | { readonly kind: "not"; readonly value: Expression }
  | {
      readonly kind: "binary";
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: "call"; readonly name: string; readonly args: readonly Expression[] };

export type BinaryOperator = "||" | "&&" | "==" | "!=" | "<" | "<=" | ">" | ">=";

/** What a person reads when a workflow's expression cannot be used. */
export class ExpressionError extends Error {
  override readonly name = "ExpressionError";
}

/** Throws `ExpressionError` for what is not an expression. */
export function parseExpression(text: string): Expression {
  const tokens = lex(text);
  let at = 0;

  const expression = binary(0);
  if (at < tokens.length) throw unexpected();
  return expression;

  function binary(level: number): Expression {
    const operators = PRECEDENCE[level];
    if (operators === undefined) return unary();
    let left = binary(level + 1);
    for (let operator = peekOperator(operators); operator; operator = peekOperator(operators)) {
      at += 1;
      left = { kind: "binary", operator, left, right: binary(level + 1) };
    }
    return left;
  }

  function unary(): Expression {
    return take("!") ? { kind: "not", value: unary() } : postfix(primary());
  }

  function postfix(start: Expression): Expression {
    let of = start;
    for (;;) {
      if (take(".")) {
        if (take("*")) of = { kind: "star", of };
        else of = { kind: "property", of, name: { kind: "literal", value: word() } };
      } else if (take("[")) {
        if (take("*")) of = { kind: "star", of };
        else of = { kind: "property", of, name: binary(0) };
        expect("]");
      } else return of;
    }
  }

  function primary(): Expression {
    if (take("(")) {
      const inner = binary(0);
      expect(")");
      return inner;
    }
    const token = tokens[at];
    if (token === undefined || token.kind === "symbol") throw unexpected();
    at += 1;
    if (token.kind === "value") return { kind: "literal", value: token.value };
    return take("(") ? { kind: "call", name: token.text.toLowerCase(), args: args() } : named(token.text);
  }

  function args(): Expression[] {
    const list: Expression[] = [];
    if (take(")")) return list;
    do list.push(binary(0));
    while (take(","));
    expect(")");
    return list;
  }

  function word(): string {
    const token = tokens[at];
    if (token?.kind !== "word") throw unexpected();
    at += 1;
    return token.text;
  }

  function peekOperator(operators: readonly BinaryOperator[]): BinaryOperator | undefined {
    const token = tokens[at];
    return token?.kind === "symbol" ? operators.find((operator) => operator === token.text) : undefined;
  }

  function take(symbol: string): boolean {
    const token = tokens[at];
    const found = token?.kind === "symbol" && token.text === symbol;
    if (found) at += 1;
    return found;
  }

  function expect(symbol: string): void {
    if (!take(symbol)) throw unexpected();
  }

  function unexpected(): ExpressionError {
    const token = tokens[at];
    const what = token === undefined ? "Unexpected end of expression" : `Unexpected symbol: '${token.text}'`;
    return new ExpressionError(`${what}. Located within expression: ${text.trim()}`);
  }
}

const PRECEDENCE: readonly (readonly BinaryOperator[])[] = [["||"], ["&&"], ["==", "!="], ["<=", ">=", "<", ">"]];

const NAMED: Readonly<Record<string, null | boolean | number>> = {
  null: null,
  true: true,
  false: false,
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
};

function named(text: string): Expression {
  const value = NAMED[text];
  return value === undefined ? { kind: "context", name: text.toLowerCase() } : { kind: "literal", value };
}

type Token =
  | { readonly kind: "symbol"; readonly text: string }
  | { readonly kind: "word"; readonly text: string }
  | { readonly kind: "value"; readonly text: string; readonly value: number | string };

const TOKEN =
  /\s*(?:(?<string>'(?:[^']|'')*')|(?<number>[-+]?(?:0x[0-9a-fA-F]+|0o[0-7]+|(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?))|(?<word>[A-Za-z_][A-Za-z0-9_-]*)|(?<symbol>\|\||&&|[=!<>]=|[!<>()[\],.*]))/y;

function lex(text: string): Token[] {
  const tokens: Token[] = [];
  const pattern = new RegExp(TOKEN);
  while (text.slice(pattern.lastIndex).trim() !== "") {
    const start = pattern.lastIndex;
    const groups = pattern.exec(text)?.groups;
    if (groups === undefined) {
      throw new ExpressionError(
        `Unexpected symbol: '${text.slice(start).trim()}'. Located within expression: ${text.trim()}`,
      );
    }
    if (groups.string !== undefined) {
      tokens.push({ kind: "value", text: groups.string, value: groups.string.slice(1, -1).replaceAll("''", "'") });
    } else if (groups.number !== undefined) {
      tokens.push({ kind: "value", text: groups.number, value: Number(groups.number) });
    } else if (groups.word !== undefined) tokens.push({ kind: "word", text: groups.word });
    else if (groups.symbol !== undefined) tokens.push({ kind: "symbol", text: groups.symbol });
  }
  return tokens;
}
