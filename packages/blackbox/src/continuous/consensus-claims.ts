// The claims of the paper on consensus as gradient descent: counted successes, and angles to the gradient.
import type { ClaimContext, ClaimResult } from '@infimum/core';
import { defineClaim, Random } from '@infimum/core';
import { cbo } from './cbo.ts';
import { consensusHopping } from './consensus-hopping.ts';
import { canyonBlackBox } from './continuous-families.ts';
import { gradientDecomposition } from './gradient-decomposition.ts';
import { langevin } from './langevin.ts';
import { consensusPaper as paper } from './papers.ts';
import { grandCanyon } from './test-functions.ts';

/** Counts, of `runs` runs, how often consensus methods and gradient methods end near the global minimiser of the canyon. */
export function canyonRuns(runs: number, onProgress?: (message: string) => void) {
  const { target: _, ...canyon } = canyonBlackBox();
  // The paper's numbers are in the function's own units.
  const blackBox = { ...canyon, scale: Float64Array.of(1, 1) };
  const started = { ...canyon, scale: Float64Array.of(0.5, 0.5) };
  const isNear = (point: Float64Array, radius: number) => Math.hypot(...point) < radius;
  let [swarm, hops, narrow, heat] = [0, 0, 0, 0];
  for (let seed = 0; seed < runs; seed++) {
    onProgress?.(`run ${seed + 1} of ${runs}`);
    const { consensus } = cbo(started, {
      population: 200,
      noiseForm: 'isotropic',
      sigma: 1.6,
      schedule: 'fixed',
      alpha: 100,
      restarts: false,
      maxEvaluations: 50_000,
      seed,
    });
    if (isNear(consensus, 0.25)) swarm++;
    const hop = { population: 200, alpha: 100, maxEvaluations: 50_000, seed };
    if (isNear(consensusHopping(blackBox, { ...hop, sigma: 0.7 }).consensus, 0.5)) hops++;
    if (isNear(consensusHopping(blackBox, { ...hop, sigma: 0.4 }).consensus, 0.5)) narrow++;
    if (isNear(langevin(blackBox, { maxEvaluations: 50_000, seed }).last, 0.5)) heat++;
  }
  const { last } = langevin(blackBox, { sigma: 0, maxEvaluations: 50_000 });
  return { swarm, hops, narrow, heat, descent: isNear(last, 0.5) ? 1 : 0 };
}

/** Median cosine of hops and negative gradients at random points of the canyon. */
export function medianCosine(population: number, alpha: number, points: number): number {
  const random = new Random(5);
  const cosines = Array.from({ length: points }, (_, seed) => {
    const x = random.uniforms(new Float64Array(2)).map((u) => 11 * u - 3);
    const sigma = Math.sqrt(0.02 / alpha);
    return gradientDecomposition(grandCanyon, x, { population, alpha, sigma, seed }).cosine;
  });
  return cosines.sort((a, b) => a - b)[Math.floor(points / 2)];
}

function canyonClaim({ onProgress }: ClaimContext): ClaimResult {
  const runs = 50;
  const figures = canyonRuns(runs, onProgress);
  const { swarm, hops, narrow, heat, descent } = figures;
  const crosses = swarm >= 0.9 * runs && hops >= 0.9 * runs;
  return {
    measured: `near the global minimiser in ${runs} runs: CBO ${swarm}, hopping ${hops} (of width 0.4: ${narrow}), Langevin ${heat}; gradient descent ${descent ? 'too' : 'never'}`,
    verdict: crosses && descent === 0 ? 'reproduced' : swarm > heat ? 'partly reproduced' : 'not reproduced',
    figures,
  };
}

function angleClaim(): ClaimResult {
  const cosine = medianCosine(1000, 10, 40);
  return {
    measured: `the median cosine between hops and negative gradients is ${cosine.toFixed(4)} at 40 points, 1000 samples`,
    verdict: cosine >= 0.99 ? 'reproduced' : cosine >= 0.9 ? 'partly reproduced' : 'not reproduced',
    figures: { cosine },
  };
}

/** The paper's claims. */
export const consensusClaims = [
  defineClaim({
    id: 'blackbox/consensus-canyon',
    paper,
    statement: 'Consensus methods follow a canyon over its barriers to the global minimiser where gradient descent stays.',
    published: 'paths without numbers',
    budget: 60,
    run: async (context) => canyonClaim(context),
  }),
  defineClaim({
    id: 'blackbox/consensus-gradient',
    paper,
    statement: 'A hop of consensus is a gradient step up to small noise, although no gradient is computed.',
    published: 'a theorem',
    budget: 20,
    run: async () => angleClaim(),
  }),
];
