// A process that is killed has written what it was about to spend, before any noise was drawn and any record looked at.
import { describe, it } from 'vitest';
import { expectLedgerSurvives } from '../testing/killed-process.ts';

describe('a ledger', () => {
  // Later and earlier places are in the full suite.
  it('survives a process that is killed at noise', () => expectLedgerSurvives('noise'), 60_000);
});
