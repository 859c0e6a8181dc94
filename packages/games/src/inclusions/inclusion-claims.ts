// The claims of the paper on variance-reduced Halpern iterations, by counted evaluations.
import type { ClaimResult } from '@infimum/core';
import { defineClaim } from '@infimum/core';
import { extraAnchoredGradient } from './extra-anchored-gradient.ts';
import { halpern } from './halpern.ts';
import { policemanAndBurglar, scaledBilinear, scaledQuadratics } from './inclusion-families.ts';
import { halpernPaper as paper } from './papers.ts';
import { svrgExtragradient } from './svrg-extragradient.ts';
import { vrHalpern } from './vr-halpern.ts';
import { vrHalpernInexact } from './vr-halpern-inexact.ts';

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** Bounds on expectations are looked at over a dozen draws. */
const seeds = Array.from({ length: 12 }, (_, k) => k + 1);

/** Medians of the gain on cocoercive sums over the first of these draws. */
export function cocoerciveGain(draws: number): ClaimResult {
  const goal = { tolerance: 0, absoluteTolerance: 1e-2 };
  const gains = [10_000, 100_000].map((n) =>
    median(
      seeds.slice(0, draws).map((seed) => {
        const problem = scaledQuadratics(n, 20, seed);
        return halpern(problem, goal).evaluations.value / vrHalpern(problem, { ...goal, seed }).evaluations.value;
      }),
    ),
  );
  return {
    measured: `${gains[0].toFixed(1)} times fewer evaluations than Halpern at n = 1e4, ${gains[1].toFixed(1)} at n = 1e5 (medians of ${draws})`,
    verdict: gains[0] >= 10 && gains[1] >= 20 ? 'reproduced' : gains[0] > 3 ? 'partly reproduced' : 'not reproduced',
    figures: { at1e4: gains[0], at1e5: gains[1] },
  };
}

function monotoneGain(): ClaimResult {
  const goal = { tolerance: 0, absoluteTolerance: 1e-2 };
  let isRight = true;
  const gain = median(
    seeds.map((seed) => {
      const problem = scaledBilinear(10_000, 10, seed);
      const inexact = vrHalpernInexact(problem, { ...goal, seed, restart: false });
      const anchored = extraAnchoredGradient(problem, goal);
      isRight &&= inexact.status === 'converged' && anchored.status === 'converged';
      return anchored.evaluations.value / inexact.evaluations.value;
    }),
  );
  return {
    measured: `${gain.toFixed(1)} times fewer evaluations than the extra-anchored gradient at n = 1e4 (median of twelve)`,
    verdict: isRight && gain >= 8 ? 'reproduced' : isRight && gain > 1 ? 'partly reproduced' : 'not reproduced',
    figures: { gain },
  };
}

function matrixGame(): ClaimResult {
  const problem = policemanAndBurglar(200, 0.8, 1);
  const budget = { tolerance: 0, absoluteTolerance: 0, maxEpochs: 500 };
  const [direct, anchored, reduced] = [vrHalpern, extraAnchoredGradient, svrgExtragradient].map(
    (method) => method(problem, budget).residual,
  );
  return {
    measured: `residuals after 500 epochs: ${direct.toExponential(1)} (Halpern with variance reduction), ${anchored.toExponential(1)} (extra-anchored gradient), ${reduced.toExponential(1)} (extragradient with variance reduction)`,
    verdict: direct < anchored && direct < reduced ? 'reproduced' : direct < anchored ? 'partly reproduced' : 'not reproduced',
    figures: { direct, anchored, reduced },
  };
}

/** The paper's claims. */
export const inclusionClaims = [
  defineClaim({
    id: 'games/halpern-cocoercive',
    paper,
    statement:
      'Variance reduction brings the last iterate’s residual to epsilon in n + sqrt(n) L / epsilon evaluations instead of n L / epsilon.',
    published: 'the rates, and curves without numbers',
    budget: 60,
    run: async () => cocoerciveGain(seeds.length),
  }),
  defineClaim({
    id: 'games/halpern-monotone',
    paper,
    statement: 'For monotone Lipschitz sums the inexact iteration needs sqrt(n) times fewer evaluations up to logarithms.',
    published: 'the rates, and curves without numbers',
    budget: 60,
    run: async () => monotoneGain(),
  }),
  defineClaim({
    id: 'games/halpern-matrix-game',
    paper,
    statement: 'On the game of policeman and burglar the direct method ends lowest, although its theorem does not cover it.',
    published: 'curves without numbers',
    budget: 60,
    run: async () => matrixGame(),
  }),
];
