// Angles of points in the plane, with the same bits in every engine.
//
// Reduction and polynomial: K. C. Ng, FDLIBM (Sun Microsystems, 1993).

/** atan(x) = x - x^3 (c_0 + c_1 x^2 + …) for |x| < 7/16, the last coefficient first. */
const COEFFICIENTS = [
  0.016285820115365782, -0.036531572744216916, 0.04976877994615932, -0.058335701337905735, 0.06661073137387531,
  -0.0769187620504483, 0.09090887133436507, -0.11111110405462356, 0.14285714272503466, -0.19999999999876483, 0.3333333333333293,
];

/** atan(1/2) and atan(1) with the bits that doubles lack. */
const HALF = { high: 0.4636476090008061, low: 2.2698777452961687e-17 };
const ONE = { high: 0.7853981633974483, low: 3.061616997868383e-17 };

/** The angle of the point (x, y) as a share of a turn, in [0, 1]; 0 for the origin, which has none. */
export function turnOf(x: number, y: number): number {
  const [along, across] = [Math.abs(x), Math.abs(y)];
  if (along === 0 && across === 0) return 0;
  const angle = across <= along ? arcTangent(across / along) : Math.PI / 2 - arcTangent(along / across);
  const turn = angle / (2 * Math.PI);
  const half = x < 0 ? 0.5 - turn : turn;
  return y < 0 ? 1 - half : half;
}

/** The arc tangent of numbers from 0 to 1. */
function arcTangent(t: number): number {
  if (t < 7 / 16) return t - excess(t);
  const { high, low } = t < 11 / 16 ? HALF : ONE;
  const rest = t < 11 / 16 ? (2 * t - 1) / (2 + t) : (t - 1) / (1 + t);
  return high - (excess(rest) - low - rest);
}

/** x - atan(x). */
function excess(x: number): number {
  const square = x * x;
  let sum = 0;
  for (const coefficient of COEFFICIENTS) sum = sum * square + coefficient;
  return x * square * sum;
}
