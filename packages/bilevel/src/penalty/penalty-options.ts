// The common parts of both penalty methods: options, the state of an iteration, and how the penalty falls.
//
// J. Kwon, D. Kwon, S. Wright, R. Nowak: On Penalty Methods for Nonconvex Bilevel Optimization and First-Order Stochastic
// Approximation (arXiv 2309.01753).
import type { OptionSpecs, Outcome, Steps } from '@infimum/core';
import type { BilevelIterate, BilevelSolution } from '../models/bilevel-optimization.ts';
import type { BilevelState } from '../single/bilevel-state.ts';

/** Options of both. */
export const penaltyOptions = {
  sigma: { type: 'number', above: 0, default: 1e-2, description: 'σ, the weight of f in the lower level; the bias is O(σ)' },
  proximalStepSize: { type: 'number', was: 'rho', above: 0, description: 'ρ of the proximal anchors; 1/(2 L_g) by default' },
  anchorStepSize: { type: 'number', was: 'beta', above: 0, max: 1, default: 0.5, description: 'Step size of the anchors' },
  stepSize: {
    type: 'number',
    was: 'alpha',
    above: 0,
    default: 0.02,
    description: 'Largest step size of x, limited to 5 σ times it; with Adam the full step size',
  },
  lowerStepSize: { type: 'number', was: 'gamma', above: 0, description: 'Inner step size; 0.9/(L_g + σ L_f + 1/ρ) by default' },
  lipschitz: { type: 'number', above: 0, description: 'L_g, the curvature of g in y; measured by default' },
  upperLipschitz: { type: 'number', above: 0, description: 'L_f, the curvature of f in y; measured by default' },
  continuation: {
    type: 'number',
    above: 0,
    max: 1,
    default: 1,
    description: 'Factor for σ whenever the stationarity is below continuationLevel σ; 1 for a fixed σ',
  },
  continuationLevel: { type: 'number', above: 0, default: 1, description: 'Stationarity over σ at which σ is reduced' },
  minSigma: { type: 'number', was: 'sigmaMin', above: 0, default: 1e-4, description: 'Smallest σ of the continuation' },
  tolerance: { type: 'number', min: 0, default: 1e-6, description: 'Relative residuals to stop at; inner ones over σ' },
} as const satisfies OptionSpecs;

/** The state of an iteration of a penalty method. */
export interface PenaltyIterate extends BilevelIterate {
  /** |x − P(x − αD)|/α; |D| without a set. */
  readonly stationarity: number;
  /** Length of the last inner step of w_y over its step size. */
  readonly residualY: number;
  /** The same for w_z. */
  readonly residualZ: number;
  /** σ. */
  readonly sigma: number;
}

/** What a penalty method returns. */
export type PenaltyOutcome = Outcome<BilevelSolution, PenaltyIterate>;

/** The steps of a penalty method. */
export type PenaltySteps = Steps<BilevelSolution, PenaltyIterate>;

/** Residuals of the last iteration; infinite before the first. */
export interface PenaltyResiduals {
  stationarity: number;
  residualY: number;
  residualZ: number;
}

/** Lowers σ where the stationarity allows it. */
export function continueSigma(
  state: BilevelState,
  stationarity: number,
  options: { readonly continuation: number; readonly continuationLevel: number; readonly minSigma: number },
): void {
  const { continuation, continuationLevel, minSigma } = options;
  if (continuation < 1 && stationarity <= continuationLevel * state.sigma)
    state.sigma = Math.min(state.sigma, Math.max(minSigma, state.sigma * continuation));
}
