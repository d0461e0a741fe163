import fc from "fast-check";

/**
 * Properties are tried with the same values every time, so that a test fails because of what was changed and never by chance.
 * `SENTINEL_SEED=random` tries others; what they find is added to the property as an example.
 */
const { SENTINEL_SEED: seed = "20240229" } = process.env;
if (seed !== "random") fc.configureGlobal({ seed: Number(seed) });
