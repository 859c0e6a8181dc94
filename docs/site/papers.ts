// The table of papers: those whose algorithms are registered, and those that are planned.
import planned from '../data/planned-papers.json' with { type: 'json' };
import { registry, splitId } from './registry.ts';
import { readResults, rerunOf } from './results.ts';

/** A row of the table. */
export interface PaperRow {
  readonly title: string;
  readonly arxiv: string;
  readonly year: number;
  readonly package: string;
  readonly state: 'available' | 'planned';
  readonly solvers: readonly { readonly id: string; readonly title: string }[];
  /** What came of its claims: `2 of 3 reproduced`, `not measured yet`, or nothing without claims. */
  readonly claims: string;
}

/** All papers: in the order of the plan, then those that are in no plan. */
export function paperRows(): PaperRow[] {
  const available = new Map<string, PaperRow>();
  for (const { id, title, role, paper } of registry.solvers) {
    if (role !== 'paper' || !paper.arxiv) continue;
    const row = available.get(paper.arxiv);
    available.set(paper.arxiv, {
      title: paper.title,
      arxiv: paper.arxiv,
      year: paper.year,
      package: splitId(id).pkg,
      state: 'available',
      solvers: [...(row?.solvers ?? []), { id, title }],
      claims: claimsOf(paper.arxiv),
    });
  }
  const rows = planned.map(
    (paper): PaperRow => available.get(paper.arxiv) ?? { ...paper, state: 'planned', solvers: [], claims: '' },
  );
  const isPlanned = (arxiv: string) => planned.some((paper) => paper.arxiv === arxiv);
  return [...rows, ...[...available.values()].filter(({ arxiv }) => !isPlanned(arxiv))];
}

function claimsOf(arxiv: string): string {
  const claims = registry.claims.filter(({ paper }) => paper.arxiv === arxiv);
  const results = readResults();
  const reruns = claims.map((claim) => rerunOf(results, claim)).filter((rerun) => rerun !== undefined);
  if (claims.length === 0) return '';
  if (reruns.length === 0) return 'not measured yet';
  const reproduced = reruns.filter(({ verdict }) => verdict === 'reproduced').length;
  return `${reproduced} of ${reruns.length} reproduced`;
}
