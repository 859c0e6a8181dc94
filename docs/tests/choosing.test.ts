// The map of «Choosing»: every problem is on it, and every answer is an example that the check of examples runs.
import { describe, expect, test } from 'vitest';
import { collectExamples } from '../../tooling/checks/examples.ts';
import { BRANCHES } from '../data/choices.ts';
import { siteFaults } from '../scripts/check.ts';
import { isMeasuredFirst } from '../site/advice.ts';
import { choiceMap, codeOf } from '../site/choosing.ts';
import { escapeText } from '../site/markdown.ts';
import { generatedPages } from '../site/pages.ts';
import { registry } from '../site/registry.ts';

const choices = BRANCHES.flatMap((branch) => branch.choices);

describe('the map', () => {
  test.each(registry.problems.map(({ id }) => id))('leads to %s', (id) => {
    expect(choices.some(({ problem }) => problem === id)).toBe(true);
  });

  test('has one address a question, and few questions a branch', () => {
    for (const { choices } of BRANCHES) {
      expect(new Set(choices.map(({ id }) => id)).size).toBe(choices.length);
      expect(choices.length).toBeLessThanOrEqual(8);
    }
    expect(new Set(BRANCHES.map(({ id }) => id)).size).toBe(BRANCHES.length);
  });

  const run = new Set(collectExamples().map(({ file, code }) => `${file}\n${code.trim()}`));

  test.each(choices.map((choice) => [choice.id, choice] as const))('%s shows code that is run', (_, choice) => {
    const { file, code } = codeOf(choice);
    expect(run).toContain(`${file}\n${code}`);
    expect(code).toMatch(new RegExp(`\\b${choice.use}\\b`));
    expect(code.split('\n').length).toBeLessThanOrEqual(20);
  });

  test('names the problem of each answer', () => {
    for (const { choices } of choiceMap()) {
      for (const { problem, problemTitle, solvers } of choices) {
        expect(problemTitle).toBe(registry.problem(problem).title);
        expect(solvers).toBeGreaterThan(0);
      }
    }
  });
});

describe('advice and verdicts', () => {
  test.each(choices.map((choice) => [choice.id, choice] as const))('%s: one says why where they differ', (_, choice) => {
    for (const id of choice.runs ?? []) expect(registry.solver(id).problem.id).toBe(choice.problem);
    expect(choice.despite !== undefined).toBe(!isMeasuredFirst(choice));
  });

  test('stand on the page of each problem, the advice before its demo', () => {
    const pages = generatedPages();
    for (const choice of choices) {
      const { lead = '' } = pages.get(`problems/${choice.problem}`) ?? {};
      expect(lead).toContain(`\`${choice.use}\``);
      if (choice.despite) expect(lead).toContain(escapeText(choice.despite));
      expect(lead.indexOf('class="advice"')).toBeLessThan(lead.indexOf('<LiveDemo'));
    }
  });
});

test('the check that comes before these tests finds nothing', () => {
  expect(siteFaults()).toEqual([]);
});
