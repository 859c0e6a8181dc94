// The balanced expert assignment as a linear program for HiGHS: an oracle that shares no code with this package.
import type { ExpertAssignment } from '../experts/expert-assignment.ts';
import { loadHighs } from './highs.ts';

/** A function that finds the greatest affinity with loads between KT/E rounded down and up. */
export async function assignmentOracle(): Promise<(problem: ExpertAssignment) => number> {
  const highs = await loadHighs();
  return (problem) => {
    const { Status, ObjectiveValue } = highs.solve(programOf(problem));
    if (Status !== 'Optimal') throw new Error(`HiGHS ended with status ${Status}`);
    return ObjectiveValue;
  };
}

/** The program in the LP format; the first experts take what equal loads leave over. */
export function programOf({ scores, expertsPerToken }: ExpertAssignment): string {
  const { rows, cols, values } = scores;
  const lines = ['Maximize'];
  for (const [at, value] of values.entries()) lines.push(`${value < 0 ? '-' : '+'} ${Math.abs(value)} x${at}`);
  lines.push('Subject To');
  for (let i = 0; i < rows; i++) {
    lines.push(`${Array.from({ length: cols }, (_, k) => `+ x${i * cols + k}`).join('\n')} = ${expertsPerToken}`);
  }
  const slots = rows * expertsPerToken;
  for (let k = 0; k < cols; k++) {
    const load = Math.floor(slots / cols) + (k < slots % cols ? 1 : 0);
    lines.push(`${Array.from({ length: rows }, (_, i) => `+ x${i * cols + k}`).join('\n')} = ${load}`);
  }
  lines.push('Bounds');
  for (let at = 0; at < rows * cols; at++) lines.push(`0 <= x${at} <= 1`);
  lines.push('End');
  return lines.join('\n');
}
