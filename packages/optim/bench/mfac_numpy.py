"""NumPy's processor times for what M-FAC's inverses compute, in milliseconds, as JSON: mfac_numpy.py M D."""

import json
import sys
import time

import numpy as np
from scipy.linalg import cho_factor, cho_solve

m, d = int(sys.argv[1]), int(float(sys.argv[2]))
damping = 1e-3
gradients = np.random.default_rng(1).standard_normal((m, d), dtype=np.float32)
x = np.random.default_rng(2).standard_normal(d).astype(np.float32)


def best(work, rounds=7):
    """The least processor time of several runs."""
    times = []
    for _ in range(rounds):
        start = time.process_time()
        repetitions = 0
        while time.process_time() - start < 0.02 or repetitions == 0:
            work()
            repetitions += 1
        times.append((time.process_time() - start) / repetitions)
    return 1000 * min(times)


def recursion():
    """The paper's static algorithm, a row after the other."""
    v = gradients / np.float32(damping)
    divisors = np.empty(m, dtype=np.float32)
    for i in range(m):
        if i:
            v[i] -= (v[:i] @ gradients[i] / divisors[:i]) @ v[:i]
        divisors[i] = m + gradients[i] @ v[i]
    return v, divisors


def setup():
    """The Cholesky factor of the damped Gram matrix."""
    gram = (gradients @ gradients.T).astype(np.float64)
    gram[np.diag_indices(m)] += m * damping
    return cho_factor(gram)


factor = setup()


def product():
    """Two products with the gradients and a small solve."""
    c = cho_solve(factor, (gradients @ x).astype(np.float64))
    return (x - c.astype(np.float32) @ gradients) / np.float32(damping)


def replace():
    """A new gradient: its inner products, a new factor, and a product with its column."""
    gradients[0] = x
    s = (gradients @ x).astype(np.float64)
    gram[0] = gram[:, 0] = s
    damped = gram.copy()
    damped[np.diag_indices(m)] += m * damping
    unit = np.zeros(m)
    unit[0] = m
    return cho_solve(cho_factor(damped), unit).astype(np.float32) @ gradients


gram = (gradients @ gradients.T).astype(np.float64)
print(
    json.dumps(
        {
            "setup, recursion": best(recursion, 1 if m * d > 3e7 else 2),
            "setup, Gram and Cholesky": best(setup, 2),
            "product": best(product),
            "replaceMultiply": best(replace),
        }
    )
)
