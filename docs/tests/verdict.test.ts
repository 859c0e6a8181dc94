// Verdicts on pages: what the numbers say, and what was not measured.
import { describe, expect, test } from 'vitest';
import { hashOf, ownFiles, solverHash } from '../site/code-hash.ts';
import { generatedPages } from '../site/pages.ts';
import { registry } from '../site/registry.ts';
import type { ResultCell, Results } from '../site/results.ts';
import { readResults } from '../site/results.ts';
import { allVerdicts, verdictSection, verdictsFor } from '../site/verdict.ts';

const problem = registry.problem('ot/transport');
const cell = (solver: string, seconds: number, other: Partial<ResultCell> = {}): ResultCell => ({
  problem: problem.id,
  family: 'clouds',
  params: { n: 10 },
  seed: 1,
  solver,
  variant: 'k',
  options: {},
  status: 'converged',
  seconds,
  iterations: 1,
  metrics: { [problem.primaryMetric]: 0 },
  timeTo: [seconds / 2, seconds / 2, seconds],
  ...other,
});
const results = (...cells: readonly ResultCell[]): Results => ({
  date: '2026-01-01',
  budget: 100,
  environment: { cpu: 'c', cores: 1, system: 's', node: '24', peers: 'Python 3, POT 1' },
  cells,
  claims: [],
});
const large = { params: { n: 90 } };

describe('the hash of code', () => {
  const code = ['const a = f(b, c); // why', "const text = 'one word';"];

  test('does not know layout, comments and texts from others', () => {
    expect(hashOf(['/* Why. */ const a = f(\n  b,\n  c,\n);', "const text = 'another one';"])).toBe(hashOf(code));
  });

  test.each([['const a = f(b, d);'], ["const a = f(b, 'c');"]])('knows %s', (other) => {
    expect(hashOf([other, code[1]])).not.toBe(hashOf(code));
  });

  test('is of the files that a solver has for itself', () => {
    expect(solverHash('ot/sinkhorn')).not.toBe(solverHash('ot/greenkhorn'));
    expect(ownFiles('packages/linalg/src/systems/gmres.ts')).toContain('packages/linalg/src/systems/gmres.ts');
  });
});

describe('a verdict', () => {
  const measured = results(
    cell('ot/sinkhorn', 1),
    cell('ot/greenkhorn', 3),
    cell('POT/sinkhorn', 2, { role: 'peer' }),
    cell('ot/sinkhorn', 4, large),
    cell('ot/greenkhorn', 12, large),
    cell('POT/sinkhorn', 2, { role: 'peer', ...large }),
    cell('ot/sinkhorn-log', 9, { timeTo: [1, null, null] }),
  );

  test('says whom to take, how much slower the next is, and what others need', () => {
    const section = verdictSection(problem, measured);
    expect(section).toContain(
      'use **[Sinkhorn](/solvers/ot/sinkhorn)** (all 2 instances, fastest on 2, too few instances to tell)',
    );
    expect(section).toContain('Next: [Greenkhorn](/solvers/ot/greenkhorn), x 3.');
    // Twice as slow once, twice as fast once: the geometric mean is 1.
    expect(section).toContain('Other packages: POT/sinkhorn, x 1.');
    expect(section).toMatch(
      /n 90, seed 1 \| \[Sinkhorn\]\(.*\), 4 s \| \[Greenkhorn\]\(.*\), x 3 \| POT\/sinkhorn, x 0\.5 \| 2 of 3/,
    );
  });

  test('names what was not measured, the machine, and that code may have changed', () => {
    const section = verdictSection(problem, measured);
    expect(section).toMatch(/Not measured: .*\[Network simplex\]/i);
    expect(section).not.toMatch(/Not measured: .*\/solvers\/ot\/sinkhorn-log\)/);
    expect(section).toContain('Measured on 2026-01-01: c, 1 cores, s, Node 24; Python 3, POT 1.');
    expect(section).toContain('it may have changed since');
    const today = Object.fromEntries(registry.solvers.map(({ id }) => [id, solverHash(id)]));
    expect(verdictSection(problem, { ...measured, code: today })).toContain('The code has not changed since.');
    const stale = verdictSection(problem, { ...measured, code: { ...today, 'ot/sinkhorn': 'other', 'ot/ipot': 'other' } });
    expect(stale).toContain('The code of Sinkhorn has changed since.');
    const old = verdictSection(problem, { ...measured, cells: readResults()?.cells ?? [], code: {} });
    expect(old).toMatch(/The code of (\d+) of \1 solvers has changed since\./);
  });

  test('is not given where nothing was measured or reached', () => {
    expect(verdictSection(problem, results())).toMatch(/^No solver of this problem was measured yet/);
    const nowhere = results(cell('ot/sinkhorn', 1, { timeTo: [null, null, null], metrics: {} }));
    expect(verdictSection(problem, nowhere)).toMatch(/^No solver had a result/);
  });

  test('is given by what solvers had at the end where nobody reached a target', () => {
    const at = (solver: string, error: number, other: Partial<ResultCell> = {}) =>
      cell(solver, 1, { timeTo: [null, null, null], metrics: { [problem.primaryMetric]: error }, ...other });
    const ended = results(
      at('ot/sinkhorn', 4),
      at('ot/greenkhorn', 2),
      at('POT/sinkhorn', 3, { role: 'peer' }),
      at('ot/sinkhorn', 5, large),
      at('ot/greenkhorn', 5, large),
    );
    const section = verdictSection(problem, ended);
    expect(section).toContain(
      'at the end of a run (no solver reached a target): use **[Greenkhorn](/solvers/ot/greenkhorn)** (best on 2 of 2 instances; on average 0 % of the way',
    );
    expect(section).toContain('Next: [Sinkhorn](/solvers/ot/sinkhorn), 50 %. Other packages: POT/sinkhorn, 75 %.');
    const [row] = allVerdicts(ended).rows;
    expect(row).toMatchObject({
      take: 'ot/greenkhorn',
      reached: 2,
      instances: 2,
      caveat: 'too few instances to tell',
      next: { id: 'ot/sinkhorn', behind: '50 % from the best' },
      peer: { name: 'POT/sinkhorn', behind: '75 % from the best' },
    });
  });

  test('counts no target that was met on the way to another answer', () => {
    const section = verdictSection(
      problem,
      results(cell('ot/greenkhorn', 3), cell('ot/sinkhorn', 1, { metrics: { marginalError: 9 } })),
    );
    expect(section).toContain('use **[Greenkhorn](/solvers/ot/greenkhorn)** (the one instance, fastest on 1');
  });

  test('reads measurements without times to targets by the whole run', () => {
    const { timeTo: _, ...old } = cell('ot/sinkhorn', 2, { metrics: { marginalError: 1e-12 } });
    expect(verdictSection(problem, results(old))).toContain('2 s');
  });
});

describe('the committed ratios', () => {
  /** Straight from the lines of the file, without anything of the benchmark's: a map from instance to time. */
  const timesIn = (cells: readonly ResultCell[], solver: string, target: number, budget: number) => {
    const times = new Map<string, number>();
    for (const { family, params, seed, timeTo, ...cell } of cells) {
      const time = timeTo?.[target];
      if (hasLost(cell, target)) continue;
      if (cell.solver !== solver || time === null || time === undefined || time > budget) continue;
      const instance = JSON.stringify([family, params, seed]);
      times.set(instance, Math.min(time, times.get(instance) ?? Infinity));
    }
    return times;
  };

  /** Whether it converged to what does not meet the target. */
  const hasLost = ({ problem, status, metrics }: Pick<ResultCell, 'problem' | 'status' | 'metrics'>, place: number) => {
    const { primaryMetric, metrics: known } = registry.problem(problem);
    const { direction, targets = [] } = known[primaryMetric];
    const sign = direction === 'minimize' ? 1 : -1;
    return status === 'converged' && !(sign * (metrics?.[primaryMetric] ?? NaN) <= sign * targets[place]);
  };

  test('are those of an independent computation, on common instances', () => {
    const all = readResults() as Results;
    let compared = 0;
    for (const one of registry.problems) {
      if ((one.metrics[one.primaryMetric].targets ?? []).length === 0) continue;
      for (const { variant, target, ranking, peers } of verdictsFor(one, all)) {
        const own = all.cells.filter((entry) => entry.problem === one.id && (entry.variant ?? '') === variant && entry.timeTo);
        const lead = timesIn(own, ranking[0].solver, target, all.budget ?? 0.5);
        for (const { solver, behind } of [...ranking, ...peers]) {
          let [product, count] = [1, 0];
          for (const [instance, time] of timesIn(own, solver, target, all.budget ?? 0.5)) {
            const other = lead.get(instance);
            if (other === undefined) continue;
            product *= time / other;
            count++;
          }
          expect(behind.common, `${one.id} ${solver}`).toBe(count);
          if (count === 0) expect(behind.ratio).toBeNull();
          else expect(Math.log(behind.ratio ?? 0), `${one.id} ${solver}`).toBeCloseTo(Math.log(product) / count, 6);
          compared++;
        }
      }
    }
    expect(compared).toBeGreaterThan(100);
  });
});

test('every problem has its verdict on its page and on the page of all', () => {
  const { rows, unknown } = allVerdicts();
  const pages = generatedPages();
  for (const { id } of registry.problems) {
    const page = pages.get(`problems/${id}`);
    expect(page?.sections[0]).toMatchObject({ heading: 'Verdict' });
    expect(page?.sections[0].body).not.toMatch(/NaN|undefined|Infinity/);
    expect(rows.some(({ problem }) => problem === id)).toBe(true);
  }
  expect(unknown).toEqual([]);
});
