// No test passes without having asserted anything, and none waits for a status that does not exist.
import { describe, expect, it } from 'vitest';
import { conditionalTests, testFaults, unknownStatuses } from './assertions.ts';

/** Whether a test with such a body is found. */
const isFound = (body: string, before = ''): boolean =>
  conditionalTests('a.test.ts', `${before}\nit.each([1])('title', (x) => { ${body} });`).length > 0;

describe('the check of assertions', () => {
  it('says where the test is', () => {
    expect(conditionalTests('a.test.ts', "\nit('holds', () => { if (found) expect(found).toBe(1); });")).toEqual([
      "a.test.ts:2: 'holds' asserts under a condition only",
    ]);
  });

  it.each([
    ['a branch without another', "if (status === 'converged') expect(x).toBe(1);"],
    ['one branch of two', 'if (found) expect(x).toBe(1); else note(x);'],
    ['what follows a return', 'if (!found) return; expect(x).toBe(1);'],
    ['what follows a turn that is left', 'for (const found of all) { if (!found) continue; expect(found).toBe(1); }'],
    [
      'a branch of each turn that asks for a status',
      "for (const { status } of all) if (status === 'stalled') expect(1).toBe(1);",
    ],
    ['the right side of an operator', 'found && expect(x).toBe(1);'],
    ['a catch', 'try { f(); } catch (error) { expect(error).toBe(1); }'],
    ['a list that may be empty', 'const all = f() ?? []; for (const x of all) expect(x).toBe(1);'],
    ['one case of two', 'switch (x) { case 1: expect(x).toBe(1); break; default: }'],
  ])('finds %s', (_, body) => expect(isFound(body)).toBe(true));

  it('finds a condition in a function of the file, and what calls it under a condition', () => {
    expect(isFound('holds(x);', 'function holds(x) { if (x) expect(x).toBe(1); }')).toBe(true);
    expect(isFound('if (x) holds(x);', 'const holds = (x) => expect(x).toBe(1);')).toBe(true);
    expect(isFound('holds(x);', 'const holds = (x) => expect(x).toBe(1);')).toBe(false);
  });

  it.each([
    ['an assertion beside a condition', 'expect(x).toBe(1); if (found) expect(found).toBe(1);'],
    ['both branches', 'if (x) expect(x).toBe(1); else expect(x).toBe(2);'],
    ['a return with an assertion', 'if (x) return expect(x).toBe(1); expect(x).toBe(2);'],
    ['a guard', "if (x) throw new Error('no');"],
    ['entries of a list by their size', 'for (const y of all) if (y > 0) expect(y).toBe(1);'],
    ['a property', 'fc.assert(fc.property(fc.nat(), (n) => { if (n === 0) return; expect(n).toBe(n); }));'],
    ['a test without assertions, of which others tell', 'run(x);'],
  ])('takes %s', (_, body) => expect(isFound(body)).toBe(false));
});

describe('the check of statuses', () => {
  const wordsOf = (text: string) => unknownStatuses('a.test.ts', text).map((line) => /'(.*)'/.exec(line)?.[1]);

  it.each([
    ["expect(found.status).toBe('solved');", ['solved']],
    ["expect(status).not.toBe('solved');", ['solved']],
    ["expect(['converged', 'max-iterations']).toContain(status);", ['max-iterations']],
    ['expect(found.status).toMatch(/stalled|max-iterations/);', ['max-iterations']],
    ["expect(found).toMatchObject({ status: 'optimal', x });", ['optimal']],
    ["expect(status).toBe('iteration-limit'); expect(status).toMatch(/limit|converged/);", []],
    ["expect(found.status).toBe('Optimal'); expect(name).toBe('solved');", []],
  ])('in %s finds %j', (text, words) => expect(wordsOf(text)).toEqual(words));
});

it('all tests assert, and wait for statuses that there are', () => {
  expect(testFaults()).toEqual([]);
});
