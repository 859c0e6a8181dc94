// Code shared by private methods: options, the charge before the first release, and results that contain only releases.
import type { Conclusion, Iterate } from '@infimum/core';
import { exhausted, fault } from '@infimum/core';
import type { Accountant, PrivacyEvent, PrivacyLedger } from './accountant.ts';
import { createAccountant } from './accountant.ts';
import type { PrivacyPremises } from './guarantee.ts';
import { describePremises, guaranteeText } from './guarantee.ts';
import type { NoiseGrid, NoiseSource } from './noise.ts';
import { discreteGaussian, noiseGrid, noiseSource } from './noise.ts';
import type { PrivateLoss } from './private-loss.ts';
import { probeGradient } from './private-loss.ts';

/** Weights, and what they cost. */
export interface PrivateSolution {
  /** The weights w: private. */
  readonly w: Float64Array;
  /** ε of all that the accountant has counted, this run included. */
  readonly epsilon: number;
  /** δ. */
  readonly delta: number;
  /** The ledger, to be stored with the weights. */
  readonly ledger: PrivacyLedger;
  /** Gradients of single records that were computed: a number that does not depend on their values. */
  readonly gradients: number;
  /** What stands against the guarantee, such as noise from a seed; empty where nothing does. */
  readonly warning: string;
  /** What the guarantee rests on, as data; `privacyGuarantee` computes it from these and the ledger. */
  readonly premises: PrivacyPremises;
  /** The same, a sentence each. */
  readonly assumptions: readonly string[];
  /** The guarantee in words. */
  readonly guarantee: string;
}

/** One iteration: released numbers only. */
export interface PrivateIterate extends Iterate<PrivateSolution> {
  /** Length of the noisy gradient. */
  readonly noisyGradientNorm: number;
}

export const epsilon = { type: 'number', above: 0, max: 1e6, required: true, description: 'Budget of the run' } as const;
export const delta = {
  type: 'number',
  above: 0,
  below: 1,
  required: true,
  description: 'Probability with which epsilon may be exceeded: far below 1/n',
} as const;
export const adjacency = {
  type: 'choice',
  choices: ['replace', 'add-remove'],
  default: 'replace',
  description: 'Neighbours differ by replacing a record, or by adding or removing one',
} as const;
export const publicSize = {
  type: 'integer',
  min: 1,
  max: 2 ** 31 - 1,
  description:
    'Publicly known number of records, used for divisors and sampling rates; required with add-remove, otherwise the number of records by default',
} as const;
export const clipNorm = {
  type: 'number',
  was: 'clip',
  above: 0,
  description:
    'Clipping norm of record gradients; L0 by default. The noise is proportional to it: below L0 there is less gradient and less noise',
} as const;
export const output = {
  type: 'choice',
  choices: ['least', 'last', 'random'],
  default: 'least',
  description: 'The returned iterate: the one with the smallest noisy gradient, the last, or a random one',
} as const;
export const accountant = {
  type: 'value',
  check: checkAccountant,
  description: 'Accountant shared with other runs; by default a new one with this budget',
} as const;
export const noiseSeed = {
  type: 'integer',
  min: 0,
  description: 'Seed of noise and samples, for experiments only; the platform’s cryptographic source by default',
} as const;

function checkAccountant(value: unknown, argument: string): asserts value is Accountant {
  if (typeof (value as Accountant | null)?.charge === 'function') return;
  throw fault('expected an accountant by createAccountant', argument, 'type');
}

/** Sensitivity of a sum over a clip: 2 where a record is replaced, 1 where it is added or removed. */
export function sensitivityFactor(kind: 'replace' | 'add-remove'): number {
  return kind === 'replace' ? 2 : 1;
}

/** Blocks by place shift where a record is added or removed, and then more than one of them changes. */
export function requireReplacement(kind: 'replace' | 'add-remove'): void {
  if (kind === 'replace') return;
  throw fault('must be replace: batches are blocks of records by their place', 'adjacency', 'unsupported');
}

/**
 * The number of records that steps, rates and divisors are computed from. Where a record may be added or removed, the actual one is
 * not public: dividing by it would move the mean of a full batch by more than the noise is made for, and rates of samples by it would
 * change the chances of all other records too.
 *
 * @throws {InvalidInputError} `missing`, naming `publicSize`
 */
export function publicRecords(
  { records }: PrivateLoss,
  {
    adjacency: kind,
    publicSize: size,
  }: { readonly adjacency: 'replace' | 'add-remove'; readonly publicSize: number | undefined },
): number {
  if (size !== undefined) return size;
  if (kind === 'replace') return records;
  const problem =
    'is required with add-remove: neighbours differ in the number of records, which therefore must not determine divisors or rates';
  throw fault(problem, 'publicSize', 'missing');
}

/** A run that has been paid for. */
export interface PaidRun {
  readonly noise: NoiseSource;
  /** Gradients so far. */
  gradients: number;
  /** The result with these weights. */
  solution(w: Float64Array): PrivateSolution;
  /** The end of a run: its steps are planned beforehand, and whether they reached anything is no release. */
  end(w: Float64Array): Conclusion<PrivateSolution>;
}

/** What a run may spend, and where its noise is from. */
export interface PaymentSettings {
  readonly epsilon: number;
  readonly delta: number;
  readonly adjacency: 'replace' | 'add-remove';
  readonly accountant: Accountant | undefined;
  readonly seed: number | undefined;
}

/** The result of a run that was not charged: zeros, which cost no privacy. */
export function unpaid(used: Accountant, dimension: number): PrivateSolution {
  const ledger = used.ledger();
  const { spent: epsilon, delta } = ledger;
  return {
    w: new Float64Array(dimension),
    epsilon,
    delta,
    ledger,
    gradients: 0,
    warning: '',
    premises: { adjacency: used.adjacency, records: 0, clipNorm: 0, sampling: 'all', noise: 'cryptographic' },
    assumptions: [],
    guarantee: 'Nothing has been released.',
  };
}

/** Charges all releases of a run before any of them is made; `given` has the premises besides neighbours and noise. */
export function payFor(
  loss: PrivateLoss,
  events: readonly PrivacyEvent[],
  settings: PaymentSettings,
  given: Omit<PrivacyPremises, 'adjacency' | 'noise'>,
): PaidRun {
  const { seed, adjacency: kind } = settings;
  const used = settings.accountant ?? createAccountant(settings);
  if (used.adjacency !== kind || used.delta !== settings.delta) {
    const problem = `counts ${used.adjacency} and delta = ${used.delta}, the run ${kind} and ${settings.delta}`;
    throw fault(problem, 'accountant', 'unsupported');
  }
  // A run beyond the budget is refused before it sees data; a loss that fails on its first record fails before the charge.
  if (used.epsilon(events) <= used.ledger().epsilon * (1 + 1e-9)) probeGradient(loss);
  used.charge(events);
  const ledger = used.ledger();
  const premises: PrivacyPremises = { adjacency: kind, ...given, noise: seed === undefined ? 'cryptographic' : 'seeded' };
  const warning = seed === undefined ? '' : 'the noise came from a seed: whoever knows it sees through it';
  const assumptions = describePremises(premises, events);
  const guarantee = guaranteeText(ledger, premises);
  const run: PaidRun = {
    noise: noiseSource(seed),
    gradients: 0,
    solution: (w) => ({
      w: w.slice(),
      epsilon: ledger.spent,
      delta: ledger.delta,
      ledger,
      gradients: run.gradients,
      warning,
      premises,
      assumptions,
      guarantee,
    }),
    end: (w) => exhausted(run.solution(w), 'the planned releases are made'),
  };
  return run;
}

/** An event whose sums and noise are on the grid for its noise. */
export function gridEvent(
  kind: string,
  rate: number,
  sigma: number,
  count: number,
  dimension: number,
  factor: number,
): PrivacyEvent {
  return { kind, rate, sigma, count, grid: { dimension, deviation: 2 ** noiseGrid(sigma, factor).power } };
}

/** Adds noise to whole numbers, exactly, and makes them real ones: a unit is `length` over the grid's steps, divided by `size`. */
export function addNoise(
  sums: Float64Array,
  { power, steps }: NoiseGrid,
  length: number,
  size: number,
  noise: NoiseSource,
): void {
  const draw = discreteGaussian(noise, power);
  const unit = length / steps / size;
  for (let j = 0; j < sums.length; j++) sums[j] = (sums[j] + draw()) * unit;
}

/** Records of a Poisson sample: each is in it with probability `rate`. */
export function poissonSample(records: number, rate: number, noise: NoiseSource): Int32Array {
  const chosen: number[] = [];
  // Draws are multiples of 2^-53: a rate between two of them would be exceeded.
  const chance = Math.floor(rate * 2 ** 53) / 2 ** 53;
  for (let i = 0; i < records; i++) if (noise.uniform() < chance) chosen.push(i);
  return Int32Array.from(chosen);
}

/** All records in a random order that does not depend on them: files are often sorted, and blocks must be random samples. */
export function shuffledRecords(records: number, noise: NoiseSource): Int32Array {
  const order = Int32Array.from({ length: records }, (_, i) => i);
  for (let i = records - 1; i > 0; i--) {
    const j = Math.floor(noise.uniform() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}

/** The theoretical size of the errors of full gradients, √(d ln(1/δ)) / (n ε). */
export function privateScale({ dimension, records }: PrivateLoss, epsilon: number, delta: number): number {
  return Math.sqrt(dimension * Math.log(1 / delta)) / (records * epsilon);
}

/** Keeps the iterate that is to be returned. */
export function createSelection(rule: 'least' | 'last' | 'random', steps: number, noise: NoiseSource) {
  const place = rule === 'random' ? Math.floor(noise.uniform() * steps) : -1;
  let least = Infinity;
  let kept: Float64Array | undefined;
  return {
    /** Offers the iterate of step k and the length of its noisy gradient. */
    offer(k: number, w: Float64Array, size: number): void {
      if (rule === 'last' || (rule === 'random' ? k === place : size < least)) kept = w.slice();
      least = Math.min(least, size);
    },
    /** The choice so far. */
    chosen: (w: Float64Array): Float64Array => kept ?? w,
  };
}
