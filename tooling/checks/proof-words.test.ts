// Words that claim a proof come from a checker, or are listed with a reason.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ProofWord } from './proof-words.ts';
import { checkersOf, excuses, proofWordFaults, proofWords } from './proof-words.ts';
import { fromRoot, makeConsumer } from './workspace.ts';

let words: readonly ProofWord[] = [];
beforeAll(() => {
  words = proofWords();
}, 120_000);

it('is found in unions, fields, promises, generators and classes of all packages', () => {
  const said = words.map((word) => word.said);
  expect(said).toContain("learn separability 'inseparable'");
  expect(said).toContain("verify certifyMonotoneSteps 'neither'");
  expect(said).toContain('learn convexReluColumnGeneration isProof');
  expect(said).toContain('core certify proved');
});

it('is said by a checker first, or for a reason that is listed', () => {
  expect(proofWordFaults(words, excuses())).toEqual([]);
});

describe('the check', () => {
  const folder = makeConsumer('proof-words');
  afterAll(() => rmSync(folder, { recursive: true }));
  const write = (name: string, text: string): string => {
    mkdirSync(join(folder, 'src'), { recursive: true });
    writeFileSync(join(folder, 'src', name), text);
    return fromRoot(join(folder, 'src', name));
  };

  it('sees a word that nobody excuses, a checker that is not imported, and an excuse that nobody needs', () => {
    const asked = write('asks.ts', "import { check } from './checker.ts';\nexport const f = check;");
    const typed = write('types.ts', "import type { Verdict } from './checker.ts';\nexport const g = (v: Verdict) => v;");
    const checker = write('checker.ts', 'export type Verdict = true;\nexport const check = () => true;');
    const list = { 'a f *': { checker }, 'a g proved': { checker }, 'a old proved': { because: 'it was' } };
    const found = [
      { said: "a f 'singular'", file: asked },
      { said: 'a g proved', file: typed },
      { said: 'a h exact', file: asked },
    ];
    expect(proofWordFaults(found, list)).toEqual([
      `a g proved: ${typed} does not import ${checker}`,
      `a h exact (${asked}): no checker says it, and no reason is listed`,
      'a old proved: nobody says it any more',
    ]);
    expect([...checkersOf(asked)]).toEqual([asked, checker]);
  });
});
