import { InvalidInputError } from '@infimum/core';
import { describe, expect, it, vi } from 'vitest';
import { balancedPair, markovText, plantedPattern, uniformPair } from './instances.ts';
import { loadLambdaPhage } from './lambda-phage.ts';

// Machines may be busy.
vi.setConfig({ testTimeout: 60_000 });

function countsOf(symbols: Iterable<number>): Map<number, number> {
  const counts = new Map<number, number>();
  for (const symbol of symbols) counts.set(symbol, (counts.get(symbol) ?? 0) + 1);
  return counts;
}

describe('balanced pairs', () => {
  it('have every symbol equally often, but for one occurrence, in random order', () => {
    const { text, pattern } = balancedPair({ n: 1003, m: 50, symbols: 10 }, 1);
    for (const [sequence, least] of [
      [text, 100],
      [pattern, 5],
    ] as const) {
      const counts = countsOf(sequence);
      expect(counts.size).toBe(10);
      for (const count of counts.values()) expect([least, least + 1]).toContain(count);
    }
    expect([...text.subarray(0, 30)]).not.toEqual([...text.subarray(0, 30)].sort());
  });
});

describe('the Markov chain of DNA', () => {
  const model = loadLambdaPhage();

  it('has only what follows in the model, about as often', () => {
    const text = markovText(model, 50_000, 1);
    const quadruples = (symbols: Uint8Array) =>
      countsOf(
        Array.from({ length: symbols.length - 3 }, (_, i) =>
          symbols.subarray(i, i + 4).reduce((key, symbol) => 256 * key + symbol, 0),
        ),
      );
    const inModel = quadruples(Uint8Array.from([...model, ...model.subarray(0, 3)]));
    let difference = 0;
    const inText = quadruples(text);
    for (const [key, count] of inText) {
      expect(inModel.has(key)).toBe(true);
      difference += Math.abs(count / text.length - (inModel.get(key) as number) / model.length);
    }
    // Total variation of the frequencies of four bases in a row.
    expect(difference / 2).toBeLessThan(0.05);
    // One that forgets what came before would be further off.
    const random = uniformPair({ n: 50_000, m: 1, symbols: 4 }, 1).text;
    const letters = Uint8Array.from(random, (symbol) => 'ACGT'.charCodeAt(symbol));
    let other = 0;
    for (const [key, count] of quadruples(letters)) {
      other += Math.abs(count / letters.length - (inModel.get(key) ?? 0) / model.length);
    }
    expect(other / 2).toBeGreaterThan(0.1);
  });

  it('is the same for the same seed, and another for another', () => {
    expect(markovText(model, 100, 3)).toEqual(markovText(model, 100, 3));
    expect(markovText(model, 100, 3)).not.toEqual(markovText(model, 100, 4));
    expect(markovText(model, 2, 1)).toHaveLength(2);
  });
});

describe('planted patterns', () => {
  it('have exactly as many mismatches as asked for', () => {
    const { text } = uniformPair({ n: 500, m: 1, symbols: 4 }, 2);
    for (const mismatches of [0, 7, 40]) {
      const { pattern } = plantedPattern(text, 40, mismatches, 5);
      const distances = Array.from({ length: 461 }, (_, i) =>
        Array.from(pattern).reduce((sum, symbol, j) => sum + (symbol === text[i + j] ? 0 : 1), 0),
      );
      expect(distances).toContain(mismatches);
    }
  });

  it('are no longer than the text', () => {
    const call = () => plantedPattern(new Uint8Array(5), 6, 0, 1);
    expect(call).toThrow(InvalidInputError);
    expect(call).toThrow(expect.objectContaining({ argument: 'm' }));
  });
});
