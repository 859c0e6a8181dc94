// The same seed gives the same bits, on small instances.
import { testBits } from './bitwise.ts';

testBits({ rows: 80, tokens: 80, digits: 50 });
