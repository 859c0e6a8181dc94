// Long: pruning of a trained network in rounds.
import { describe, expect, it } from 'vitest';
import { adam } from '../training/adam.ts';
import { minimizeStochastic } from '../training/training.ts';
import { digitsModel, networkStart } from '../training/training-instances.ts';
import type { ObsPruneOptions } from './obs-prune.ts';
import { obsPrune } from './obs-prune.ts';

describe('rounds', () => {
  it('beat pruning by magnitude on digits', async () => {
    const { objective, heldOut } = await digitsModel('perceptron', 1400);
    const { shapes, dimension, terms } = objective;
    const trained = minimizeStochastic(objective, networkStart(shapes, 0), adam(shapes, { learningRate: 3e-3 }), {
      epochs: 40,
    });
    const prunable = new Uint8Array(dimension).fill(1, 0, 2048).fill(1, 2080, 2400);
    const accuracy = (options: Omit<ObsPruneOptions, 'sparsity'>) =>
      heldOut.accuracy(
        obsPrune(
          trained.x,
          (x, out, random) => objective.sampleGradients(x, out, random.sample(terms, out.length / dimension)),
          { ...options, sparsity: 0.8, prunable },
        ).x,
      );
    const dense = heldOut.accuracy(trained.x);
    const rounds = accuracy({ samples: 256 });
    const magnitude = accuracy({ criterion: 'magnitude', rounds: 1 });
    const once = accuracy({ samples: 256, rounds: 1 });
    expect(dense).toBeGreaterThan(0.9);
    expect(rounds).toBeGreaterThan(dense - 0.04);
    expect(rounds).toBeGreaterThan(magnitude + 0.15);
    expect(once).toBeLessThan(rounds);
  }, 30_000);
});
