// Steps a second of the self-repellent walk against the number of nodes: node bench/walks.ts
import { barabasiAlbert, createWalk } from '../src/index.ts';

for (const nodes of [1e3, 1e4, 1e5]) {
  const graph = barabasiAlbert(nodes, 3, 1);
  for (const alpha of [0, 5]) {
    const walk = createWalk(graph, { alpha, exponent: 0.8, seed: 1 });
    for (let n = 0; n < 2e5; n++) walk.step();
    const before = process.cpuUsage();
    const steps = 3e6;
    for (let n = 0; n < steps; n++) walk.step();
    const { user, system } = process.cpuUsage(before);
    console.log(`N = ${nodes}, alpha = ${alpha}: ${(steps / (user + system)).toFixed(2)} million steps/s`);
  }
}
