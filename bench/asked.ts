import { accessSync, constants, readFileSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { type ParseArgsConfig, parseArgs } from "node:util";

/**
 * What a benchmark was asked to do. Wrong usage is one sentence that names the flag and what it wants, before anything is
 * measured, and exit code 2; it must never be a figure of nothing.
 */

/** `parseArgs`, but an unknown flag or a missing value ends with a sentence instead of a stack. */
export function asked<T extends NonNullable<ParseArgsConfig["options"]>>(name: string, options: T) {
  try {
    return parseArgs({ options, args: process.argv.slice(2), strict: true, allowPositionals: false }).values;
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    const known = Object.keys(options).map((option) => `--${option}`);
    return wrongUsage(name, `${problem}; it takes ${known.join(", ")}`);
  }
}

export function wrongUsage(name: string, problem: string): never {
  console.error(`${name}: ${problem}`);
  process.exit(2);
}

export function wholeNumber(name: string, flag: string, value: string, least = 1): number {
  const number = Number(value);
  if (/^\d+$/.test(value) && Number.isSafeInteger(number) && number >= least) return number;
  return wrongUsage(name, `--${flag} wants a whole number of at least ${least}, not "${value}"`);
}

export function inputFile(name: string, flag: string, file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    return wrongUsage(name, `--${flag}: ${file} cannot be read (${codeOf(error)})`);
  }
}

/** Found out before an hour of measuring, not after. */
export function outputFile(name: string, file: string | undefined): void {
  if (file === undefined) return;
  try {
    accessSync(dirname(resolve(file)), constants.W_OK);
  } catch (error) {
    wrongUsage(name, `--json: ${file} cannot be written (${codeOf(error)})`);
  }
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory()) wrongUsage(name, `--json: ${file} is a directory`);
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error);
}
