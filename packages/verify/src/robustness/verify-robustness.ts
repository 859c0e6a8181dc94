// Robustness of a classification: no input near x has another label.
import type { Outcome, VectorLike } from '@infimum/core';
import { checkInteger, checkObject, fault } from '@infimum/core';
import type { RegionAroundOptions } from '../bounds/region.ts';
import { regionAround } from '../bounds/region.ts';
import type { NetworkLike } from '../networks/network.ts';
import { asNetwork, evaluateNetwork } from '../networks/network.ts';
import type { PropertyIterate, PropertySolution, UnsafeCase, VerifyPropertyOptions } from './verify-property.ts';
import { verifyProperty } from './verify-property.ts';

/** The question. */
export interface RobustnessQuestion extends RegionAroundOptions {
  /** The network; the label of an input is its largest output. */
  readonly network: NetworkLike;
  /** The input. */
  readonly x: VectorLike;
  /** The radius of input changes. */
  readonly radius: number;
  /** The expected label; by default the one of x. */
  readonly label?: number;
}

/** What is known. */
export interface RobustnessSolution extends PropertySolution {
  /** The expected label. */
  readonly label: number;
  /** The label of the witness. */
  readonly witnessLabel?: number;
}

/**
 * Whether every input within `radius` of x keeps its label: y_label - y_j > 0 for all other j, each margin bounded as
 * one row. See `verifyProperty` for the meaning and cost of verdicts.
 *
 * @param question - network, input, radius, and the norm and range of inputs
 * @throws {InvalidInputError} for an inconsistent question
 *
 * @example
 * ```ts
 * import { denseNetwork, verifyRobustness } from '@infimum/verify';
 *
 * const network = denseNetwork([[1, 0, 0, 1], [1, 0, 0, 1]], [[0, 0], [0, 0]]);
 * const x = [1, 0.5];
 * console.log(verifyRobustness({ network, x, radius: 0.2 }).verdict); // certified
 * const broken = verifyRobustness({ network, x, radius: 0.3 });
 * console.log(broken.verdict, broken.label, broken.witnessLabel); // falsified 0 1
 * ```
 */
export function verifyRobustness(
  question: RobustnessQuestion,
  options: VerifyPropertyOptions = {},
): Outcome<RobustnessSolution, PropertyIterate> {
  checkObject(question, 'question');
  const network = asNetwork(question.network);
  const y = evaluateNetwork(network, question.x);
  if (y.length < 2) throw fault('has one output, so no other label', 'network', 'shape');
  const label = question.label ?? largest(y);
  checkInteger(label, 'label', { min: 0, max: y.length - 1 });
  const unsafe = robustnessCases(question, label, y.length);
  const outcome = verifyProperty({ network, unsafe }, options);
  if (!outcome.witness) return { ...outcome, label };
  const rival = outcome.unsafeCase ?? 0;
  return { ...outcome, label, witnessLabel: rival < label ? rival : rival + 1 };
}

/** A case for every other label: y_label - y_j <= 0. */
export function robustnessCases(
  { x, radius, norm, clip }: Omit<RobustnessQuestion, 'network'>,
  label: number,
  outputs: number,
): UnsafeCase[] {
  const region = regionAround(x, radius, { norm, clip });
  const cases: UnsafeCase[] = [];
  for (let j = 0; j < outputs; j++) {
    if (j === label) continue;
    const rows = new Float64Array(outputs);
    rows[label] = 1;
    rows[j] = -1;
    cases.push({ region, rows, limits: new Float64Array(1) });
  }
  return cases;
}

const largest = (values: Float64Array): number => values.reduce((best, value, i) => (value > values[best] ? i : best), 0);
