// Steps a second of the self-repellent walk against the number of nodes: pnpm bench:package graphs walks
import { barabasiAlbert, createWalk } from '../src/index.ts';

for (const nodes of [1e3, 1e4, 1e5, 1e6]) {
  const graph = barabasiAlbert(nodes, 3, 1);
  for (const [alpha, exponent] of [
    [0, 1],
    [5, 1],
    [5, 0.8],
  ]) {
    const walk = createWalk(graph, { alpha, exponent, seed: 1 });
    const speeds = [1, 2].map(() => {
      const before = process.cpuUsage();
      const steps = 3e6;
      for (let n = 0; n < steps; n++) walk.step();
      const { user, system } = process.cpuUsage(before);
      return (steps / (user + system)).toFixed(2);
    });
    console.log(
      `N = ${nodes}, alpha = ${alpha}, a = ${exponent}: ${speeds.join(' million steps/s in the first 3 million, then ')}`,
    );
  }
}
