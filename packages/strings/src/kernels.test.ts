import { run } from '@infimum/core';
import type { KernelBuild } from '@infimum/linalg/kernels';
import { useKernels, Workspace } from '@infimum/linalg/kernels';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { abrahamsonCounter } from './exact/abrahamson.ts';
import { bitsetCounter } from './exact/hamming-bitset.ts';
import { hybridCounter } from './exact/hamming-hybrid.ts';
import { simdCounter } from './exact/hamming-simd.ts';
import { countingSteps } from './hamming-solution.ts';
import { uniformPair } from './instances.ts';
import { stringKernels } from './kernels.ts';
import { compact, positionLists } from './symbols.ts';
import { bruteForce, pairs } from './testing/oracle.ts';
import { fourierTwiddles } from './transforms/fft.ts';

// Machines may be busy.
vi.setConfig({ testTimeout: 60_000 });

const builds: readonly KernelBuild[] = ['reference', 'simd', 'relaxed-simd'];
const bytesOf = (array: Int32Array, length: number) => new Uint8Array(array.buffer, array.byteOffset, length);

afterEach(() => useKernels('auto'));

describe.each(builds)('the kernels in build %s', (build) => {
  const instance = fc
    .tuple(fc.integer({ min: 1, max: 600 }), fc.integer({ min: 1, max: 150 }), fc.constantFrom(1, 2, 3, 255))
    .chain(([m, shifts, largest]) =>
      fc.record({
        pattern: fc.array(fc.nat(largest), { minLength: m, maxLength: m }),
        text: fc.array(fc.nat(largest), { minLength: m + shifts - 1, maxLength: m + shifts - 1 }),
      }),
    );

  it('count different symbols of 8, 16 and 32 bits', () => {
    useKernels(build);
    fc.assert(
      fc.property(instance, fc.constantFrom(1, 2, 4), ({ text, pattern }, width) => {
        const shifts = text.length - pattern.length + 1;
        using workspace = Workspace.for({ int32: [text.length + 128, pattern.length, shifts + 64] });
        const buffer = workspace.int32(0).buffer as ArrayBuffer;
        const views = { 1: Uint8Array, 2: Uint16Array, 4: Int32Array } as const;
        const View = views[width as 1 | 2 | 4];
        const room = workspace.int32(text.length + 128);
        const t = new View(buffer, room.byteOffset, text.length);
        const p = new View(buffer, workspace.int32(pattern.length).byteOffset, pattern.length);
        t.set(text);
        p.set(pattern);
        const counts = workspace.int32(shifts + 64).fill(-1);
        const kernels = workspace.kernels(stringKernels);
        const kernel = { 1: kernels.differentBytes, 2: kernels.differentHalves, 4: kernels.differentWords }[width as 1 | 2 | 4];
        kernel(shifts, pattern.length, t.byteOffset, p.byteOffset, counts.byteOffset, 0);
        const expected = bruteForce(text, pattern);
        expect([...counts.subarray(0, shifts)]).toEqual(expected);
        if (width > 1 || pattern.length > 255) return;
        kernels.differentBytes(shifts, pattern.length, t.byteOffset, p.byteOffset, counts.byteOffset, 1);
        expect([...bytesOf(counts, shifts)]).toEqual(expected);
      }),
      { numRuns: 40 },
    );
  });

  it('scan up to k mismatches', () => {
    useKernels(build);
    fc.assert(
      fc.property(instance, fc.constantFrom(0, 1, 5, 100, 239, 240, 300, 1000), ({ text, pattern }, k) => {
        const shifts = text.length - pattern.length + 1;
        using workspace = Workspace.for({ int32: [text.length, pattern.length, shifts + 64] });
        const t = bytesOf(workspace.int32(text.length), text.length);
        const p = bytesOf(workspace.int32(pattern.length), pattern.length);
        t.set(text);
        p.set(pattern);
        const counts = workspace.int32(shifts + 64).fill(-1);
        const { scanBytes } = workspace.kernels(stringKernels);
        scanBytes(shifts, pattern.length, k, t.byteOffset, p.byteOffset, counts.byteOffset);
        const expected = bruteForce(text, pattern).map((distance) => Math.min(k + 1, distance));
        expect([...counts.subarray(0, shifts)]).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });

  it('compare and scan sets of bits', () => {
    useKernels(build);
    fc.assert(
      fc.property(instance, fc.constantFrom(0, 3, 100, 300), ({ text, pattern }, k) => {
        const shifts = text.length - pattern.length + 1;
        using workspace = Workspace.for({ int32: [text.length, pattern.length, shifts + 64, shifts + 64] });
        const t = bytesOf(workspace.int32(text.length), text.length);
        const p = bytesOf(workspace.int32(pattern.length), pattern.length);
        t.set(text);
        p.set(pattern);
        const counts = workspace.int32(shifts + 64);
        const scanned = workspace.int32(shifts + 64);
        const { disjointBytes, scanDisjoint } = workspace.kernels(stringKernels);
        disjointBytes(shifts, pattern.length, t.byteOffset, p.byteOffset, counts.byteOffset, 0);
        scanDisjoint(shifts, pattern.length, k, t.byteOffset, p.byteOffset, scanned.byteOffset);
        const expected = Array.from({ length: shifts }, (_, i) =>
          pattern.reduce((sum, set, j) => sum + Number((set & text[i + j]) === 0), 0),
        );
        expect([...counts.subarray(0, shifts)]).toEqual(expected);
        expect([...scanned.subarray(0, shifts)]).toEqual(expected.map((d) => Math.min(d, k + 1)));
      }),
      { numRuns: 40 },
    );
  });

  it('count the pairs of two lists', () => {
    useKernels(build);
    const positions = fc.uniqueArray(fc.nat(60)).map((list) => list.sort((a, b) => a - b));
    fc.assert(
      fc.property(positions, positions, fc.integer({ min: 1, max: 50 }), (x, y, shifts) => {
        using workspace = Workspace.for({ int32: [x.length, y.length, shifts] });
        const pattern = workspace.int32From(x);
        const text = workspace.int32From(y);
        const matches = workspace.int32(shifts);
        const { countPairs } = workspace.kernels(stringKernels);
        const args = [x.length, pattern.byteOffset, y.length, text.byteOffset, matches.byteOffset] as const;
        const pairs = countPairs(shifts, ...args);
        const expected = Array.from({ length: shifts }, (_, i) => x.filter((j) => y.includes(i + j)).length);
        expect([...matches]).toEqual(expected);
        expect(pairs).toBe(expected.reduce((a, b) => a + b));
      }),
    );
  });

  it('count pairs of many symbols block by block as by definition', () => {
    useKernels(build);
    fc.assert(
      fc.property(pairs(60), fc.integer({ min: 1, max: 30 }), (given, block) => {
        const { alphabetSize, text, pattern } = compact({
          text: Int32Array.from(given.text),
          pattern: Int32Array.from(given.pattern),
        });
        const shifts = text.length - pattern.length + 1;
        const [inText, inPattern] = [positionLists(text, alphabetSize), positionLists(pattern, alphabetSize)];
        const sizes = [alphabetSize + 1, alphabetSize + 1, alphabetSize + 1, alphabetSize, text.length, pattern.length, shifts];
        using workspace = Workspace.for({ int32: sizes });
        const textStart = workspace.int32From(inText.start);
        const hints = workspace.int32From(inText.start);
        const patternStart = workspace.int32From(inPattern.start);
        const symbols = workspace.int32From(Int32Array.from({ length: alphabetSize }, (_, c) => c));
        const textPositions = workspace.int32(text.length);
        textPositions.set(inText.positions);
        const patternPositions = workspace.int32From(inPattern.positions);
        const matches = workspace.int32(shifts);
        const { countPairsOf } = workspace.kernels(stringKernels);
        let counted = 0;
        for (let from = 0; from < shifts; from += block) {
          counted += countPairsOf(
            from,
            Math.min(block, shifts - from),
            alphabetSize,
            symbols.byteOffset,
            patternStart.byteOffset,
            patternPositions.byteOffset,
            textStart.byteOffset,
            textPositions.byteOffset,
            hints.byteOffset,
            matches.byteOffset + 4 * from,
          );
        }
        const expected = bruteForce(given.text, given.pattern).map((distance) => given.pattern.length - distance);
        expect([...matches]).toEqual(expected);
        expect(counted).toBe(expected.reduce((a, b) => a + b));
      }),
    );
  });

  it('transform back and forth, and multiply spectra as cyclic correlation', () => {
    useKernels(build);
    for (const length of [16, 32, 64, 128, 256, 1024, 2048]) {
      using workspace = Workspace.for({ float64: Array(7).fill(length) });
      const twiddles = workspace.float64From(fourierTwiddles(length));
      const noise = (step: number) => Float64Array.from({ length }, (_, i) => ((i * step + 5) % 17) - 8);
      const originals = [noise(7), noise(11), noise(3), noise(13)];
      const [xr, xi, yr, yi] = originals.map((values) => workspace.float64From(values));
      const sum = [workspace.float64(length), workspace.float64(length)];
      const kernels = workspace.kernels(stringKernels);
      kernels.fourierForward(length, xr.byteOffset, xi.byteOffset, twiddles.byteOffset);
      kernels.fourierForward(length, yr.byteOffset, yi.byteOffset, twiddles.byteOffset);
      kernels.multiplyConjugate(
        length,
        xr.byteOffset,
        xi.byteOffset,
        yr.byteOffset,
        yi.byteOffset,
        sum[0].byteOffset,
        sum[1].byteOffset,
      );
      kernels.fourierInverse(length, sum[0].byteOffset, sum[1].byteOffset, twiddles.byteOffset);
      kernels.fourierInverse(length, xr.byteOffset, xi.byteOffset, twiddles.byteOffset);
      const [a, b, c, d] = originals;
      for (const shift of [0, 1, 5, length - 1]) {
        let real = 0;
        let imaginary = 0;
        for (let j = 0; j < length; j++) {
          const k = (j + shift) % length;
          real += a[k] * c[j] + b[k] * d[j];
          imaginary += b[k] * c[j] - a[k] * d[j];
        }
        expect(sum[0][shift] / length).toBeCloseTo(real, 8);
        expect(sum[1][shift] / length).toBeCloseTo(imaginary, 8);
      }
      for (let i = 0; i < length; i++) {
        expect(xr[i] / length).toBeCloseTo(a[i], 9);
        expect(xi[i] / length).toBeCloseTo(b[i], 9);
      }
    }
  });

  it('carry the exact methods to the same distances', () => {
    useKernels(build);
    for (const [n, m, symbols] of [
      [4001, 301, 3],
      [5000, 600, 4],
      [6000, 512, 40],
    ]) {
      const { text, pattern } = uniformPair({ n, m, symbols }, 1);
      const expected = bruteForce(text, pattern);
      const pair = compact({ text, pattern });
      const counters = [
        () => simdCounter({ text, pattern }),
        () => hybridCounter(pair, { kappa: 0, simplex: symbols < 16 }),
        () => hybridCounter(pair),
        () => (symbols < 16 ? bitsetCounter({ text: pair.text, pattern: pair.pattern }) : abrahamsonCounter(pair, 1)),
      ];
      for (const counter of counters) {
        const { distances, operations } = run(countingSteps(counter));
        expect([...distances]).toEqual(expected);
        expect(operations.fallbacks ?? 0).toBe(0);
      }
    }
  });
});
