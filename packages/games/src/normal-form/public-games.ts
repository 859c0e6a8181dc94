// Games that users of other programs reported: degenerate, cycling, with many equilibria.
import type { NormalFormGame, PayoffTable } from './normal-form-game.ts';
import { bimatrix } from './normal-form-game.ts';

const TABLES: readonly (readonly [PayoffTable, PayoffTable?])[] = [
  [
    [
      [3, 3],
      [2, 5],
      [0, 6],
    ],
    [
      [3, 3],
      [2, 6],
      [3, 1],
    ],
  ],
  [
    [
      [0, -1, -1, -1, 1, -1],
      [1, 0, 1, -1, -1, -1],
      [1, -1, 0, -1, -1, 1],
      [1, 1, 1, 0, -1, -1],
      [-1, 1, 1, 1, 0, -1],
      [1, 1, -1, 1, 1, 0],
    ],
  ],
  [
    [
      [0, 0, 0],
      [0, 1, 1],
      [1, 1, 0],
    ],
    [
      [1, 0, 1],
      [1, 1, 0],
      [0, 0, 2],
    ],
  ],
  // winkels.nfg of Gambit: the file has the first player's choice fastest.
  [
    [
      [1, 3],
      [1, 3],
      [3, 1],
      [3, 1],
      [2.5, 2.5],
      [2.5, 2.5],
    ],
    [
      [1, 2],
      [0, -1],
      [-2, 2],
      [4, -1],
      [-1, 6],
      [6, -1],
    ],
  ],
  [
    [
      [3, 3],
      [2, 5],
      [0, 6],
    ],
    [
      [3, 2],
      [2, 6],
      [3, 1],
    ],
  ],
];

/**
 * A game from the test suites of QuantEcon (1, 3, 5), Nashpy (2) and Gambit (4).
 *
 * @param number - 1 to 5
 */
export function publicGame(number: number): NormalFormGame {
  const [first, second] = TABLES[number - 1];
  return bimatrix(first, second);
}
