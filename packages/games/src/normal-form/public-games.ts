// Games that users of other programs reported: degenerate, cycling, with many equilibria.
import type { NormalFormGame } from './normal-form-game.ts';
import { readPayoffs } from './payoff-csv.ts';

const PAIRS = [
  `3|3, 3|3
   2|2, 5|6
   0|3, 6|1`,
  `0|0,  -1|1, -1|1, -1|1, 1|-1, -1|1
   1|-1, 0|0,  1|-1, -1|1, -1|1, -1|1
   1|-1, -1|1, 0|0,  -1|1, -1|1, 1|-1
   1|-1, 1|-1, 1|-1, 0|0,  -1|1, -1|1
   -1|1, 1|-1, 1|-1, 1|-1, 0|0,  -1|1
   1|-1, 1|-1, -1|1, 1|-1, 1|-1, 0|0`,
  `0|1, 0|0, 0|1
   0|1, 1|1, 1|0
   1|0, 1|0, 0|2`,
  // winkels.nfg of Gambit: the file has the first player's choice fastest.
  `1|1,    3|2
   1|0,    3|-1
   3|-2,   1|2
   3|4,    1|-1
   2.5|-1, 2.5|6
   2.5|6,  2.5|-1`,
  `3|3, 3|2
   2|2, 5|6
   0|3, 6|1`,
];

/**
 * A game from the test suites of QuantEcon (1, 3, 5), Nashpy (2) and Gambit (4).
 *
 * @param number - 1 to 5
 */
export function publicGame(number: number): NormalFormGame {
  return readPayoffs(PAIRS[number - 1], 'pairs');
}
