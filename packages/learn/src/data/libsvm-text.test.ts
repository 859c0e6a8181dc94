import fc from 'fast-check';
import { expect, it } from 'vitest';
import { formatLibsvm, parseLibsvm } from './libsvm-text.ts';

it('reads back what it wrote, bit for bit', () => {
  const value = fc.double({ noNaN: true, noDefaultInfinity: true });
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom(-1, 1, 2.5), fc.array(value, { maxLength: 5 }))), (rows) => {
      const text = rows.map(([label, values]) => [label, ...values.map((v, j) => `${2 * j + 1}:${v}`)].join(' ')).join('\n');
      const read = parseLibsvm(text);
      const again = parseLibsvm(formatLibsvm(read), read.points.cols);
      expect(again).toEqual(read);
      expect(read.labels.length).toBe(rows.length);
    }),
  );
});

it('names the line at fault', () => {
  expect(() => parseLibsvm('1 1:2\n1 2:1 2:3')).toThrow('line 2: index 2 follows 2');
  expect(() => parseLibsvm('1 0:2')).toThrow('line 1');
  expect(() => parseLibsvm('yes 1:2')).toThrow("'yes' is not a label");
  expect(() => parseLibsvm('1 1:x')).toThrow('no finite value');
  expect(() => parseLibsvm('1 3:1', 2)).toThrow('at least 3');
  expect(parseLibsvm('# nothing\n\n').points.rows).toBe(0);
});
