// Brent's two methods against closed forms, and on what is flat, steep, scaled and broken.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findRoot } from './find-root.ts';
import { minimizeScalar } from './minimize-scalar.ts';

describe('findRoot', () => {
  it.each<[string, (x: number) => number, number, number, number]>([
    ['cos t - t', (t) => Math.cos(t) - t, 0, 1, 0.7390851332151607],
    ['t³ - 2t - 5', (t) => t ** 3 - 2 * t - 5, 2, 3, 2.0945514815423265],
    ['exp t - 2', (t) => Math.exp(t) - 2, -100, 100, Math.LN2],
    ['t^19', (t) => t ** 19, -1, 1.7, 0],
    ['a jump', (t) => (t < 1 / 3 ? -1 : 2), 0, 1, 1 / 3],
  ])('finds the root of %s', (_, f, a, b, root) => {
    for (const [from, to] of [
      [a, b],
      [b, a],
    ]) {
      const { x, status, bracket, evaluations } = findRoot(f, from, to);
      expect(status).toBe('converged');
      expect(Math.abs(x - root)).toBeLessThanOrEqual(1e-11 * Math.max(Math.abs(root), 1e-3) + (root === 0 ? 1e-6 : 0));
      expect(bracket[0]).toBeLessThanOrEqual(x);
      expect(bracket[1]).toBeGreaterThanOrEqual(x);
      expect(evaluations.value).toBeLessThan(200);
    }
  });

  it('calls no pole a root, and finds roots beside poles', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1, max: 1, noNaN: true }),
        fc.constantFrom(1, 3, 1 / 3),
        fc.constantFrom(1e-150, 1, 1e150),
        (place, power, s) => {
          const pole = findRoot((t) => s * Math.sign(t - place) * Math.abs(t - place) ** -power, -2.1, 2.3);
          expect(pole.status).toBe('stalled');
          expect(pole.reason).toMatch(/pole/);
          const root = findRoot((t) => s * ((t - place) / (t - 4)), -2.1, 2.3);
          expect(root.status).toBe('converged');
          expect(Math.abs(root.x - place)).toBeLessThan(1e-10);
        },
      ),
    );
    expect(findRoot(Math.tan, 1, 2).status).toBe('stalled');
  });

  it('takes few evaluations for smooth functions', () => {
    expect(findRoot((t) => Math.cos(t) - t, 0, 1).evaluations.value).toBeLessThan(12);
    expect(findRoot((t) => t ** 3 - 2 * t - 5, 2, 3).evaluations.value).toBeLessThan(12);
  });

  it('finds roots of cubics wherever they are, at any scale', () => {
    const root = fc.double({ min: -1, max: 1, noNaN: true });
    fc.assert(
      fc.property(root, fc.constantFrom(1e-150, 1, 1e150), (r, s) => {
        const { x, status } = findRoot((t) => (t / s - r) * (1 + (t / s) ** 2), -2 * s, 2 * s);
        expect(status).toBe('converged');
        expect(Math.abs(x / s - r)).toBeLessThanOrEqual(1e-11 * Math.max(Math.abs(r), 1e-12) + 4e-15);
      }),
    );
  });

  it('refuses brackets without a change of sign, and ends at NaN', () => {
    expect(() => findRoot((t) => t * t + 1, -1, 1)).toThrow(expect.objectContaining({ argument: 'b' }));
    expect(() => findRoot(Math.log, -1, 2)).toThrow(expect.objectContaining({ argument: 'a' }));
    expect(() => findRoot(Math.sin, 0, Infinity)).toThrow(expect.objectContaining({ argument: 'b' }));
    const { status } = findRoot((t) => (Math.abs(t) < 0.5 ? Number.NaN : t), -1, 1.2);
    expect(status).toBe('stalled');
    expect(findRoot((t) => t - 0.1, -1, 1, { maxIterations: 1 }).status).toBe('iteration-limit');
  });
});

describe('minimizeScalar', () => {
  it.each<[string, (x: number) => number, number, number, number]>([
    ['a parabola', (t) => (t - 2) ** 2, -10, 10, 2],
    ['t log t', (t) => t * Math.log(t), 0, 1, 1 / Math.E],
    ['|t - 1/3|', (t) => Math.abs(t - 1 / 3), 0, 1, 1 / 3],
    ['-sin t', (t) => -Math.sin(t), 0, 3, Math.PI / 2],
    ['a minimum at the end', (t) => t, 1, 2, 1],
  ])('finds the minimum of %s', (_, f, a, b, minimum) => {
    const { x, status, evaluations } = minimizeScalar(f, a, b);
    expect(status).toBe('converged');
    expect(Math.abs(x - minimum)).toBeLessThan(5e-8 * Math.max(1, Math.abs(minimum)));
    expect(evaluations.value).toBeLessThan(100);
  });

  it('scales with its function and its argument', () => {
    for (const s of [1e-150, 1e-8, 1, 1e150]) {
      const { x, status } = minimizeScalar((t) => 1 / (1 + (t / s - 1) ** 2) / -1, -3 * s, 4 * s);
      expect(status).toBe('converged');
      expect(x / s).toBeCloseTo(1, 6);
    }
  });

  it('ends at NaN and refuses an interval without length', () => {
    expect(minimizeScalar(() => Number.NaN, 0, 1).status).toBe('stalled');
    expect(minimizeScalar((t) => (t < 0.7 ? t * t : Number.NaN), 0.1, 1).status).toMatch(/stalled|converged/);
    expect(() => minimizeScalar(Math.sin, 1, 1)).toThrow(expect.objectContaining({ argument: 'b' }));
    expect(() => minimizeScalar(3 as never, 1, 2)).toThrow(expect.objectContaining({ argument: 'value' }));
  });
});
