"""Judges regulators of drawn plants, JSON on stdin, by stabilizing solutions in 50 digits (and SciPy's, for comparison)."""

import collections
import json
import sys
import warnings

import numpy as np
import scipy.linalg
from mpmath import mp

mp.dps = 110
ENOUGH = mp.mpf(10) ** -60


def stabilizing(a, g, q, discrete):
    """P by the matrix sign function, with its residual; None where it does not exist."""
    n = a.rows
    unit = mp.eye(n)
    if discrete:
        left, right = mp.zeros(2 * n), mp.zeros(2 * n)
        left[:n, :n], left[n:, :n], left[n:, n:] = a, -q, unit
        right[:n, :n], right[:n, n:], right[n:, n:] = unit, g, a.T
        z = (left + right) ** -1 * (left - right)
    else:
        z = mp.zeros(2 * n)
        z[:n, :n], z[:n, n:], z[n:, :n], z[n:, n:] = a, -g, -q, -a.T
    for _ in range(400):
        back = z ** -1
        scale = mp.sqrt(mp.mnorm(back, "f") / mp.mnorm(z, "f"))
        moved = (scale * z + back / scale) / 2
        change = mp.mnorm(moved - z, "f") / mp.mnorm(moved, "f")
        z = moved
        if change < ENOUGH:
            break
    else:
        return None
    # The stable subspace is the kernel of sign + I: its first columns give [S12; S22 + I] P = -[S11 + I; S21].
    s = z + mp.eye(2 * n)
    top, bottom = s[:, n:], -s[:, :n]
    try:
        p = (top.T * top) ** -1 * (top.T * bottom)
    except ZeroDivisionError:
        return None
    if discrete:
        residual = a.T * p * (unit + g * p) ** -1 * a - p + q
        size = mp.mnorm(p, "f") + mp.mnorm(q, "f")
    else:
        residual = a.T * p + p * a - p * g * p + q
        size = 2 * mp.mnorm(p, "f") * mp.mnorm(a, "f") + mp.mnorm(q, "f")
    # Where Q is 0 and A stable, so is P.
    if mp.mnorm(q, "f") == 0 and mp.mnorm(p, "f") < mp.mpf(10) ** -60:
        return mp.zeros(n)
    return p if mp.mnorm(residual, "f") < mp.mpf(10) ** -45 * size else None


def largest(matrix, rows, cols):
    """The largest entry in units of its row and column."""
    return max(abs(matrix[i, j]) * mp.mpf(rows[i]) / mp.mpf(cols[j]) for i in range(matrix.rows) for j in range(matrix.cols))


def error(found, true, terms, rows, cols, scale):
    """The largest error over the largest of the sums of magnitudes that the truth comes from, in the units of the drawn plant."""
    worst = largest(mp.matrix(found) - true, rows, cols)
    most = largest(terms, rows, cols)
    if most <= mp.mpf(10) ** -30 * scale:
        most = scale
    return float(worst / most) if most > 0 else float(worst)


table = collections.defaultdict(collections.Counter)
worst = collections.defaultdict(float)
for number, case in enumerate(json.load(sys.stdin)):
    discrete = case["isDiscrete"]
    a, b, q = (mp.matrix(case[name]) for name in "abq")
    p = stabilizing(a, b * b.T, q, discrete) if case["solvable"] else None
    kind = f"{case['kind']:10} {'discrete' if discrete else 'continuous'}"
    row = table[kind]
    row["plants"] += 1
    if p is not None:
        size = p.apply(abs)
        gain = (mp.eye(b.cols) + b.T * p * b) ** -1 * (b.T * p * a) if discrete else b.T * p
        terms = b.T.apply(abs) * size
        if discrete:
            terms = ((mp.eye(b.cols) + b.T * p * b) ** -1).apply(abs) * terms * a.apply(abs)
    if case["solvable"] and p is None:
        row["no reference"] += 1
        print("no reference", number, kind)
        continue
    row["solvable" if case["solvable"] else "hopeless"] += 1
    answers = {"": case}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            solve = scipy.linalg.solve_discrete_are if discrete else scipy.linalg.solve_continuous_are
            x = solve(*(np.array(case[name]) for name in "abq"), np.eye(b.cols))
            reached = np.array(case["b"]).T @ x
            if discrete:
                inertia = np.eye(b.cols) + reached @ np.array(case["b"])
                reached = np.linalg.solve(inertia, reached @ np.array(case["a"]))
            answers["scipy "] = {"gain": reached.tolist(), "p": x.tolist()}
        except Exception as problem:
            answers["scipy "] = {"refused": str(problem)}
    for name, answer in answers.items():
        if "refused" in answer:
            row[name + ("refused rightly" if not case["solvable"] else "refused wrongly")] += 1
            if not name and case["solvable"]:
                print("refused", number, kind, answer["refused"][-60:], mp.nstr(mp.mnorm(p, "f"), 3))
            continue
        if not case["solvable"]:
            row[name + "accepted wrongly"] += 1
            if not name:
                print("accepted", number, kind, json.dumps(answer["gain"]))
            continue
        units, ones = case["units"], [1] * max(a.rows, b.cols)
        inverse = [1 / mp.mpf(unit) for unit in units]
        scale = largest(b, units, ones) * largest(p, inverse, units) * (largest(a, units, units) if discrete else 1)
        off = error(answer["gain"], gain, terms, ones, units, scale)
        off = max(off, error(answer["p"], p, size, inverse, units, 0))
        worst[name + kind] = max(worst[name + kind], off)
        if not off < 1e-6:
            row[name + "wrong"] += 1
            if not name:
                print("wrong", number, kind, off)
outcomes = ["refused rightly", "refused wrongly", "accepted wrongly", "wrong"]
columns = ["plants", "solvable", "hopeless", *outcomes, *(f"scipy {outcome}" for outcome in outcomes), "no reference"]
total = collections.Counter()
for kind in sorted(table):
    print(kind, {name: table[kind][name] for name in columns if table[kind][name]}, f"worst {worst[kind]:.1e}, SciPy {worst['scipy ' + kind]:.1e}")
    total.update(table[kind])
print("all", {name: total[name] for name in columns})
