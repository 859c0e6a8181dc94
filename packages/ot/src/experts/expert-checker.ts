// A bound on the affinity of all routings within the capacities, from biases, and the affinity that a routing keeps within them.
import type { Verdict } from '@infimum/core/certificate';
import { down, radiusOfSum, up } from '@infimum/rigor';
import { potentials } from '../transport-checker.ts';
import type { ExpertAssignment, ExpertRouting } from './expert-assignment.ts';

/** What is added to the scores of every expert. */
export interface ExpertWitness {
  /** p, one an expert. */
  readonly bias: ArrayLike<number>;
}

/**
 * Proves that no routing of K experts a token within the capacities has an affinity above the dual value of the witness's biases, and
 * encloses the affinity that experts keep of the solution's routing: their best tokens up to their capacities. Never throws.
 */
export function check(problem: ExpertAssignment, solution: ExpertRouting, witness: unknown): Verdict {
  const { scores, expertsPerToken: count } = problem;
  const { rows, cols, values } = scores;
  const bias = potentials((witness as Partial<ExpertWitness> | null)?.bias, cols);
  if (!bias) return { proved: false, reason: `the witness does not have ${cols} finite biases` };
  const slots = rows * count;
  const least = Math.floor(slots / cols);
  const capacities = problem.capacities ?? Array.from({ length: cols }, (_, k) => least + (k < slots % cols ? 1 : 0));
  const kept = keptAffinity(problem, solution, capacities);
  if (!kept) return { proved: false, reason: 'the routing has other tokens or experts' };
  let dual = 0;
  const largest = new Float64Array(count);
  for (let i = 0; i < rows; i++) {
    largest.fill(-Infinity);
    for (let k = 0; k < cols; k++) {
      const score = up(values[i * cols + k] + bias[k]);
      if (score <= largest[0]) continue;
      let at = 0;
      for (; at + 1 < count && score > largest[at + 1]; at++) largest[at] = largest[at + 1];
      largest[at] = score;
    }
    for (let at = 0; at < count; at++) dual = up(dual + largest[at]);
  }
  let [room, dearest] = [0, -Infinity];
  for (let k = 0; k < cols; k++) {
    dual = up(dual - down(capacities[k] * bias[k]));
    room += capacities[k];
    dearest = Math.max(dearest, bias[k]);
  }
  dual = up(dual + up((room - slots) * dearest));
  if (!(dual < Infinity)) return { proved: false, reason: 'the sums are beyond the range of doubles' };
  const { lower, upper, isComplete } = kept;
  const gap = { lower: isComplete ? 0 : -Infinity, upper: up(dual - lower) };
  const optimum = { lower: isComplete ? lower : -Infinity, upper: dual };
  const figures = { gap, optimum, keptAffinity: { lower, upper } };
  return { proved: true, figures };
}

/** The largest scores of every expert up to its capacity; undefined for what is no routing to different experts. */
function keptAffinity(
  { scores: { rows, cols, values }, expertsPerToken }: ExpertAssignment,
  { tokenPointers, experts }: ExpertRouting,
  capacities: ArrayLike<number>,
) {
  const isList = tokenPointers instanceof Int32Array && experts instanceof Int32Array;
  if (!isList || tokenPointers.length !== rows + 1 || tokenPointers[0] !== 0) return undefined;
  const offered = Array.from({ length: cols }, (): number[] => []);
  const last = new Int32Array(cols).fill(-1);
  let isFull = true;
  for (let i = 0; i < rows; i++) {
    const [from, to] = [tokenPointers[i], tokenPointers[i + 1]];
    if (!(from <= to && to <= experts.length)) return undefined;
    isFull &&= to - from === expertsPerToken;
    for (let at = from; at < to; at++) {
      const k = experts[at];
      if (!(k >= 0 && k < cols && last[k] !== i)) return undefined;
      last[k] = i;
      offered[k].push(values[i * cols + k]);
    }
  }
  let [sum, magnitude, terms] = [0, 0, 0];
  for (const [k, list] of offered.entries()) {
    list.sort((a, b) => b - a);
    for (const score of list.slice(0, capacities[k])) {
      sum += score;
      magnitude += Math.abs(score);
      terms++;
    }
  }
  const radius = radiusOfSum(terms + 1, magnitude);
  return { lower: down(sum - radius), upper: up(sum + radius), isComplete: isFull && terms === rows * expertsPerToken };
}
