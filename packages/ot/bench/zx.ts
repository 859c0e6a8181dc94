import { mulberry32 } from '@infimum/core/reference-generators';
import { emdPointCloud } from '../src/exact/emd-point-cloud.ts';
const n=+process.argv[2], max=+(process.argv[3]??100); const r=mulberry32(5); const pts=()=>({rows:n,cols:2,values:Float64Array.from({length:2*n},r)});
const u=process.cpuUsage(); let big=0;
const s=emdPointCloud(pts(),pts(),{maxSeconds:max,onIteration:()=>{big=Math.max(big,process.memoryUsage.rss())}}); const v=process.cpuUsage(u);
console.log(n,s.status,s.reason,s.iterations,'cpu',(v.user+v.system)/1e6,'MB',big/2**20,s.cost,s.marginalError);
