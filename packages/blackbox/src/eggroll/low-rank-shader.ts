// The forward pass of members that differ by matrices of low rank, in WGSL: two passes a layer. Both draw the noise again from its
// counter wherever they need it, so that nothing of it is stored: the integers are those of `assembly/normals.ts`, bit for bit, the rest is
// computed in single precision with our own polynomials, since the built-in functions may be off by 2^-11.
//
// J. Salmon and others: Parallel random numbers: as easy as 1, 2, 3 (2011); sine and cosine: S. Moshier's Cephes (1989).

/** Threads of a group of the first pass. */
const THREADS = 64;
/** Members, and rows, of a tile of the second pass: 8 x 8 threads with 4 x 4 numbers each. */
export const TILE = 32;
/** Bytes of the parameters of both passes. */
export const LAYER_BYTES = 64;

/** The shader; entries `project` and `map`. */
export const lowRankShader = /* wgsl */ `
struct Layer {
  rows: u32, cols: u32, rank: u32, count: u32,
  layer: u32, step: u32, key0: u32, key1: u32,
  // Where the noise of A and of the bias begins; that of B begins at 0.
  left: u32, bias: u32, activation: u32, rest: u32,
  // sigma, sigma / sqrt(r)
  sigma: f32, shrunk: f32, rest1: f32, rest2: f32,
}
@group(0) @binding(0) var<uniform> the: Layer;
@group(0) @binding(1) var<storage, read> members: array<i32>;
// W row by row, then the bias.
@group(0) @binding(2) var<storage, read> parameters: array<f32>;
@group(0) @binding(3) var<storage, read> x: array<f32>;
// s_i sigma B_i' x_i / sqrt(r), r numbers a member.
@group(0) @binding(4) var<storage, read_write> projected: array<f32>;
@group(0) @binding(5) var<storage, read_write> y: array<f32>;

// The upper half of a product, from four products of halves.
fn high(a: u32, b: u32) -> u32 {
  let a0 = a & 0xffffu;
  let a1 = a >> 16u;
  let b0 = b & 0xffffu;
  let b1 = b >> 16u;
  let one = a1 * b0 + ((a0 * b0) >> 16u);
  let two = a0 * b1 + (one & 0xffffu);
  return a1 * b1 + (one >> 16u) + (two >> 16u);
}

// Philox4x32-10 of the counter (block, layer, step, pair).
fn philox(block: u32, pair: u32) -> vec4<u32> {
  var c = vec4<u32>(block, the.layer, the.step, pair);
  var k = vec2<u32>(the.key0, the.key1);
  for (var round = 0; round < 10; round++) {
    c = vec4<u32>(
      high(0xcd9e8d57u, c.z) ^ c.y ^ k.x, 0xcd9e8d57u * c.z,
      high(0xd2511f53u, c.x) ^ c.w ^ k.y, 0xd2511f53u * c.x,
    );
    k += vec2<u32>(0x9e3779b9u, 0xbb67ae85u);
  }
  return c;
}

// -log((w + 1/2) / 2^32): near 1 by the distance from 1, which single precision would lose.
fn negativeLog(w: u32) -> f32 {
  var f: f32;
  var exponent = 0.0;
  if (w >= 0x80000000u) {
    f = -(f32(~w) + 0.5) * 0x1p-32f;
  } else {
    let bits = bitcast<u32>(f32(w) + 0.5);
    exponent = f32(bits >> 23u) - 159.0;
    var m = bitcast<f32>((bits & 0x7fffffu) | 0x3f800000u);
    if (m > 1.4142135f) {
      m *= 0.5f;
      exponent += 1.0;
    }
    f = m - 1.0f;
  }
  // log(1 + f) = 2 artanh(f / (2 + f))
  let s = f / (2.0f + f);
  let z = s * s;
  var sum = 1.0f / 15.0f;
  sum = sum * z + 1.0f / 13.0f;
  sum = sum * z + 1.0f / 11.0f;
  sum = sum * z + 1.0f / 9.0f;
  sum = sum * z + 1.0f / 7.0f;
  sum = sum * z + 1.0f / 5.0f;
  sum = sum * z + 1.0f / 3.0f;
  return -(exponent * 0.6931471805599453f + (2.0f * s + 2.0f * s * z * sum));
}

// Two normal numbers of a word for the radius and one for the angle: 30 bits in [-pi/4, pi/4), a change of places, a sign.
fn boxMuller(radius: u32, angle: u32) -> vec2<f32> {
  var r = sqrt(2.0f * negativeLog(radius));
  if ((angle & 0x80000000u) != 0u) { r = -r; }
  let a = f32(i32(angle & 0x3fffffffu) - 0x20000000) * 1.4629180792671596e-9f;
  let z = a * a;
  let sine = a + a * z * ((-1.9515295891e-4f * z + 8.3321608736e-3f) * z - 1.6666654611e-1f);
  let cosine = 1.0f - 0.5f * z +
    z * z * ((2.443315711809948e-5f * z - 1.388731625493765e-3f) * z + 4.166664568298827e-2f);
  let pair = r * vec2<f32>(cosine, sine);
  return select(pair, pair.yx, (angle & 0x40000000u) != 0u);
}

// The place of the first of a counter's four numbers; the others follow at 2, 8 and 10.
fn placeOf(counter: u32) -> u32 {
  let q = counter & 3u;
  return ((counter >> 2u) << 4u) + ((q >> 1u) << 2u) + (q & 1u);
}

// The number at one place.
fn normal(place: u32, pair: u32) -> f32 {
  let lane = place & 3u;
  let counter = ((place >> 4u) << 2u) + (((place >> 2u) & 1u) << 1u) + (lane & 1u);
  let words = philox(counter, pair);
  let both = select(boxMuller(words.x, words.y), boxMuller(words.z, words.w), (place & 8u) != 0u);
  return select(both.x, both.y, lane >= 2u);
}

fn signOf(member: i32) -> f32 {
  return select(1.0f, -1.0f, (member & 1) == 1);
}

var<workgroup> sums: array<f32, ${THREADS}>;

// One group for each member i and each k: the sum over b of B_bk x_ib.
@compute @workgroup_size(${THREADS})
fn project(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
  let k = group.x;
  let i = group.y;
  let member = members[i];
  var sum = 0.0f;
  if (member >= 0) {
    let begin = k * the.cols;
    let end = begin + the.cols;
    let last = ((end + 15u) >> 4u) << 2u;
    for (var counter = ((begin >> 4u) << 2u) + thread; counter < last; counter += ${THREADS}u) {
      let words = philox(counter, u32(member) >> 1u);
      let numbers = vec4<f32>(boxMuller(words.x, words.y), boxMuller(words.z, words.w));
      let first = placeOf(counter);
      let places = vec4<u32>(first, first + 2u, first + 8u, first + 10u);
      for (var n = 0; n < 4; n++) {
        let place = places[n];
        if (place >= begin && place < end) { sum += numbers[n] * x[i * the.cols + place - begin]; }
      }
    }
  }
  sums[thread] = sum;
  for (var half = ${THREADS / 2}u; half > 0u; half >>= 1u) {
    workgroupBarrier();
    if (thread < half) { sums[thread] += sums[thread + half]; }
  }
  if (thread == 0u) { projected[i * the.rank + k] = sums[0] * the.shrunk * signOf(member); }
}

fn activate(value: f32) -> f32 {
  if (the.activation == 1u) {
    let e = exp(-2.0f * min(abs(value), 20.0f));
    return sign(value) * (1.0f - e) / (1.0f + e);
  }
  if (the.activation == 2u) { return max(value, 0.0f); }
  return value;
}

const DEPTH = 16u;
var<workgroup> inputs: array<f32, ${TILE * 16}>;
var<workgroup> weights: array<f32, ${TILE * 16}>;

// One group for ${TILE} rows of ${TILE} members: y_i = W x_i + b + s_i sigma e_i + A_i projected_i.
@compute @workgroup_size(8, 8)
fn map(
  @builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_id) place: vec3<u32>,
  @builtin(local_invocation_index) thread: u32,
) {
  let row0 = group.x * ${TILE}u;
  let member0 = group.y * ${TILE}u;
  var sums: array<vec4<f32>, 4>;
  for (var begin = 0u; begin < the.cols; begin += DEPTH) {
    for (var n = thread; n < ${TILE * 16}u; n += 64u) {
      let b = begin + (n & 15u);
      let i = member0 + (n >> 4u);
      let a = row0 + (n >> 4u);
      var input = 0.0f;
      var weight = 0.0f;
      if (b < the.cols && i < the.count) { input = x[i * the.cols + b]; }
      if (b < the.cols && a < the.rows) { weight = parameters[a * the.cols + b]; }
      inputs[(n & 15u) * ${TILE}u + (n >> 4u)] = input;
      weights[(n & 15u) * ${TILE}u + (n >> 4u)] = weight;
    }
    workgroupBarrier();
    for (var b = 0u; b < DEPTH; b++) {
      let at = b * ${TILE}u;
      let w = at + 4u * place.x;
      let row = vec4<f32>(weights[w], weights[w + 1u], weights[w + 2u], weights[w + 3u]);
      for (var m = 0u; m < 4u; m++) { sums[m] += inputs[at + 4u * place.y + m] * row; }
    }
    workgroupBarrier();
  }
  // Noise that neighbours of a pair share is drawn once: k = rank is the bias's.
  for (var k = 0u; k <= the.rank; k++) {
    for (var r = 0u; r < 4u; r++) {
      let a = row0 + 4u * place.x + r;
      if (a >= the.rows) { continue; }
      var drawn = -1;
      var z = 0.0f;
      for (var m = 0u; m < 4u; m++) {
        let i = member0 + 4u * place.y + m;
        if (i >= the.count) { continue; }
        let member = members[i];
        if (member < 0) { continue; }
        let pair = member >> 1u;
        if (pair != drawn) {
          z = normal(select(the.left + k * the.rows, the.bias, k == the.rank) + a, u32(pair));
          drawn = pair;
        }
        if (k == the.rank) { sums[m][r] += the.sigma * signOf(member) * z; }
        else { sums[m][r] += projected[i * the.rank + k] * z; }
      }
    }
  }
  for (var m = 0u; m < 4u; m++) {
    let i = member0 + 4u * place.y + m;
    for (var r = 0u; r < 4u; r++) {
      let a = row0 + 4u * place.x + r;
      if (i < the.count && a < the.rows) {
        y[i * the.rows + a] = activate(sums[m][r] + parameters[the.rows * the.cols + a]);
      }
    }
  }
}
`;
