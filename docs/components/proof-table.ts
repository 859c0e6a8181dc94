// A visitor's table of two classes, the proof that a plane separates them or that none does, and the checker's verdict.
import type { SeparabilityKind, SeparabilityWitness } from '@infimum/learn/checkers';
import { separabilityOf } from '@infimum/learn/checkers';
import { parseTable } from '../demo/own-data.ts';

/** Points with their classes. */
export interface Classes {
  readonly points: readonly (readonly number[])[];
  /** 1 or -1 each. */
  readonly labels: readonly number[];
}

/**
 * Rows of numbers, the class last: two different numbers, of which the larger is drawn as a disc.
 *
 * @throws {Error} that says what is wrong with the table
 */
export function readClasses(text: string): Classes {
  const rows = parseTable(text);
  const classes = [...new Set(rows.map((row) => row.at(-1) ?? 0))].sort((a, b) => a - b);
  if (rows[0].length < 2) throw new Error('a row needs numbers followed by its class');
  if (classes.length !== 2)
    throw new Error(`the last column has ${classes.length} different numbers; there must be two classes`);
  return { points: rows.map((row) => row.slice(0, -1)), labels: rows.map((row) => (row.at(-1) === classes[1] ? 1 : -1)) };
}

/** The text of a table: a blank between numbers. */
export function formatClasses({ points, labels }: Classes): string {
  return points.map((point, k) => [...point, labels[k]].join(' ')).join('\n');
}

const instanceOf = ({ points, labels }: Classes) => ({
  points: { rows: points.length, cols: points[0].length, values: Float64Array.from(points.flat()) },
  labels: Int8Array.from(labels),
  fitIntercept: true,
});

/** Searches for a proof; if none is found, gives the reason. The prover is loaded on demand. */
export async function findProof(classes: Classes): Promise<SeparabilityWitness | string> {
  const { separability } = await import('@infimum/learn');
  const answer = separability(instanceOf(classes));
  return answer.kind === 'undecided' ? answer.reason : simpler(classes, answer.witness);
}

/** The same plane in small numbers, if the checker accepts those, too. */
function simpler(classes: Classes, witness: SeparabilityWitness): SeparabilityWitness {
  if (!witness.plane || witness.support) return witness;
  const entries = [...witness.plane.weights, witness.plane.intercept].map(Number);
  const size = Math.max(...entries.slice(0, -1).map(Math.abs));
  for (let most = 1; most <= 100; most++) {
    const rounded = entries.map((entry) => Math.round((most * entry) / size));
    if (!rounded.every(Number.isSafeInteger)) break;
    const plane = { weights: rounded.slice(0, -1).map(BigInt), intercept: BigInt(rounded.at(-1) ?? 0) };
    if ('kind' in judge(classes, { plane })) return { plane };
  }
  return witness;
}

/** The fact that the checker derives from a proof, or why there is none. */
export function judge(classes: Classes, witness: unknown): { readonly kind: SeparabilityKind } | { readonly reason: string } {
  return separabilityOf(instanceOf(classes), witness);
}

/** A proof as lines that can be changed: `plane 3 -2 5`, `rows 0:2 4:3`, `kernel 1 0 -1`. */
export function formatProof({ plane, support, kernel = [] }: SeparabilityWitness): string {
  return [
    ...(plane ? [`plane ${[...plane.weights, plane.intercept].join(' ')}`] : []),
    ...(support ? [`rows ${support.rows.map((row, k) => `${row}:${support.multipliers[k]}`).join(' ')}`] : []),
    ...kernel.map((vector) => `kernel ${vector.join(' ')}`),
  ].join('\n');
}

/**
 * Reads such lines.
 *
 * @throws {Error} naming an invalid number or line
 */
export function parseProof(text: string): SeparabilityWitness {
  const lines = text.split('\n').map((line) => line.trim().split(/\s+/));
  const whole = (word: string | undefined) => {
    if (!/^-?\d+$/.test(word ?? '')) throw new Error(`‘${word ?? ''}’ is not an integer`);
    return BigInt(word ?? '');
  };
  const [planes, rows, kernels] = ['plane', 'rows', 'kernel'].map((word) => lines.filter(([first]) => first === word));
  const other = lines.find(([first]) => !['', 'plane', 'rows', 'kernel'].includes(first));
  if (other) throw new Error(`a line must begin with plane, rows or kernel, not with ‘${other[0]}’`);
  const [plane, support] = [planes[0]?.slice(1).map(whole), rows[0]?.slice(1).map((pair) => pair.split(':'))];
  return {
    ...(plane && { plane: { weights: plane.slice(0, -1), intercept: plane.at(-1) ?? 0n } }),
    ...(support && {
      support: { rows: support.map(([row]) => Number(whole(row))), multipliers: support.map(([, times]) => whole(times)) },
    }),
    ...(kernels.length > 0 && { kernel: kernels.map((line) => line.slice(1).map(whole)) }),
  };
}

/** The point where the two classes meet: the same mean of points of both classes. */
export function meetingPoint({ points, labels }: Classes, { support }: SeparabilityWitness): number[] | undefined {
  if (!support) return undefined;
  const held = support.rows
    .map((row, k) => ({ row, times: Number(support.multipliers[k]) }))
    .filter(({ row }) => labels[row] > 0);
  const total = held.reduce((sum, { times }) => sum + times, 0);
  return points[0].map((_, j) =>
    held.reduce((sum, { row, times }) => sum + (times / total) * (points[row]?.[j] ?? Number.NaN), 0),
  );
}

/** Initial tables. */
export const TABLES: readonly { readonly title: string; readonly text: string }[] = [
  { title: 'a narrow gap', text: '1 5 1\n2 3 1\n4 4 1\n3 2 1\n7 3 1\n2 1 -1\n4 1 -1\n6 2 -1\n8 2 -1\n7 0 -1' },
  { title: 'one point too far', text: '1 5 1\n2 3 1\n4 4 1\n3 2 1\n7 3 1\n2 1 -1\n4 1 -1\n6 2 -1\n8 2 -1\n4 3 -1' },
  { title: 'crossed pairs', text: '0 0 1\n1 1 1\n0 1 -1\n1 0 -1' },
  { title: 'classes that touch', text: '1 1 1\n2 2 1\n3 3 1\n3 3 -1\n4 4 -1\n5 2 -1' },
  { title: 'far from 0', text: '200001 0 -1\n200002 1 -1\n200004 0 1\n200005 1 1' },
  {
    title: 'four columns',
    text: '5.1 3.5 1.4 0.2 -1\n4.9 3 1.4 0.2 -1\n5.4 3.9 1.7 0.4 -1\n7 3.2 4.7 1.4 1\n6.4 3.2 4.5 1.5 1\n5.5 2.3 4 1.3 1',
  },
];
