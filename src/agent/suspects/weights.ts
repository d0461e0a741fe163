import type { Weights } from "./model.ts";

/**
 * From this score on the first suspect is named as the culprit: chosen on the development set, every repository scored by
 * weights that had not seen it, so that nine of ten accusations are right and few ranges without a culprit are accused.
 */
export const SPEAKS_FROM = 0.77;

/**
 * Fitted by `npm run bench:suspects -- --cases FILE --fit src/agent/suspects/weights.ts` to the 357 cases of the development
 * set, held at `bench/suspects/prior.json` (see `bench/suspects/README.md` for what that was made of).
 */
export const WEIGHTS: Weights = {
  features: {
    words: [2.56834, 5.08397, 0.692185],
    wordsPlace: [0.165682, 0.257059, 0.25536],
    titleAgainstBest: [0.109133, 0.275544, 0.0985788],
    inBody: [0.33521, 0.593541, 0.199892],
    unknownInDiff: [0.0194224, 0.10437, 0.164767],
    lettersInTitle: [0.0397422, 0.0749075, 0.205447],
    lettersInBody: [0.0288608, 0.0521358, 0.125647],
    identifierAdded: [0.0107866, 0.110278, 0.189983],
    identifierRemoved: [0.00792139, 0.0960336, 0.155382],
    identifierLead: [0.00851605, 0.0900739, 0.154272],
    pairInFile: [0.00249097, 0.0505851, 0.299228],
    version: [0.00257102, 0.050641, 0.152719],
    absentYetAdded: [0.0188134, 0.153401, 0.164453],
    topic: [0.219513, 0.291099, 0.170856],
    language: [0.0528346, 0.223704, 0.111729],
    isRevert: [0.0196683, 0.138859, -0.659423],
    isInert: [0.083944, 0.277305, -0.323916],
    hasSource: [0.83764, 0.368782, 0.211513],
    switches: [0.162746, 0.369135, 0.203188],
    newest: [0.0668466, 0.249757, 0.127326],
  },
  sharpness: 0.973333,
  none: [0.429749, 0.0113324, 0.926411, -0.0434811, 0.138925],
};
