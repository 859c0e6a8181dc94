// Guarantees: their premises as data, and the guarantee that follows from premises and ledger alone.
import { checkChoice, checkNumber, checkObject, fault } from '@infimum/core';
import type { Adjacency, PrivacyEvent, PrivacyLedger } from './accountant.ts';
import { countedEpsilon, privacyLossEpsilon, rdpOrders, renyiDivergence } from './accountant.ts';

/** The premises of a guarantee. */
export interface PrivacyPremises {
  /** The relation of neighbouring data sets. */
  readonly adjacency: Adjacency;
  /** The public number of records: sums are divided by it, and rates are of it. */
  readonly records: number;
  /** Length to which what a record adds is shortened. */
  readonly clipNorm: number;
  /** The records of a release: all, each drawn independently with the rates of the ledger, or batches with each record in at most one. */
  readonly sampling: 'all' | 'poisson' | 'disjoint';
  /** Where the noise is from. */
  readonly noise: 'cryptographic' | 'seeded';
  /** Convexity and smoothness of every record's loss, where noise rests on them: known for the loss, or unchecked. */
  readonly convexity?: 'known' | 'unchecked';
}

/** What a ledger and premises guarantee. */
export interface PrivacyGuarantee {
  /** The relation of neighbouring data sets. */
  readonly adjacency: Adjacency;
  /** ε, as the accountant counts it. */
  readonly epsilon: number;
  /** δ. */
  readonly delta: number;
  /** ε at this δ by loss distributions, which does not hold for plans that were made after looking at results. */
  readonly lossEpsilon: number;
  /** The Rényi curve: divergences of the releases as if of real numbers, by order. */
  readonly renyi: readonly {
    /** a > 1. */
    readonly order: number;
    /** The divergence of order a. */
    readonly divergence: number;
  }[];
  /** Its premises, a sentence each: those that were enforced, and those that were not checked. */
  readonly assumptions: readonly string[];
  /** All of it in words. */
  readonly text: string;
}

/**
 * The guarantee of a result, computed from its ledger and its premises alone: both are data, and may come from a file.
 *
 * @throws {InvalidInputError} naming `ledger` or `premises`
 *
 * @example
 * ```ts
 * import { dpGd, huberLoss, privacyGuarantee } from '@infimum/optim/private';
 *
 * const points = { rows: 1000, cols: 1, values: new Float64Array(1000).fill(0.25) };
 * const { ledger, premises } = dpGd(huberLoss(points), { epsilon: 1, delta: 1e-6, steps: 10 });
 * const stored = JSON.stringify({ ledger, premises });
 * const { epsilon, renyi, text } = privacyGuarantee(JSON.parse(stored));
 * console.log(epsilon.toFixed(3), renyi.length > 100); // 1.000 true
 * console.log(text.split(':')[0]); // ε = 1, δ = 0.000001
 * ```
 */
export function privacyGuarantee(result: {
  readonly ledger: PrivacyLedger;
  readonly premises: PrivacyPremises;
}): PrivacyGuarantee {
  checkObject(result, 'result');
  const { ledger, premises } = result;
  checkObject(ledger, 'ledger');
  checkObject(premises, 'premises');
  checkChoice(premises.adjacency, 'premises.adjacency', ['replace', 'add-remove'] as const);
  if (premises.adjacency !== ledger.adjacency) {
    throw fault(`is of ${ledger.adjacency} neighbours, not ${premises.adjacency}`, 'ledger', 'unsupported');
  }
  checkNumber(ledger.delta, 'ledger.delta', { above: 0, below: 1 });
  const { events, delta, adjacency } = ledger;
  const counted = { ...ledger, spent: countedEpsilon(events, delta) };
  return {
    adjacency,
    epsilon: counted.spent,
    delta,
    lossEpsilon: events.some(({ sampling }) => sampling === 'fixed') ? counted.spent : privacyLossEpsilon(events, delta),
    renyi: rdpOrders.map((order) => ({ order, divergence: renyiDivergence(events, order) })),
    assumptions: describePremises(premises, events),
    text: guaranteeText(counted, premises),
  };
}

/** Premises in sentences. */
export function describePremises(premises: PrivacyPremises, events: readonly PrivacyEvent[]): string[] {
  const { adjacency, records, clipNorm, sampling, noise, convexity } = premises;
  const rates = [...new Set(events.map(({ rate }) => rate).filter((rate) => rate < 1))];
  return [
    adjacency === 'replace'
      ? `Neighbouring data sets differ in one record that is replaced; the number of records, ${records}, is public.`
      : `Neighbouring data sets differ in one record that is added or removed; divisors and rates come from a public number of records, ${records}.`,
    convexity
      ? `Gradients of records are shortened to at most ${clipNorm}, and every record’s loss is convex and smooth: ${convexity === 'known' ? 'known of this loss' : 'nobody has checked it'}. Rounding on the way to sums is not counted.`
      : `Each record’s contribution is shortened to ${clipNorm}, rounded to a grid and summed in whole numbers: rounding leaks nothing.`,
    ...(sampling === 'disjoint' ? ['Every record is in at most one batch of a pass.'] : []),
    ...rates.map((rate) => `Every record is in a sample with probability ${rate}, independently of all others.`),
    noise === 'seeded'
      ? 'Noise is discrete Gaussian, drawn exactly, but from a seed: for experiments only, because anyone who knows the seed can remove it.'
      : 'Noise is discrete Gaussian, drawn exactly from the platform’s cryptographic source, which is assumed to be random.',
    'Only results are covered, not the running time, nor what a loss throws or writes elsewhere.',
  ];
}

/** A guarantee in words. */
export function guaranteeText({ spent, delta, events }: PrivacyLedger, premises: PrivacyPremises): string {
  const change = premises.adjacency === 'replace' ? 'replacing any one record' : 'adding or removing any one record';
  const shown = Math.ceil(spent * 1e4 * (1 - 1e-9)) / 1e4;
  const factor = Math.ceil(Math.exp(shown) * 100) / 100;
  const releases = events.reduce((sum, { count }) => sum + count, 0);
  return [
    `ε = ${shown}, δ = ${delta}: ${change} makes no result more than ${factor} times as likely or as unlikely, but for results with a`,
    `probability of ${delta} in all. That counts ${releases} noisy release${releases === 1 ? '' : 's'}.`,
    ...(premises.noise === 'seeded' ? ['It does not hold against anyone who knows the seed.'] : []),
    ...(premises.convexity === 'unchecked' ? ['It relies on convexity, which has not been checked.'] : []),
  ].join(' ');
}
