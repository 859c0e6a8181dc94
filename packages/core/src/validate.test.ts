import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidInputError } from './errors.ts';
import {
  checkChoice,
  checkFinite,
  checkInteger,
  checkIterable,
  checkList,
  checkMatrix,
  checkNonNegative,
  checkNumber,
  checkText,
  checkVector,
} from './validate.ts';

function rejection(check: () => void): InvalidInputError {
  try {
    check();
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidInputError);
    return error as InvalidInputError;
  }
  throw new Error('nothing was thrown');
}

const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
const notFinite = fc.constantFrom(Number.NaN, Infinity, -Infinity);
const notANumber = fc.oneof(fc.string(), fc.boolean(), fc.constant(null), fc.constant(undefined), fc.object(), fc.bigInt());

/** Finite values, one position of which is to be spoilt. */
const valuesAndPlace = fc
  .array(finite, { minLength: 1, maxLength: 40 })
  .chain((values) => fc.tuple(fc.constant(values), fc.nat(values.length - 1)));

describe('checkNumber', () => {
  it('accepts exactly the finite numbers within the bounds', () => {
    fc.assert(
      fc.property(finite, finite, finite, (value, min, max) => {
        const inside = value >= min && value <= max;
        const check = () => checkNumber(value, 'x', { min, max });
        if (inside) expect(check).not.toThrow();
        else expect(rejection(check)).toMatchObject({ argument: 'x', code: 'out-of-range' });
      }),
    );
  });

  it('keeps strict bounds strictly', () => {
    fc.assert(
      fc.property(finite, (value) => {
        expect(rejection(() => checkNumber(value, 'x', { above: value })).code).toBe('out-of-range');
        expect(rejection(() => checkNumber(value, 'x', { below: value })).code).toBe('out-of-range');
        expect(() => checkNumber(value, 'x', { min: value, max: value })).not.toThrow();
      }),
    );
  });

  it('names the argument of what is no number or not finite', () => {
    fc.assert(
      fc.property(notANumber, notFinite, fc.string({ minLength: 1 }), (other, value, argument) => {
        expect(rejection(() => checkNumber(other, argument))).toMatchObject({ argument, code: 'type' });
        expect(rejection(() => checkNumber(value, argument))).toMatchObject({ argument, code: 'not-finite' });
      }),
    );
  });

  it('says what it wanted and what it got', () => {
    const message = (value: unknown, bounds = {}) => rejection(() => checkNumber(value, 'epsilon', bounds)).message;
    expect(message(0, { above: 0 })).toBe('epsilon: must be greater than 0, got 0');
    expect(message(-1, { min: 0 })).toBe('epsilon: must be at least 0, got -1');
    expect(message(1, { below: 1 })).toBe('epsilon: must be less than 1, got 1');
    expect(message(2, { max: 1 })).toBe('epsilon: must be at most 1, got 2');
    expect(message('2')).toBe("epsilon: expected a number, got '2'");
    expect(message(null)).toBe('epsilon: expected a number, got null');
    expect(message([])).toBe('epsilon: expected a number, got an array');
    expect(message(Object.create(null))).toBe('epsilon: expected a number, got an object');
    expect(message(() => 1)).toBe('epsilon: expected a number, got a function');
    expect(message(Symbol('s'))).toBe('epsilon: expected a number, got Symbol(s)');
  });
});

describe('checkInteger', () => {
  it('accepts exactly the integers within the bounds', () => {
    fc.assert(
      fc.property(fc.oneof(finite, fc.integer().map(Number)), (value) => {
        const check = () => checkInteger(value, 'n', { min: 0 });
        if (!Number.isInteger(value)) expect(rejection(check).code).toBe('not-integer');
        else if (value < 0) expect(rejection(check).code).toBe('out-of-range');
        else expect(check).not.toThrow();
      }),
    );
  });
});

describe('checkChoice', () => {
  it('accepts the choices and lists them for anything else', () => {
    expect(() => checkChoice('log', 'domain', ['log', 'scaling'])).not.toThrow();
    const error = rejection(() => checkChoice('lag', 'domain', ['log', 'scaling']));
    expect(error).toMatchObject({ argument: 'domain', code: 'unknown' });
    expect(error.message).toBe("domain: expected one of 'log', 'scaling', got 'lag'");
    expect(rejection(() => checkChoice(undefined, 'domain', ['log'])).code).toBe('unknown');
  });
});

describe('checkVector', () => {
  it('accepts finite typed arrays of the expected length', () => {
    fc.assert(
      fc.property(fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 1 }), (values) => {
        for (const typed of [Float64Array.from(values), Float32Array.from(values)]) {
          expect(() => checkVector(typed, 'v')).not.toThrow();
          expect(() => checkVector(typed, 'v', values.length)).not.toThrow();
          expect(rejection(() => checkVector(typed, 'v', values.length + 1)).code).toBe('shape');
        }
      }),
    );
  });

  it('names the first entry that is not finite', () => {
    fc.assert(
      fc.property(valuesAndPlace, notFinite, ([values, index], bad) => {
        const spoilt = Float64Array.from(values);
        spoilt[index] = bad;
        spoilt[values.length - 1] = bad;
        const expected = { argument: 'v', code: 'not-finite', index, message: `v: is ${bad} at index ${index}` };
        expect(rejection(() => checkVector(spoilt, 'v'))).toMatchObject(expected);
        expect(rejection(() => checkFinite(spoilt, 'v'))).toMatchObject(expected);
      }),
    );
  });

  it('rejects what is empty or no typed array of floating-point numbers', () => {
    expect(rejection(() => checkVector(new Float64Array(0), 'v')).code).toBe('empty');
    for (const other of [[1, 2], new Int32Array(2), undefined, null, 'v', { length: 2 }]) {
      expect(rejection(() => checkVector(other, 'v'))).toMatchObject({ argument: 'v', code: 'type' });
    }
  });
});

describe('checkNonNegative', () => {
  it('names the first negative entry, however small, and lets -0 pass', () => {
    fc.assert(
      fc.property(valuesAndPlace, fc.double({ max: -Number.MIN_VALUE, noNaN: true }), ([values, index], bad) => {
        const spoilt = Float64Array.from(values, Math.abs);
        expect(() => checkNonNegative(spoilt, 'a')).not.toThrow();
        spoilt[index] = bad;
        expect(rejection(() => checkNonNegative(spoilt, 'a'))).toMatchObject({ argument: 'a', code: 'negative', index });
      }),
    );
    expect(() => checkNonNegative(Float64Array.of(-0), 'a')).not.toThrow();
  });
});

describe('checkMatrix', () => {
  const shape = fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 }));

  it('accepts exactly the shapes that fit the values', () => {
    fc.assert(
      fc.property(shape, fc.integer({ min: 0, max: 40 }), ([rows, cols], length) => {
        const check = () => checkMatrix({ rows, cols, values: new Float64Array(length) }, 'm');
        if (length === rows * cols) expect(check).not.toThrow();
        else expect(rejection(check)).toMatchObject({ argument: 'm', code: 'shape' });
      }),
    );
  });

  it('gives row, column and index of the first entry that is not finite', () => {
    fc.assert(
      fc.property(
        shape.chain(([rows, cols]) => fc.tuple(fc.constant(rows), fc.constant(cols), fc.nat(rows - 1), fc.nat(cols - 1))),
        notFinite,
        ([rows, cols, row, column], bad) => {
          const values = new Float64Array(rows * cols);
          const index = row * cols + column;
          values.fill(bad, index);
          expect(rejection(() => checkMatrix({ rows, cols, values }, 'cost'))).toMatchObject({
            argument: 'cost',
            code: 'not-finite',
            index,
            message: `cost: is ${bad} at row ${row}, column ${column} (index ${index})`,
          });
        },
      ),
    );
  });

  it('names the field that is missing or wrong', () => {
    const values = new Float64Array(4);
    const fault = (matrix: unknown) => {
      const { argument, code } = rejection(() => checkMatrix(matrix, 'm'));
      return [argument, code];
    };
    expect(fault(null)).toEqual(['m', 'type']);
    expect(fault(undefined)).toEqual(['m', 'type']);
    expect(fault([[1, 2]])).toEqual(['m.rows', 'type']);
    expect(fault({ cols: 2, values })).toEqual(['m.rows', 'type']);
    expect(fault({ rows: 2, cols: 2.5, values })).toEqual(['m.cols', 'not-integer']);
    expect(fault({ rows: -2, cols: 2, values })).toEqual(['m.rows', 'out-of-range']);
    expect(fault({ rows: 2, cols: 2, values: [1, 2, 3, 4] })).toEqual(['m.values', 'type']);
    expect(fault({ rows: 0, cols: 2, values: new Float64Array(0) })).toEqual(['m', 'empty']);
  });
});

describe('checks of kinds', () => {
  it('let pass what is of their kind, and name the rest', () => {
    const lists = [[], [1], new Float64Array(2), new Uint8Array(0)];
    const texts = ['', 'text'];
    const others = [undefined, null, 1, true, {}, () => [], 10n, Symbol('s'), new DataView(new ArrayBuffer(8))];
    async function* later() {}
    for (const list of lists) expect(() => checkList(list, 'a')).not.toThrow();
    for (const text of texts) expect(() => checkText(text, 'a')).not.toThrow();
    for (const each of [...lists, ...texts, new Map(), later()]) {
      expect(() => checkIterable(each, 'a')).not.toThrow();
    }
    for (const [check, bad] of [
      [checkList, [...others, ...texts]],
      [checkText, [...others, ...lists]],
      [checkIterable, others],
    ] as const) {
      for (const value of bad) {
        expect(rejection(() => check(value, 'a'))).toMatchObject({ argument: 'a', code: 'type' });
      }
    }
  });
});

describe('InvalidInputError', () => {
  it('carries its details and begins its message with the argument', () => {
    const error = new InvalidInputError('is NaN', { argument: 'cost', code: 'not-finite', index: 3 });
    expect(error).toBeInstanceOf(Error);
    expect({ ...error }).toEqual({ name: 'InvalidInputError', argument: 'cost', code: 'not-finite', index: 3 });
    expect(String(error)).toBe('InvalidInputError: cost: is NaN');
  });
});
