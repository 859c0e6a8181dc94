"""The optima of convex training by CVXPY and Clarabel, for the table in `relu-golden.test.ts`.

The instances are drawn here anew (mulberry32 and the cosine half of Box and Muller), and the patterns are found by angles in the
plane and by many directions in space: nothing is shared with the package.

    python -m pip install cvxpy==1.9.3 clarabel==0.11.1 && python packages/learn/bench/convex_golden.py
"""

import math
import sys
import time

import cvxpy as cp
import numpy as np


def mulberry32(seed):
    state = seed & 0xFFFFFFFF

    def imul(a, b):
        return (a * b) & 0xFFFFFFFF

    def draw():
        nonlocal state
        state = (state + 0x6D2B79F5) & 0xFFFFFFFF
        t = imul(state ^ (state >> 15), state | 1)
        t ^= (t + imul(t ^ (t >> 7), t | 61)) & 0xFFFFFFFF
        return ((t ^ (t >> 14)) & 0xFFFFFFFF) / 4294967296

    return draw


def instance(n, d, seed, loss):
    draw = mulberry32(seed)

    def normal():
        radius = math.sqrt(-2 * math.log(1 - draw()))
        return radius * math.cos(2 * math.pi * draw())

    x = np.array([normal() for _ in range(n * d)]).reshape(n, d)
    y = np.array([normal() for _ in range(n)])
    return x, y if loss == "squared" else np.where(y >= 0, 1.0, -1.0)


def patterns(x):
    n, d = x.shape
    if d == 2:
        lines = np.sort(np.concatenate([np.arctan2(x[:, 0], -x[:, 1]) % np.pi, np.arctan2(x[:, 0], -x[:, 1]) % np.pi + np.pi]))
        middles = (lines + np.append(lines[1:], lines[0] + 2 * np.pi)) / 2
        directions = np.stack([np.cos(middles), np.sin(middles)])
    else:
        # Many, for small cells; as many patterns as Cover counted came out for the rows below.
        random = np.random.default_rng(0)
        powers = 2 ** np.arange(n)
        found = [np.unique(powers @ (x @ random.standard_normal((d, 500_000)) >= 0)) for _ in range(20)]
        return np.unique(np.concatenate(found))[:, None] // powers % 2 == 1
    return np.unique((x @ directions >= 0).T, axis=0)


def optimum(x, y, loss, beta):
    signs = patterns(x)
    n, d = x.shape
    v = [cp.Variable(d) for _ in signs]
    w = [cp.Variable(d) for _ in signs]
    predictions = sum((bits[:, None] * x) @ (v[i] - w[i]) for i, bits in enumerate(signs))
    losses = {
        "squared": lambda: 0.5 * cp.sum_squares(predictions - y),
        "logistic": lambda: cp.sum(cp.logistic(-2 * cp.multiply(y, predictions))),
        "hinge": lambda: cp.sum(cp.pos(1 - cp.multiply(y, predictions))) / n,
    }
    penalty = sum(cp.norm(a) + cp.norm(b) for a, b in zip(v, w))
    cones = []
    for i, bits in enumerate(signs):
        side = (2 * bits - 1.0)[:, None] * x
        cones += [side @ v[i] >= 0, side @ w[i] >= 0]
    problem = cp.Problem(cp.Minimize(losses[loss]() + beta * penalty), cones)
    start = time.process_time()
    problem.solve(solver=cp.CLARABEL, tol_gap_abs=1e-12, tol_gap_rel=1e-12, tol_feas=1e-12)
    native = problem.solver_stats.solve_time
    return len(signs), problem.value, time.process_time() - start, native, problem.status


ROWS = [
    (6, 2, 1, 0.1, "squared"),
    (12, 2, 3, 0.1, "squared"),
    (10, 2, 2, 0.01, "squared"),
    (10, 2, 4, 0.001, "squared"),
    (20, 2, 5, 0.01, "squared"),
    (30, 2, 6, 0.1, "squared"),
    (60, 2, 7, 0.05, "squared"),
    (8, 3, 8, 0.1, "squared"),
    (12, 3, 9, 0.03, "squared"),
    (12, 2, 10, 0.1, "logistic"),
    (20, 2, 11, 0.05, "logistic"),
    (12, 2, 12, 0.02, "hinge"),
    (20, 2, 13, 0.01, "hinge"),
]

if __name__ == "__main__":
    for n, d, seed, beta, loss in ROWS:
        count, value, seconds, native, status = optimum(*instance(n, d, seed, loss), loss, beta)
        print(f"  [{n}, {d}, {seed}, {beta}, '{loss}', {count}, {value:.10f}], // {seconds:.2f} s, Clarabel itself {native:.4f} s, {status}")
        sys.stdout.flush()
