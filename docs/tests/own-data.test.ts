// A visitor's own data: tables are read or refused with their line, fill a field, and what ran runs as a program too.

import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { looksLikeJson, parseTable, programOf, tableFields, withTable } from '../demo/own-data.ts';
import { registry } from '../site/registry.ts';

describe('tables', () => {
  test('are read with any separator, with names or without', () => {
    for (const text of ['1,2\n3,4\n', '1;2\r\n3;4', '1\t2\n\n3\t4', 'x,y\n1, 2\n3, 4', ' 1 2\n 3 4 ']) {
      expect(parseTable(text)).toEqual([
        [1, 2],
        [3, 4],
      ]);
    }
    expect(parseTable('1e-3\n-2')).toEqual([[0.001], [-2]]);
  });

  test('are refused with their line', () => {
    expect(() => parseTable('1,2\n3')).toThrow('line 2: expected 2 numbers, got 1');
    expect(() => parseTable('1,2\n3,x')).toThrow("line 2: 'x' is not a number");
    expect(() => parseTable('1,2\n3,')).toThrow("line 2: '' is not a number");
    expect(() => parseTable('1\nInfinity')).toThrow('is not a number');
    expect(() => parseTable(' \n')).toThrow('no rows');
  });

  test('fill a field as the example has it: a matrix, or a list', () => {
    const example = '{"a":[0.5,0.5],"cost":[[0,1],[1,0]],"epsilon":1}';
    expect(tableFields(example)).toEqual(['a', 'cost']);
    expect(JSON.parse(withTable(example, 'cost', [[1, 2]], example)).cost).toEqual([[1, 2]]);
    expect(JSON.parse(withTable(example, 'a', [[1], [2]], example))).toMatchObject({ a: [1, 2], epsilon: 1 });
    expect(withTable('', 'a', [[1]], example)).toBe('{"a":[1]}');
    expect([looksLikeJson(' {"a": 1}'), looksLikeJson('1,2')]).toEqual([true, false]);
  });
});

const withFiles = registry.problems.filter(({ instanceFile }) => instanceFile);

test.each(withFiles)('the example of $id, as JSON, is an instance', ({ instanceFile, validate }) => {
  const text = JSON.stringify(instanceFile?.example);
  expect(tableFields(text).every((field) => typeof field === 'string')).toBe(true);
  expect(() => validate(instanceFile?.parse(JSON.parse(text)))).not.toThrow();
});

describe('programs', () => {
  const request = {
    problem: 'ot/transport',
    family: 'points',
    params: { n: 8 },
    seed: 2,
    lanes: [{ solver: 'ot/network-simplex', options: {} }],
  };

  test('do what the demo did, on an instance of a family and on an own one', () => {
    const own = JSON.stringify({
      a: [0.5, 0.5],
      b: [0.25, 0.75],
      cost: [
        [0, 1],
        [1, 0],
      ],
    });
    const folder = path.join(import.meta.dirname, '../.test/programs');
    mkdirSync(folder, { recursive: true });
    try {
      const printed = [programOf(request), programOf({ ...request, own })].map((program, k) => {
        const file = path.join(folder, `program-${k}.mjs`);
        writeFileSync(file, program);
        return execFileSync(process.execPath, [file], { encoding: 'utf8' });
      });
      for (const text of printed) expect(text).toMatch(/^converged \d+ .*\n(\w+ -?[\d.e-]+\n)+$/);
      expect(printed[1]).toContain('transportCost 0.25');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
