// The real peers, where `pnpm peers:install` has made them; elsewhere their absence is what is tested.
import { spawn } from 'node:child_process';
import { describe, expect, it, vi } from 'vitest';
import type { PeerResult } from './client.ts';
import { startPeers } from './client.ts';
import { installed, peersOfTests } from './installed-peers.ts';

const entropic = ['sinkhorn', 'sinkhorn-log', 'sinkhorn-stabilized', 'sinkhorn-epsilon-scaling', 'greenkhorn'];
const n = 50;
const epsilon = 0.01;

describe.skipIf(installed)('without the virtual environment', () => {
  it('reports the peers as absent', async () => {
    const peers = await startPeers();
    expect(peers).toMatchObject({ present: false, reason: expect.stringContaining('pnpm peers:install') });
  });
});

describe.runIf(installed)('POT on ot/transport', () => {
  const peers = peersOfTests();

  it('lists its methods with the pinned version', () => {
    const listed = peers()
      .list()
      .filter((solver) => solver.package === 'POT' && solver.problem === 'ot/transport');
    expect(listed.map(({ id }) => id)).toEqual(['pot/emd', ...entropic.map((name) => `pot/${name}`)]);
    expect(listed[0]).toMatchObject({ problem: 'ot/transport', version: '0.9.7.post1' });
    expect(peers().environment['python']).toMatch(/^3\.\d+\.\d+$/);
  });

  it('solves exactly: primal equals dual, and the dual is feasible', async () => {
    const { a, b, cost } = instance();
    const result = await peers().solve('pot/emd', { a, b, cost, epsilon }, {}, { seconds: 60 });
    expect(result.status).toBe('converged');
    expect(result.seconds).toBeGreaterThan(0);
    const { plan, f, g } = transport(result);
    expect(marginalError(plan, a, b)).toBeLessThan(1e-12);
    const slack = cost.values.map((c, k) => c - f[Math.floor(k / n)] - g[k % n]);
    expect(Math.min(...slack)).toBeGreaterThan(-1e-12);
    expect(Math.max(...slack.map((s, k) => s * plan[k]))).toBeLessThan(1e-12);
  });

  it.each(entropic)('solves with entropy (%s)', (name) => expectOptimum(`pot/${name}`));

  it.each(['ott/sinkhorn', 'ott/sinkhorn-log'])('solves with OTT, or says that it is absent (%s)', async (id) => {
    if (
      peers()
        .list()
        .some((solver) => solver.id === id)
    )
      await expectOptimum(id);
    else expect(peers().absent['ot_transport_jax']).toMatch(/No module named/);
  });

  it.each(['pot/emd', 'pot/sinkhorn', 'pot/greenkhorn'])('reports its iteration limit (%s)', async (id) => {
    const options = { tolerance: 1e-10, maxIterations: 3 };
    const result = await peers().solve(id, { ...instance(), epsilon }, options, { seconds: 60 });
    expect(result).toMatchObject({ status: 'iteration-limit', iterations: id === 'pot/emd' ? undefined : 3 });
    expect(transport(result).plan).toHaveLength(n * n);
  });

  it('reports the numerical errors of the scaling form at a small epsilon', async () => {
    const result = await peers().solve('pot/sinkhorn', { ...instance(), epsilon: 1e-5 }, {}, { seconds: 60 });
    expect(result).toMatchObject({ status: 'stalled', reason: expect.stringMatching(/numerical errors/) });
  });

  it('fails with the reason on an instance that lacks something, and goes on', async () => {
    const { a, b, cost } = instance();
    expect(await peers().solve('pot/sinkhorn', { a, b, cost })).toMatchObject({
      status: 'failed',
      reason: "KeyError: 'epsilon'",
    });
    expect(await peers().solve('pot/none', {})).toMatchObject({ reason: 'no peer is called pot/none' });
    expect((await peers().solve('pot/emd', { a, b, cost })).status).toBe('converged');
  });

  it.runIf(process.platform === 'linux')(
    'leaves no solver running when its parent is killed',
    async () => {
      const program = `
      const { startPeers } = await import(${JSON.stringify(new URL('./client.ts', import.meta.url).href)});
      const { process: peers } = await startPeers();
      const [a, b, values] = [2, 2, 4].map((length) => new Float64Array(length).fill(1 / length));
      const instance = { a, b, cost: { rows: 2, cols: 2, values }, epsilon: 1 };
      peers.solve('pot/greenkhorn', instance, { tolerance: -1, maxIterations: 1e9 });
      setTimeout(() => console.log(peers.pid), 300);`;
      const parent = spawn(process.execPath, ['--input-type=module', '--eval', program]);
      const pid = await new Promise<number>((resolve) => parent.stdout.once('data', (text) => resolve(Number(text))));
      expect(pid).toBeGreaterThan(0);
      parent.kill('SIGKILL');
      await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow('ESRCH'), { timeout: 5000 });
    },
    30_000,
  );

  /** Exact marginals and the scaling form of the plan together characterise the one optimum. */
  async function expectOptimum(id: string): Promise<void> {
    const { a, b, cost } = instance();
    const options = { tolerance: 1e-10, maxIterations: 1_000_000 };
    const result = await peers().solve(id, { a, b, cost, epsilon }, options, { seconds: 60 });
    expect(result.status).toBe('converged');
    expect(result.iterations).toBeGreaterThan(1);
    const { plan, f, g } = transport(result);
    expect(marginalError(plan, a, b)).toBeLessThan(1e-8);
    const form = cost.values.map((c, k) => Math.exp((f[Math.floor(k / n)] + g[k % n] - c) / epsilon));
    expect(Math.max(...form.map((value, k) => Math.abs(value - plan[k])))).toBeLessThan(1e-9);
  }
});

/** Two weighted point clouds in the unit square, by a linear congruential generator. */
function instance() {
  let state = 1;
  const uniform = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const vector = (length: number): Float64Array => Float64Array.from({ length }, uniform);
  const weights = (): Float64Array => {
    const raw = vector(n).map((weight) => weight + 0.1);
    const mass = raw.reduce((sum, weight) => sum + weight, 0);
    return raw.map((weight) => weight / mass);
  };
  const [x, y] = [vector(2 * n), vector(2 * n)];
  const values = Float64Array.from({ length: n * n }, (_, k) => {
    const [i, j] = [2 * Math.floor(k / n), 2 * (k % n)];
    return (x[i] - y[j]) ** 2 + (x[i + 1] - y[j + 1]) ** 2;
  });
  return { a: weights(), b: weights(), cost: { rows: n, cols: n, values } };
}

function transport({ solution }: PeerResult): { plan: Float64Array; f: Float64Array; g: Float64Array } {
  if (!solution) throw new Error('the peer returned no solution');
  return {
    plan: (solution['plan'] as { values: Float64Array }).values,
    f: solution['rowPotentials'] as Float64Array,
    g: solution['columnPotentials'] as Float64Array,
  };
}

function marginalError(plan: Float64Array, a: Float64Array, b: Float64Array): number {
  const rows = new Float64Array(n);
  const columns = new Float64Array(n);
  for (const [k, mass] of plan.entries()) {
    rows[Math.floor(k / n)] += mass;
    columns[k % n] += mass;
  }
  return (
    rows.reduce((sum, mass, i) => sum + Math.abs(mass - a[i]), 0) +
    columns.reduce((sum, mass, j) => sum + Math.abs(mass - b[j]), 0)
  );
}
