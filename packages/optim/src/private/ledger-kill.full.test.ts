// Processes that are killed right after the ledger is written, and at the first record.
import { describe, it } from 'vitest';
import { expectLedgerSurvives } from '../testing/killed-process.ts';

describe('a ledger', () => {
  it.each(['persist', 'record'] as const)('survives a process that is killed at %s', expectLedgerSurvives, 60_000);
});
