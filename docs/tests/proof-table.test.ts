// The gallery's tables and proofs: what is found is proved, and a change is noticed.
import { describe, expect, test } from 'vitest';
import {
  findProof,
  formatClasses,
  formatProof,
  judge,
  meetingPoint,
  parseProof,
  readClasses,
  TABLES,
} from '../components/proof-table.ts';

const KINDS = ['separable', 'inseparable', 'inseparable', 'quasi-separable', 'separable', 'separable'];

async function proofOf(text: string) {
  const classes = readClasses(text);
  const witness = await findProof(classes);
  if (typeof witness === 'string') throw new Error(witness);
  return { classes, witness };
}

describe.each(TABLES.map(({ title, text }, k) => [title, text, KINDS[k]] as const))('the table «%s»', (_, text, kind) => {
  test('has a proof, which survives being written down', async () => {
    const { classes, witness } = await proofOf(text);
    const written = parseProof(formatProof(witness));
    expect(formatProof(written)).toBe(formatProof(witness));
    expect(judge(classes, written)).toEqual({ kind });
    expect(readClasses(formatClasses(classes))).toEqual(classes);
  });

  test('has classes that meet where the proof says so, as a mean of either', async () => {
    const { classes, witness } = await proofOf(text);
    const meeting = meetingPoint(classes, witness);
    const other = meetingPoint({ ...classes, labels: classes.labels.map((label) => -label) }, witness);
    if (kind === 'separable') expect(meeting).toBeUndefined();
    else for (const [j, x] of meeting?.entries() ?? []) expect(x).toBeCloseTo(other?.[j] ?? Number.NaN, 12);
  });
});

describe('a proof', () => {
  test('of a plane has small numbers where small ones will do', async () => {
    const { witness } = await proofOf(TABLES[0].text);
    expect(formatProof(witness).length).toBeLessThan(20);
  });

  test('fails when a number of the table is changed, and the checker names the row', async () => {
    const { witness } = await proofOf(TABLES[0].text);
    const changed = readClasses(TABLES[0].text.replace('2 1 -1', '2 9 -1'));
    expect(judge(changed, witness)).toEqual({ reason: 'row 5 is not above the plane' });
  });

  test('fails when a number of it is changed', async () => {
    const { classes, witness } = await proofOf(TABLES[2].text);
    expect(formatProof(witness)).toMatch(/^rows (\d:1 ?){4}$/);
    expect(judge(classes, parseProof(formatProof(witness).replace('0:1', '0:2')))).toEqual({
      reason: expect.stringContaining('do not cancel'),
    });
  });

  test.each([
    ['plane 1 2.5', '‘2.5’ is not an integer'],
    ['rows 0', '‘’ is not an integer'],
    ['line 1 2', 'a line must begin with plane, rows or kernel, not with ‘line’'],
  ])('that reads %s is refused with the word at fault', (text, message) => {
    expect(() => parseProof(text)).toThrow(message);
  });
});

test.each([
  ['1 2 1\n3 4 1', 'the last column has 1 different numbers; there must be two classes'],
  ['1\n2', 'a row needs numbers followed by its class'],
  ['1 x 1\n2 3 0\n4 q 1', "line 3: 'q' is not a number"],
])('the table %j is refused', (text, message) => {
  expect(() => readClasses(text)).toThrow(message);
});
