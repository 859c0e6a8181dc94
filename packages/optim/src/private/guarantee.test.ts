// Guarantees follow from what is stored, and say what they rest on.
import { describe, expect, it } from 'vitest';
import { renyiEpsilon } from './accountant.ts';
import { dpGd, dpSgd } from './dp-gradient-descent.ts';
import { gaussianEpsilon } from './gaussian-privacy.ts';
import { privacyGuarantee } from './guarantee.ts';
import { equalRecords } from './private-claims.ts';
import { recursiveRegularization } from './recursive-regularization.ts';

const budget = { epsilon: 1, delta: 1e-6 } as const;

describe('privacyGuarantee', () => {
  it('computes what the run said, from stored ledger and premises alone', () => {
    const found = dpGd(equalRecords(100), { ...budget, steps: 5 });
    const { ledger, premises } = JSON.parse(JSON.stringify(found)) as typeof found;
    const guarantee = privacyGuarantee({ ledger, premises });
    expect(guarantee).toMatchObject({ adjacency: 'replace', epsilon: found.epsilon, delta: 1e-6, text: found.guarantee });
    expect(guarantee.assumptions).toEqual(found.assumptions);
    // All records in every release: the exact formula, and divergences in proportion to the order.
    const mu = Math.sqrt(5) / ledger.events[0].sigma;
    expect(guarantee.lossEpsilon).toBeCloseTo(gaussianEpsilon(mu, 1e-6), 6);
    for (const { order, divergence } of guarantee.renyi) expect(divergence / ((order * mu * mu) / 2)).toBeCloseTo(1, 12);
    // A ledger that says less noise says more loss, whatever it has as spent.
    const events = ledger.events.map((event) => ({ ...event, sigma: event.sigma / 2 }));
    expect(privacyGuarantee({ ledger: { ...ledger, events }, premises }).epsilon).toBeGreaterThan(1.9);
  });

  it('has both ways of counting samples', () => {
    const found = dpSgd(equalRecords(100), { ...budget, publicSize: 100, batchSize: 10, steps: 20 });
    const { epsilon, lossEpsilon } = privacyGuarantee(found);
    expect(epsilon).toBeCloseTo(renyiEpsilon(found.ledger.events, 1e-6), 12);
    expect(lossEpsilon).toBeLessThan(epsilon);
    expect(found.premises).toEqual({
      adjacency: 'add-remove',
      records: 100,
      clipNorm: 1,
      sampling: 'poisson',
      noise: 'cryptographic',
    });
    expect(found.guarantee).toMatch(/adding or removing any one record.*20 noisy releases\.$/);
  });

  it('says in words what nobody has checked, and that seeds hide nothing', () => {
    const given = { ...budget, seed: 1, method: 'phased-sgd' } as const;
    const { convex: _, ...unknown } = equalRecords(100);
    const { guarantee, premises, ledger } = recursiveRegularization(unknown, given);
    expect(premises).toMatchObject({ convexity: 'unchecked', noise: 'seeded', sampling: 'disjoint' });
    expect(guarantee).toMatch(
      /^ε = 1, δ = 0\.000001: .*2\.72 times.*anyone who knows the seed.*convexity, which has not been checked/,
    );
    const fault = expect.objectContaining({ argument: 'ledger' });
    expect(() => privacyGuarantee({ ledger, premises: { ...premises, adjacency: 'add-remove' } })).toThrow(fault);
    expect(() => privacyGuarantee(undefined as never)).toThrow(expect.objectContaining({ argument: 'result' }));
  });
});
