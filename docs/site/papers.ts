// The table of papers: those whose algorithms are registered, and those that are planned.
import planned from '../data/planned-papers.json' with { type: 'json' };
import statements from '../data/statements.json' with { type: 'json' };
import { registry, splitId } from './registry.ts';
import type { ClaimRerun } from './results.ts';
import { readResults, rerunOf } from './results.ts';

/** A row of the table. */
export interface PaperRow {
  readonly title: string;
  readonly arxiv: string;
  readonly year: number;
  readonly package: string;
  readonly state: 'available' | 'planned';
  readonly solvers: readonly { readonly id: string; readonly title: string }[];
  /** The results of its claims: `2 of 3 reproduced`, `not measured yet`, or nothing without claims. */
  readonly claims: string;
  /** The statements of its abstract, and the claims for them. */
  readonly statements: readonly StatementRow[];
}

/** A statement of an abstract. */
interface StatementRow {
  readonly statement: string;
  /** Why no claim tests it. */
  readonly untested?: string;
  readonly claims: readonly ClaimRow[];
}

/** A claim with its rerun. */
export interface ClaimRow {
  readonly id: string;
  readonly statement: string;
  readonly published: string;
  /** `not by the rule yet` for claims without bars. */
  readonly null: string;
  readonly rerun?: ClaimRerun;
  /** The verdict on the other set of seeds. */
  readonly other?: string;
  /** Curves over a scale, by name. */
  readonly curves: readonly { readonly name: string; readonly points: readonly (readonly [number, number])[] }[];
}

interface Statement {
  readonly statement: string;
  readonly untested?: string;
  readonly claims?: readonly string[];
}

/** The statements of all abstracts, by arXiv number. */
export const STATEMENTS: Readonly<Record<string, readonly Statement[]>> = statements;

function statementsOf(arxiv: string): StatementRow[] {
  return (STATEMENTS[arxiv] ?? []).map(({ claims = [], ...rest }) => ({ ...rest, claims: claims.map(claimRow) }));
}

function claimRow(id: string): ClaimRow {
  const claim = registry.claims.find((each) => each.id === id);
  if (!claim) throw new Error(`docs/data/statements.json names a claim that is not registered: ${id}`);
  const { statement, published, null: text = 'none registered yet' } = claim;
  const results = readResults();
  const [rerun, other] = [rerunOf(results, claim), rerunOf(results, claim, 'B')?.verdict];
  const { figures, ...shown } = rerun ?? { figures: undefined };
  return {
    id,
    statement,
    published,
    null: text,
    rerun: rerun && (shown as ClaimRerun),
    other,
    curves: curvesOf(figures ?? {}),
  };
}

/** Figures called `name@x` as points of curves. */
export function curvesOf(figures: Readonly<Record<string, number>>): ClaimRow['curves'] {
  const points = Object.entries(figures).flatMap(([key, y]) => {
    const [name, x] = key.split('@');
    return x === undefined || !(Number(x) > 0 && y > 0) ? [] : [{ name, point: [Number(x), y] as const }];
  });
  return [...Map.groupBy(points, ({ name }) => name)].map(([name, own]) => ({ name, points: own.map(({ point }) => point) }));
}

/** All papers: in the order of the plan, then those outside the plan. */
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
      statements: statementsOf(paper.arxiv),
    });
  }
  const rows = planned.map(
    (paper): PaperRow => available.get(paper.arxiv) ?? { ...paper, state: 'planned', solvers: [], claims: '', statements: [] },
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
