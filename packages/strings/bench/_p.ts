import { Random } from '@infimum/core';
import { alignAffine } from '../src/index.ts';

const random = new Random(1);
const L = (n: number) => Array.from({ length: n }, () => 'ACGT'[random.integer(4)]).join('');
const e = new TextEncoder();
const g = e.encode(L(150)),
  h = e.encode(L(300));
for (let r = 0; r < 6; r++) {
  const t = process.cpuUsage();
  for (let i = 0; i < 2000; i++) alignAffine(h, g, { scope: 'local' });
  const { user, system } = process.cpuUsage(t);
  console.log('affine', (user + system) / 2000, system / 2000);
}
