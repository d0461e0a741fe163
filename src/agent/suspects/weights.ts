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
    words: [2.56834, 5.08397, 0.6929],
    wordsPlace: [0.165682, 0.257059, 0.255077],
    titleAgainstBest: [0.109133, 0.275544, 0.0987849],
    inBody: [0.33521, 0.593541, 0.199459],
    unknownInDiff: [0.0194224, 0.10437, 0.16469],
    lettersInTitle: [0.0397422, 0.0749075, 0.205341],
    lettersInBody: [0.0288608, 0.0521358, 0.125694],
    identifierAdded: [0.0107866, 0.110278, 0.189933],
    identifierRemoved: [0.00792139, 0.0960336, 0.155383],
    identifierLead: [0.00851605, 0.0900739, 0.154127],
    pairInFile: [0.00249097, 0.0505851, 0.299218],
    version: [0.00231392, 0.0480486, 0.160034],
    absentYetAdded: [0.0188134, 0.153401, 0.164596],
    topic: [0.219513, 0.291099, 0.170541],
    language: [0.0528346, 0.223704, 0.112147],
    isRevert: [0.0196683, 0.138859, -0.660101],
    isInert: [0.083944, 0.277305, -0.32395],
    hasSource: [0.83764, 0.368782, 0.211551],
    switches: [0.162746, 0.369135, 0.203292],
    newest: [0.0668466, 0.249757, 0.127412],
  },
  sharpness: 0.973221,
  none: [0.428732, 0.0112814, 0.927265, -0.0431145, 0.138506],
};
