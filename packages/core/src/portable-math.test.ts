import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { portableCosine, portableExp, portableExpm1, portableLog, portableSine } from './portable-math.ts';

const words = new DataView(new ArrayBuffer(8));

/** How many doubles lie between two. */
function distanceInUlps(x: number, y: number): number {
  if (x === y) return 0;
  const ordinal = (value: number) => {
    words.setFloat64(0, value);
    const bits = words.getBigInt64(0);
    return bits < 0n ? -(bits & 0x7fffffffffffffffn) : bits;
  };
  const difference = ordinal(x) - ordinal(y);
  return Number(difference < 0n ? -difference : difference);
}

// Math's own functions are within one ulp of the truth, so ours, within one too, are within two of them.
const doubles = (min: number, max: number) => fc.double({ min, max, noNaN: true });

describe('portable functions', () => {
  it('exp agrees with Math.exp, denormals and the ends of the range included', () => {
    fc.assert(
      fc.property(fc.oneof(doubles(-746, 710), doubles(-1, 1)), (x) => distanceInUlps(portableExp(x), Math.exp(x)) <= 2),
      { numRuns: 20_000 },
    );
    const ends = [portableExp(0), portableExp(-Infinity), portableExp(Infinity), portableExp(710), portableExp(-746)];
    expect(ends).toEqual([1, 0, Infinity, Infinity, 0]);
    expect(portableExp(Number.NaN)).toBeNaN();
    expect(portableExp(-745.1)).toBe(Number.MIN_VALUE);
  });

  it('expm1 agrees with Math.expm1', () => {
    fc.assert(
      fc.property(
        fc.oneof(doubles(-700, 700), doubles(-1, 1), doubles(-1e-8, 1e-8)),
        (x) => distanceInUlps(portableExpm1(x), Math.expm1(x)) <= 3,
      ),
      { numRuns: 20_000 },
    );
  });

  it('log agrees with Math.log, for denormals too', () => {
    fc.assert(
      fc.property(
        fc.oneof(doubles(Number.MIN_VALUE, Number.MAX_VALUE), doubles(0.5, 2), doubles(0.999, 1.001)),
        (x) => distanceInUlps(portableLog(x), Math.log(x)) <= 2,
      ),
      { numRuns: 20_000 },
    );
    expect([portableLog(1), portableLog(0), portableLog(Infinity)]).toEqual([0, -Infinity, Infinity]);
    expect(portableLog(-1)).toBeNaN();
    expect(distanceInUlps(portableLog(Number.MIN_VALUE), Math.log(Number.MIN_VALUE))).toBeLessThanOrEqual(2);
  });

  it('sine and cosine of turns are those of the angle, and exact at quarter turns', () => {
    fc.assert(
      fc.property(doubles(-4, 4), (u) => {
        const [sine, cosine] = [portableSine(u), portableCosine(u)];
        // The angle of Math has a rounding of its own, of up to 4 pi ulps of one.
        const [x, y] = [Math.sin(2 * Math.PI * u), Math.cos(2 * Math.PI * u)];
        const isNear = Math.abs(sine - x) < 4e-15 && Math.abs(cosine - y) < 4e-15;
        return isNear && Math.abs(sine ** 2 + cosine ** 2 - 1) < 5e-15;
      }),
      { numRuns: 20_000 },
    );
    expect([0, 0.25, 0.5, 0.75].map((u) => portableCosine(u) + 0)).toEqual([1, 0, -1, 0]);
    expect([0, 0.25, 0.5, 0.75].map((u) => portableSine(u) + 0)).toEqual([0, 1, 0, -1]);
  });

  it('near zero the sine keeps its relative accuracy', () => {
    fc.assert(
      fc.property(doubles(1e-300, 0.125), (u) => {
        const ratio = portableSine(u) / Math.sin(2 * Math.PI * u);
        expect(Math.abs(ratio - 1)).toBeLessThan(4e-16);
      }),
    );
  });
});
