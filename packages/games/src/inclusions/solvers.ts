// The solvers of `games/monotone-inclusion`.
import { anchoredPopovSolver } from './anchored-popov.ts';
import { extraAnchoredGradientSolver } from './extra-anchored-gradient.ts';
import { extragradientSolver } from './extragradient.ts';
import { gradientDescentAscentSolver } from './gradient-descent-ascent.ts';
import { halpernSolver } from './halpern.ts';
import { optimisticGdaSolver } from './optimistic-gda.ts';
import { svrgExtragradientSolver } from './svrg-extragradient.ts';
import { vrHalpernSolver } from './vr-halpern.ts';
import { vrHalpernInexactSolver } from './vr-halpern-inexact.ts';

/** All of them. */
export const inclusionSolvers = [
  vrHalpernSolver,
  vrHalpernInexactSolver,
  halpernSolver,
  extragradientSolver,
  extraAnchoredGradientSolver,
  anchoredPopovSolver,
  optimisticGdaSolver,
  gradientDescentAscentSolver,
  svrgExtragradientSolver,
];
