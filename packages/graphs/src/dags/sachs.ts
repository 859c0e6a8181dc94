// The consensus network of K. Sachs, O. Perez, D. Pe'er, D. Lauffenburger, G. Nolan: Causal protein-signaling networks derived
// from multiparameter single-cell data (2005): 17 edges among 11 proteins.
import type { Random } from '@infimum/core';

/** Names of the proteins. */
const proteins = ['raf', 'mek', 'plcg', 'pip2', 'pip3', 'erk', 'akt', 'pka', 'pkc', 'p38', 'jnk'] as const;

const EDGES =
  'pkc raf,pkc mek,pkc jnk,pkc p38,pkc pka,pka raf,pka mek,pka erk,pka akt,pka jnk,pka p38,raf mek,mek erk,erk akt,plcg pip2,plcg pip3,pip3 pip2';

/** Weights ±U[0.5, 2] on the edges; 1 each without a generator. */
export function consensusNetwork(random?: Random): Float64Array {
  const d = proteins.length;
  const weights = new Float64Array(d * d);
  for (const edge of EDGES.split(',')) {
    const [i, j] = edge.split(' ').map((name) => proteins.indexOf(name as (typeof proteins)[number]));
    weights[i * d + j] = random ? (random.uniform() < 0.5 ? -1 : 1) * (0.5 + 1.5 * random.uniform()) : 1;
  }
  return weights;
}
