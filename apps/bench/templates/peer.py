"""A peer for infimum-bench: reads a line of JSON for each run, answers with one. Gaussian elimination with pivots."""

import json
import sys
import time


def eliminate(n, matrix, right_side):
    rows = [matrix[i * n : (i + 1) * n] + [right_side[i]] for i in range(n)]
    for k in range(n):
        pivot = max(range(k, n), key=lambda i: abs(rows[i][k]))
        rows[k], rows[pivot] = rows[pivot], rows[k]
        for i in range(k + 1, n):
            factor = rows[i][k] / rows[k][k]
            if factor:
                rows[i] = [a - factor * b for a, b in zip(rows[i], rows[k])]
    x = [0.0] * n
    for i in reversed(range(n)):
        x[i] = (rows[i][n] - sum(rows[i][j] * x[j] for j in range(i + 1, n))) / rows[i][i]
    return x


for line in sys.stdin:
    instance = json.loads(line)["instance"]
    start = time.perf_counter()
    x = eliminate(int(instance["n"]), instance["matrix"], instance["rightSide"])
    seconds = time.perf_counter() - start
    answer = {"status": "converged", "reason": "eliminated", "seconds": seconds, "solution": {"x": x}}
    print(json.dumps(answer), flush=True)
