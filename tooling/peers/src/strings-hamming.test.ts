// The NumPy peers of pattern matching, where `pnpm peers:install` has made them.
import { describe, expect, it } from 'vitest';
import { installed, peersOfTests } from './installed-peers.ts';

describe.runIf(installed)('NumPy on strings/hamming-distances', () => {
  const peers = peersOfTests();

  it.each(['numpy/fft-per-symbol', 'numpy/strided'])('counts mismatches at every place (%s)', async (id) => {
    expect(
      peers()
        .list()
        .find((solver) => solver.id === id),
    ).toMatchObject({ problem: 'strings/hamming-distances', package: 'numpy' });
    for (const [type, m] of [
      [Uint8Array, 1],
      [Uint8Array, 300],
      [Uint16Array, 40],
      [Int32Array, 2999],
    ] as const) {
      const text = Array.from({ length: 3000 }, (_, i) => ((i * i) % 251) % 17);
      const pattern = Array.from({ length: m }, (_, j) => (j * 7) % 17);
      const instance = { text: new type(text), pattern: new type(pattern) };
      const result = await peers().solve(id, instance, {}, { seconds: 60 });
      const expected = Int32Array.from({ length: 3000 - m + 1 }, (_, i) =>
        pattern.reduce((sum, symbol, j) => sum + (symbol === text[i + j] ? 0 : 1), 0),
      );
      expect(result.status).toBe('converged');
      expect(result.solution?.['distances']).toEqual(expected);
    }
  });
});
