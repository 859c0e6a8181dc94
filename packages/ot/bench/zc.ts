import { mulberry32 } from '@infimum/core/reference-generators';
import { transportMap } from '../src/maps/transport-map.ts';
const r=mulberry32(3); const W=1250,H=800;
const photo=(c:number[])=>({rows:W*H,cols:3,values:Float64Array.from({length:W*H*3},(_,k)=>{const i=Math.floor(k/3),x=(i%W)/W,y=Math.floor(i/W)/H;return Math.min(1,Math.max(0,c[k%3]+.4*Math.sin(6*x+(k%3))*Math.cos(5*y)+.05*(r()-.5)));})});
const one=photo([.4,.5,.6]),two=photo([.7,.4,.3]);
for (const o of [{samples:500},{samples:1000},{samples:1000,epsilon:.01}]) { const u=process.cpuUsage();
const { map, status, cost } = transportMap(one, two, o);
const v0=process.cpuUsage(u);
const moved=map(one); const v=process.cpuUsage(u);
console.log(JSON.stringify(o),status,cost,'fit',(v0.user+v0.system)/1e6,'total',(v.user+v.system)/1e6, moved.values.slice(0,3)); }
