// Every factorisation gives back every hard matrix to 10 n eps of its norm.
import { describe, expect, it } from 'vitest';
import { backwardErrors, hardMatrices } from '../testing/hard-matrices.ts';

describe('backward errors', () => {
  it.each(Object.entries(hardMatrices()))('of all factorisations of the matrix %s are within 10 n eps', (_, a) => {
    const errors = Object.entries(backwardErrors(a));
    expect(errors.length).toBeGreaterThanOrEqual(a.rows === a.cols ? 5 : 2);
    for (const [factorization, error] of errors) {
      expect([factorization, error, error <= 10]).toEqual([factorization, error, true]);
    }
  });
});
