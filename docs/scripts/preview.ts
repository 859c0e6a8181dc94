// `pnpm docs:preview`: serves the built site at http://localhost:4173.
import path from 'node:path';
import { serveSite } from './serve.ts';

const PORT = 4173;

await serveSite(path.resolve(import.meta.dirname, '../.vitepress/dist'), { port: PORT, isolated: true });
console.log(`http://localhost:${PORT}`);
