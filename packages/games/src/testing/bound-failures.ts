// The theorem's bound on strategies extracted from a mixture, tested on random mixtures.
import { mulberry32 } from '@infimum/core/reference-generators';
import { nashReduction } from '../markov/nash-reduction.ts';
import { markovMixture } from '../markov/sparse-mixture.ts';
import { normalized } from '../normal-form/equilibrium.ts';
import { randomGame } from '../normal-form/normal-form-problem.ts';

/** Random mixtures of Markov policies with weights of small Dirichlet parameter: how often the theorem's bound fails. */
export function boundFailures(rounds: number, policies: number, horizon: number): { failures: number; slack: number } {
  let failures = 0;
  let slack = Infinity;
  for (let seed = 1; seed <= rounds; seed++) {
    const next = mulberry32(seed);
    const { game, extract } = nashReduction(randomGame(4, 4, 0, seed), { horizon });
    const draw = () => Array.from({ length: 4 }, () => (-Math.log(1 - next())) ** 3 + 1e-12);
    const tables = [0, 1].map(() =>
      Float64Array.from(
        Array.from({ length: policies * horizon }, () => normalized(Float64Array.from(draw()))).flatMap((row) => [...row]),
      ),
    );
    const { achieved, mean, bound } = extract(markovMixture(game, tables, policies), { samples: 50 });
    slack = Math.min(slack, bound - mean);
    if (!(achieved <= bound && mean <= bound)) failures++;
  }
  return { failures, slack };
}
