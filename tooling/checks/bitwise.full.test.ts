// The same seed gives the same bits, on instances large enough for several blocks of everything.
import { testBits } from './bitwise.ts';

testBits({ rows: 150, tokens: 200, digits: 100 });
