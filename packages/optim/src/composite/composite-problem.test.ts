// The problem of composite minimisation: its file format. The contract runs with the plug-in's.
import { describe, expect, it } from 'vitest';
import { composite } from './composite-problem.ts';

describe('optim/composite', () => {
  it('reads least squares from files', () => {
    const { instanceFile } = composite;
    const example = instanceFile?.example as object;
    expect(instanceFile?.parse(example).loss.dimension).toBe(3);
    expect(() => instanceFile?.parse({ ...example, l1: 'much' })).toThrow(expect.objectContaining({ argument: 'l1' }));
    expect(() => instanceFile?.parse({ ...example, loss: 'logistic' })).toThrow(
      expect.objectContaining({ argument: 'labels' }),
    );
  });
});
