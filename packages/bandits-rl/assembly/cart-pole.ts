// Carts with poles, two at a time: the operations of `src/environments/classic-control.ts` in the same order and never fused, to the
// same bits.

@inline
function constant(table: usize, index: usize): v128 {
  return v128.load64_splat(table + (index << 3));
}

/**
 * Moves carts `from` to before `count`, states of four numbers each, pushed right where the action is 1. Writes 1 for those that have
 * fallen. Stops before a pair of which one leans by 0.3 or more, for which the series do not hold.
 *
 * @returns where it stopped, an even number from `from` on; `count` or `count` - 1 at the end
 */
export function cartPoleSteps(from: i32, count: i32, states: usize, actions: usize, terminated: usize, table: usize): i32 {
  let i = from;
  for (; i + 2 <= count; i += 2) {
    const at = states + (<usize>i << 5);
    const first = v128.load(at);
    const second = v128.load(at, 32);
    const third = v128.load(at, 16);
    const fourth = v128.load(at, 48);
    const angle = v128.shuffle<i64>(third, fourth, 0, 2);
    if (v128.any_true(v128.not(f64x2.lt(f64x2.abs(angle), constant(table, 0))))) return i;
    const x = v128.shuffle<i64>(first, second, 0, 2);
    const speed = v128.shuffle<i64>(first, second, 1, 3);
    const turn = v128.shuffle<i64>(third, fourth, 1, 3);
    const force = v128.bitselect(
      constant(table, 1),
      constant(table, 2),
      f64x2.eq(v128.load(actions + (<usize>i << 3)), constant(table, 3)),
    );
    const s = f64x2.mul(angle, angle);
    let tail = f64x2.add(constant(table, 5), f64x2.mul(s, constant(table, 6)));
    tail = f64x2.add(constant(table, 4), f64x2.mul(s, tail));
    let sine = f64x2.add(constant(table, 9), f64x2.mul(s, tail));
    sine = f64x2.add(constant(table, 8), f64x2.mul(s, sine));
    sine = f64x2.add(constant(table, 7), f64x2.mul(s, sine));
    sine = f64x2.mul(angle, f64x2.add(constant(table, 3), f64x2.mul(s, sine)));
    tail = f64x2.add(constant(table, 11), f64x2.mul(s, constant(table, 12)));
    tail = f64x2.add(constant(table, 10), f64x2.mul(s, tail));
    let cosine = f64x2.add(constant(table, 15), f64x2.mul(s, tail));
    cosine = f64x2.add(constant(table, 14), f64x2.mul(s, cosine));
    cosine = f64x2.add(constant(table, 13), f64x2.mul(s, cosine));
    cosine = f64x2.add(constant(table, 3), f64x2.mul(s, cosine));
    const swing = f64x2.mul(f64x2.mul(constant(table, 16), f64x2.mul(turn, turn)), sine);
    const temp = f64x2.mul(f64x2.add(force, swing), constant(table, 17));
    const turning = f64x2.div(
      f64x2.sub(f64x2.mul(constant(table, 18), sine), f64x2.mul(cosine, temp)),
      f64x2.sub(constant(table, 19), f64x2.mul(constant(table, 20), f64x2.mul(cosine, cosine))),
    );
    const pull = f64x2.sub(temp, f64x2.mul(f64x2.mul(constant(table, 20), turning), cosine));
    const step = constant(table, 21);
    const nextX = f64x2.add(x, f64x2.mul(step, speed));
    const nextAngle = f64x2.add(angle, f64x2.mul(step, turn));
    const nextSpeed = f64x2.add(speed, f64x2.mul(step, pull));
    const nextTurn = f64x2.add(turn, f64x2.mul(step, turning));
    v128.store(at, v128.shuffle<i64>(nextX, nextSpeed, 0, 2));
    v128.store(at, v128.shuffle<i64>(nextX, nextSpeed, 1, 3), 32);
    v128.store(at, v128.shuffle<i64>(nextAngle, nextTurn, 0, 2), 16);
    v128.store(at, v128.shuffle<i64>(nextAngle, nextTurn, 1, 3), 48);
    const fallen = v128.or(
      f64x2.gt(f64x2.abs(nextX), constant(table, 22)),
      f64x2.gt(f64x2.abs(nextAngle), constant(table, 23)),
    );
    store<u16>(terminated + <usize>i, <u16>((i64x2.extract_lane(fallen, 0) & 1) | (i64x2.extract_lane(fallen, 1) & 256)));
  }
  return i;
}
