/** Fault switches as data, so that the table in the documentation is printed from the code that obeys them. */
export type FaultDefinitions = Readonly<Record<string, { readonly off: FaultValue; readonly says: string }>>;
export type FaultValue = boolean | number | string | null;

/** Every switch starts at its `off` value; whoever holds the record may set it at any time. */
export type Faults<T extends FaultDefinitions> = { -readonly [K in keyof T]: Widen<T[K]["off"]> };

type Widen<T> = T extends boolean ? boolean : T extends number ? number : T;

export function createFaults<T extends FaultDefinitions>(definitions: T): Faults<T> {
  return Object.fromEntries(Object.entries(definitions).map(([name, { off }]) => [name, off])) as Faults<T>;
}
