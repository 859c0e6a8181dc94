// How a stream of known length is cut into blocks, one power step each.
import { portableLog } from '@infimum/core/portable-math';

/** How the stream is cut into blocks, one power step each. */
export type BlockSchedule = 'geometric' | 'halves' | 'theory' | number;

/** The last row of each block, for a stream of known length; the geometric blocks grow up to half of the stream. */
export function blockEnds(schedule: BlockSchedule, rows: number, dimension: number, expectedGap: number): number[] {
  const equal = (count: number, length: number): number[] =>
    Array.from({ length: count }, (_, j) => Math.round(((j + 1) * length) / count));
  const ends = (): number[] => {
    if (typeof schedule === 'number') return equal(schedule, rows);
    // sqrt(d) R^-T must be small, and the noise grows with sqrt(T).
    const theory = Math.ceil((3 * portableLog(dimension)) / portableLog(expectedGap)) + 1;
    if (schedule === 'theory') return equal(Math.min(12, Math.max(4, theory)), rows);
    const count = Math.min(10, Math.max(2, Math.round(Math.log2(rows)) - 6));
    if (schedule === 'halves') return [...equal(count - 1, Math.round(rows / 2)), rows];
    return Array.from({ length: count }, (_, j) => Math.round(rows / 2 ** (count - 1 - j)));
  };
  const rising = ends();
  return rising.filter((end, j) => end > (j === 0 ? 0 : rising[j - 1]));
}
