"""Sinkhorn without stored costs elsewhere, on two clouds that `clouds-peers.bench.ts` writes: processor seconds, and the potentials.

    python clouds_peers.py FOLDER N D EPSILON TOLERANCE PEER

PEER is `ott`, `ott-momentum` or `ott-anderson`, OTT's online point cloud to a tolerance; or `geomloss-online` or `geomloss-multiscale`, which
end where their annealing ends. The first run compiles; the second is measured. Needs ott-jax, or geomloss with torch and pykeops.
"""

import sys
import time
from pathlib import Path

import numpy as np

folder, peer = Path(sys.argv[1]), sys.argv[6]
n, d = int(sys.argv[2]), int(sys.argv[3])
epsilon, tolerance = float(sys.argv[4]), float(sys.argv[5])
x, y = (np.fromfile(folder / name).reshape(n, d) for name in ("x.bin", "y.bin"))
a, b = (np.fromfile(folder / name) for name in ("a.bin", "b.bin"))


def ott():
    import jax
    from ott.geometry import pointcloud
    from ott.problems.linear import linear_problem
    from ott.solvers.linear import acceleration, sinkhorn

    jax.config.update("jax_enable_x64", True)
    options = {
        "ott": {},
        "ott-momentum": {"momentum": acceleration.Momentum(start=100)},
        "ott-anderson": {"anderson": acceleration.AndersonAcceleration(memory=5)},
    }[peer]
    solver = sinkhorn.Sinkhorn(threshold=tolerance, max_iterations=100_000, **options)

    @jax.jit
    def solve(x, y, a, b):
        geometry = pointcloud.PointCloud(x, y, epsilon=epsilon, batch_size=1024)
        return solver(linear_problem.LinearProblem(geometry, a, b))

    given = [jax.numpy.asarray(entry) for entry in (x, y, a, b)]

    def run():
        found = jax.block_until_ready(solve(*given))
        return found.f, found.g, f"converged {bool(found.converged)}, {int(found.n_iters)} sweeps"

    return run


def geomloss():
    import torch
    from geomloss import SamplesLoss

    torch.set_num_threads(1)
    # Its cost is half the squared distance, and its plan has the weights beside the exponential.
    loss = SamplesLoss(
        "sinkhorn", p=2, blur=(epsilon / 2) ** 0.5, scaling=0.9, debias=False, potentials=True, backend=peer.removeprefix("geomloss-")
    )
    given = [torch.from_numpy(entry) for entry in (a, x, b, y)]

    def run():
        f, g = loss(*given)
        f, g = (2 * entry.numpy().ravel() for entry in (f, g))
        return f + epsilon * np.log(a), g + epsilon * np.log(b), "scaling .9"

    return run


run = ott() if peer.startswith("ott") else geomloss()
run()
start = time.process_time()
f, g, how = run()
seconds = time.process_time() - start
for name, potential in (("f.bin", f), ("g.bin", g)):
    np.asarray(potential, dtype=np.float64).tofile(folder / name)
print(f"RESULT {seconds:.3f} {how}")
