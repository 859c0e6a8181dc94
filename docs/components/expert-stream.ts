// A stream of batches whose gate scores drift, each batch routed greedily and by a balancer.
import { Random } from '@infimum/core';
import { createExpertBalancer, topKRoute } from '@infimum/ot';
import type { ExpertBalancerOptions } from '@infimum/ot/experts';

/** The step rules of biases, by the names on the page. */
export const RULES = {
  'sign, constant': { update: 'sign', schedule: 'constant', stepSize: 0.01 },
  'proportional, constant': { update: 'proportional', schedule: 'constant' },
  'proportional, 1/√n': { update: 'proportional', schedule: 'square-root' },
  'proportional, 1/n': { update: 'proportional', schedule: 'harmonic' },
  'coordinate dual, sees the batch first': { method: 'coordinate-dual' },
} satisfies Record<string, Partial<ExpertBalancerOptions>>;

/** The name of a step rule. */
export type Rule = keyof typeof RULES;

/** A stream and how it is balanced. */
export interface StreamOptions {
  readonly experts: number;
  readonly expertsPerToken: number;
  /** Tokens of a batch. */
  readonly tokens: number;
  readonly rule: Rule;
  /** Share of the experts' popularity that a batch makes new, from 0 (none) to 1. */
  readonly drift: number;
  readonly seed: number;
}

/** Loads of the experts, and the excess of the largest over its share. */
export interface Balance {
  readonly loads: Int32Array;
  /** Largest load divided by the mean load, minus one. */
  readonly maxViolation: number;
}

/** One batch, routed twice. */
export interface RoutedBatch {
  /** Number of the batch, from 1. */
  readonly iteration: number;
  readonly greedy: Balance;
  readonly balanced: Balance;
}

/** Standard deviation of the experts' popularity before the sigmoid, drifting or not. */
const SPREAD = 0.6;

/** Endless batches; to stop, call `return` of the generator, which releases the balancer's memory. */
export function* routedBatches(options: StreamOptions): Generator<RoutedBatch, void> {
  const { experts, expertsPerToken, tokens, rule, drift, seed } = options;
  const random = new Random(seed);
  const popularity = Float64Array.from({ length: experts }, () => SPREAD * random.normal());
  const balancer = createExpertBalancer({ experts, expertsPerToken, ...RULES[rule] });
  try {
    for (let iteration = 1; ; iteration++) {
      const scores = gateScores(tokens, popularity, random);
      const { loads, maxViolation } = balancer.route(scores);
      const greedy = topKRoute(scores, expertsPerToken).loads;
      yield {
        iteration,
        greedy: { loads: greedy, maxViolation: (Math.max(...greedy) * experts) / (tokens * expertsPerToken) - 1 },
        balanced: { loads, maxViolation },
      };
      // An Ornstein-Uhlenbeck step, which keeps the spread.
      for (let k = 0; k < experts; k++) {
        popularity[k] = Math.sqrt(1 - drift ** 2) * popularity[k] + drift * SPREAD * random.normal();
      }
    }
  } finally {
    balancer.release();
  }
}

/** Sigmoids of normal numbers around the experts' popularity, a row a token. */
function gateScores(tokens: number, popularity: Float64Array, random: Random) {
  const cols = popularity.length;
  const values = new Float64Array(tokens * cols);
  for (let at = 0; at < values.length; at++) {
    values[at] = 1 / (1 + Math.exp(-(random.normal() + popularity[at % cols])));
  }
  return { rows: tokens, cols, values };
}
