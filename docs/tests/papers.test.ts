// The statements of the abstracts: every paper has them, every claim is under one, and what is not tested says why.
import { describe, expect, test } from 'vitest';
import planned from '../data/planned-papers.json' with { type: 'json' };
import { curvesOf, paperRows, STATEMENTS } from '../site/papers.ts';
import { registry } from '../site/registry.ts';
import { readReruns } from '../site/results.ts';

describe('the statements', () => {
  test.each(planned.map(({ arxiv, title }) => [title, arxiv] as const))(
    'of «%s» are all either tested or say why not',
    (_, arxiv) => {
      expect(STATEMENTS[arxiv]?.length).toBeGreaterThan(0);
      for (const { statement, claims, untested } of STATEMENTS[arxiv]) {
        expect(claims === undefined, statement).toBe(untested !== undefined);
        expect(claims ?? untested).not.toHaveLength(0);
      }
    },
  );

  test('hold every claim, under its own paper', () => {
    const listed = Object.entries(STATEMENTS).flatMap(([arxiv, rows]) =>
      rows.flatMap(({ claims = [] }) => claims.map((id) => `${arxiv} ${id}`)),
    );
    expect(listed.toSorted()).toEqual(registry.claims.map(({ id, paper }) => `${paper.arxiv} ${id}`).toSorted());
  });

  test('show reruns with their nulls', () => {
    const shown = paperRows().flatMap(({ statements }) => statements.flatMap(({ claims }) => claims));
    for (const { id, seedSet } of readReruns()) {
      expect(registry.claims.find((claim) => claim.id === id)?.bars, id).toBeDefined();
      if (seedSet === 'A') expect(shown.find((claim) => claim.id === id)?.rerun?.null?.verdict, id).toBeDefined();
    }
  });
});

test('figures of one name make a curve', () => {
  expect(curvesOf({ slope: 1, 'a@10': 2, 'a@100': 4, 'b@10': 0 })).toEqual([
    {
      name: 'a',
      points: [
        [10, 2],
        [100, 4],
      ],
    },
  ]);
});
