export type { Sequence, StringUnit, SymbolArray } from './symbols.ts';
