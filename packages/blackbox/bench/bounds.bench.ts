// How many of 20 seeds reach a minimum on a corner, an edge or a face of the box, for every method: pnpm bench:package blackbox bounds [d,d,…] [relative error]
import {
  cbo,
  cmaEs,
  consensusHopping,
  differentialEvolution,
  langevin,
  openEs,
  particleSwarm,
  randomSearch,
  simulatedAnnealing,
  zoSgd,
} from '../src/index.ts';

const dimensions = (process.argv[2] ?? '2,5,10,20,40').split(',').map(Number);
const error = Number(process.argv[3] ?? 1e-2);
const methods = {
  cmaEs,
  openEs,
  differentialEvolution,
  cbo,
  simulatedAnnealing,
  particleSwarm,
  consensusHopping,
  zoSgd,
  randomSearch,
  langevin,
};

console.log(`| method | ${dimensions.map((d) => `d = ${d}: corner, edge, face`).join(' | ')} |`);
for (const [name, method] of Object.entries(methods)) {
  const cells = dimensions.map((d) =>
    [0, 1, d - 1].map((free) => {
      // Linear in all but the first variables, which have their minimum inside.
      const value = (x: Float64Array) => x.reduce((sum, e, j) => sum + (j < free ? (e - 0.3) ** 2 : e), 0);
      const box = { dimension: d, value, lower: -1, upper: 1, target: free - d + error * d };
      let reached = 0;
      for (let seed = 0; seed < 20; seed++)
        if (method(box, { seed, maxEvaluations: 2000 * d }).status === 'converged') reached++;
      return reached;
    }),
  );
  console.log(`| \`${name}\` | ${cells.map((counts) => counts.join(', ')).join(' | ')} |`);
}
