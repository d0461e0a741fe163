/** Words that tell nothing about which change it was: grammar, and the vocabulary in which every revert is explained. */
export const STOP_WORDS: ReadonlySet<string> = new Set(
  `a about after again all already also although am an and any are as at be because been before being below but by can cannot
  could did do does doing don done due each either else enough even every few first for from further get gets getting given go
  goes going got had has have having he her here his how however i if in instead into is isn it its itself just know last let
  like likely ll look looks lot made make makes many may maybe me might more most much must my need needed needs no nor not now
  of off on once one only onto or other our out over own per please put rather re really reason right s same say see seem seems
  she should since so some something soon still such sure t take than that the their them then there these they thing things
  think this those though through thus to too try trying turn two until up us use used using ve very via want was way we well
  were what when where whether which while who why will with without won work would yet you your
  revert reverts reverted reverting commit commits change changes changed patch patches pr pull merge merged cause caused causes
  causing break breaks breaking broke broken issue issues problem problems bug bugs seen appears apparently currently lead leads
  result results later temporarily moment investigate investigation investigating follow discussion reported
  ref url sha person email number`.split(/\s+/),
);
