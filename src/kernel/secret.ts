import { inspect } from "node:util";

/**
 * A credential in memory. It prints as a placeholder wherever it is printed by accident: string templates, JSON,
 * `console.log`, `util.inspect`. Only `expose()` gives the value, so that every use can be found by its name.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    if (value === "") throw new Error("invariant: an empty secret");
    this.#value = value;
  }

  expose(): string {
    return this.#value;
  }

  toString(): string {
    return PLACEHOLDER;
  }

  toJSON(): string {
    return PLACEHOLDER;
  }

  [inspect.custom](): string {
    return PLACEHOLDER;
  }
}

const PLACEHOLDER = "[secret]";
