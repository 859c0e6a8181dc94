// Tables with labels: what readers give, quotes, and what is wrong by name.
import { expect, it } from 'vitest';
import { labeledTable } from './labeled-table.ts';

it('reads CSV with quotes, empty lines, a byte order mark and either line end', () => {
  const text = '\uFEFFa,"the ""kind""",b\r\n1,"x, y",2.5\r\n\r\n-3e2,"two\nlines",0\n';
  const { points, labels, columns } = labeledTable(text, 'the "kind"');
  expect(columns).toEqual(['a', 'b']);
  expect(points).toEqual({ rows: 2, cols: 2, values: Float64Array.of(1, 2.5, -300, 0) });
  expect(labels).toEqual(['x, y', 'two\nlines']);
});

it('reads rows of objects, with numbers or texts', () => {
  const rows = [
    { kind: 1, width: '2', height: 3 },
    { kind: 0, width: 4, height: '5' },
  ];
  expect(labeledTable(rows, 'kind')).toEqual({
    columns: ['width', 'height'],
    labels: ['1', '0'],
    points: { rows: 2, cols: 2, values: Float64Array.of(2, 3, 4, 5) },
  });
});

it.each([
  ['a,b\n1,x\ny,z\n', 'b', 'row 1, column a'],
  ['a,b\n1,x\n,z\n', 'b', 'row 1, column a'],
  ['a,b\n1,x\n2,\n', 'b', 'row 1 has no b'],
  ['a,b\n1\n', 'b', 'row 0 has 1 cells'],
  ['a,b\n1,"x" y\n', 'b', 'stray quote'],
  ['a,b\n1,x\n', 'c', 'the columns are a, b'],
  ['a,a\n1,2\n', 'a', 'two columns'],
  ['', 'a', 'no header'],
  ['a,b\n', 'a', 'no row'],
])('refuses %j by %s', (text, label, problem) => {
  expect(() => labeledTable(text, label)).toThrow(problem);
});
