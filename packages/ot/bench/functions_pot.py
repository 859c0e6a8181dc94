"""The part of functions.ts that runs POT: reads the instances, times the functions of one group, prints a JSON line each.

Called by functions.ts with a folder and the group; one thread. Values are recomputed from the plans with NumPy, so that they can be compared.
"""

import json
import pathlib
import sys
import time
import warnings

import numpy as np
import ot

warnings.simplefilter("ignore")
folder = pathlib.Path(sys.argv[1])
shapes = json.loads((folder / "shapes.json").read_text())


def load(name):
    return np.fromfile(folder / (name + ".bin")).reshape(shapes[name])


def uniform(count):
    return np.full(count, 1 / count)


def best(repeats, call):
    least, result = np.inf, None
    for _ in range(repeats):
        start = time.process_time()
        result = call()
        least = min(least, time.process_time() - start)
    return 1000 * least, result


def marginal_error(plan, a, b):
    return float(np.abs(plan.sum(1) - a).sum() + np.abs(plan.sum(0) - b).sum())


def report(name, milliseconds, value, error=0.0):
    print(json.dumps({"name": name, "milliseconds": milliseconds, "value": float(value), "error": float(error)}), flush=True)


def transport(name, repeats, call, cost, a, b):
    milliseconds, plan = best(repeats, call)
    report(name, milliseconds, (plan * cost).sum(), marginal_error(plan, a, b))


def emd():
    for kind in ("assignment", "clouds"):
        cost = load(kind)
        weights = uniform(cost.shape[0])
        transport("emd " + kind, 2, lambda: ot.emd(weights, weights, cost, numItermax=10**8), cost, weights, weights)


def emd2_1d():
    x, y = load("lineX").ravel(), load("lineY").ravel()
    milliseconds, value = best(3, lambda: ot.emd2_1d(x, y, metric="sqeuclidean"))
    report("emd2_1d", milliseconds, value)
    milliseconds, plan = best(3, lambda: ot.emd_1d(x, y, metric="sqeuclidean", dense=False))
    plan = plan.tocoo()
    report("emd_1d", milliseconds, (plan.data * (x[plan.row] - y[plan.col]) ** 2).sum())


def sinkhorn():
    cost = load("smallClouds")
    weights = uniform(cost.shape[0])
    for epsilon in (0.05, 0.001):
        for method in ("sinkhorn", "sinkhorn_stabilized"):
            transport(
                f"sinkhorn {epsilon} {method}",
                5 if epsilon > 0.01 else 1,
                lambda: ot.sinkhorn(weights, weights, cost, epsilon, method=method, numItermax=5000, stopThr=1e-9),
                cost, weights, weights,
            )


def methods():
    cost = load("half")
    weights = uniform(500)

    def call(name, repeats, function, epsilon, **options):
        transport(name, repeats, lambda: function(weights, weights, cost, epsilon, **options), cost, weights, weights)

    call("sinkhorn_log 0.05", 2, ot.bregman.sinkhorn_log, 0.05, numItermax=5000, stopThr=1e-9)
    call("greenkhorn 0.05", 1, ot.bregman.greenkhorn, 0.05, numItermax=10**6, stopThr=1e-12)
    call(
        "sinkhorn_epsilon_scaling 0.005", 1, ot.bregman.sinkhorn_epsilon_scaling, 0.005,
        numItermax=100, numInnerItermax=100, stopThr=1e-9,
    )


def batch():
    for size in (16, 32):
        costs = load(f"batch{size}").reshape(1000, size, size)
        weights = np.full((1000, size), 1 / size)
        for method in ("log_sinkhorn", "sinkhorn"):
            # POT ends all problems together, by the change of the potentials or scalings: its tolerance is lowered until all errors are 1e-6.
            for tolerance in (1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-12):
                milliseconds, result = best(
                    2, lambda: ot.batch.solve_batch(costs, 0.1, weights, weights, max_iter=10000, tol=tolerance, method=method, grad="detach")
                )
                plans = result.plan
                error = (np.abs(plans.sum(2) - 1 / size).sum(1) + np.abs(plans.sum(1) - 1 / size).sum(1)).max()
                if error <= 1e-6:
                    break
            for name in ("batch", "loop of sinkhorn"):
                report(f"{name} {size} {method}", milliseconds, (plans * costs).sum(), error)


def barycenter():
    histograms, grid_cost = load("histograms"), load("gridCost")
    functions = (
        ("barycenter", ot.bregman.barycenter, 0.002, 10000),
        ("barycenter_debiased", ot.bregman.barycenter_debiased, 0.02, 500),
    )
    for name, function, epsilon, limit in functions:
        milliseconds, barycenter = best(
            1, lambda: function(histograms.T.copy(), grid_cost, epsilon, method="sinkhorn_log", numItermax=limit, stopThr=1e-9)
        )
        np.asarray(barycenter).tofile(folder / (name + "-pot.bin"))
        report(name, milliseconds, 0.0)


def convolutional():
    images = load("images")
    milliseconds, barycenter = best(
        1, lambda: ot.bregman.convolutional_barycenter2d(images, 0.01, method="sinkhorn_log", numItermax=10000, stopThr=1e-9)
    )
    np.asarray(barycenter).tofile(folder / "convolutional-pot.bin")
    report("convolutional_barycenter2d", milliseconds, 0.0)


def gromov():
    def distortion(plan, first, second):
        p, q = plan.sum(1), plan.sum(0)
        return (first**2 @ p) @ p + (second**2 @ q) @ q - 2 * np.sum((first @ plan @ second) * plan)


    first, second = load("squareX"), load("squareY")
    weights = uniform(first.shape[0])
    milliseconds, plan = best(
        5, lambda: ot.gromov.gromov_wasserstein(first, second, weights, weights, "square_loss", max_iter=10000, tol_rel=1e-9, tol_abs=1e-9)
    )
    report("gromov_wasserstein", milliseconds, distortion(plan, first, second), marginal_error(plan, weights, weights))
    between = load("between")
    milliseconds, plan = best(
        5,
        lambda: ot.gromov.fused_gromov_wasserstein(
            between, first, second, weights, weights, "square_loss", alpha=0.5, max_iter=10000, tol_rel=1e-9, tol_abs=1e-9
        ),
    )
    value = 0.5 * (plan * between).sum() + 0.5 * distortion(plan, first, second)
    report("fused_gromov_wasserstein", milliseconds, value, marginal_error(plan, weights, weights))
    milliseconds, plan = best(
        1,
        lambda: ot.gromov.entropic_gromov_wasserstein(
            first, second, weights, weights, "square_loss", epsilon=0.5, solver="PGD", max_iter=1000, tol=1e-9
        ),
    )
    report("entropic_gromov_wasserstein", milliseconds, distortion(plan, first, second), marginal_error(plan, weights, weights))


def relaxed():
    first, second = load("squareX"), load("squareY")
    weights = uniform(first.shape[0])

    def timed(name, repeats, call, key):
        milliseconds, (_, log) = best(repeats, call)
        report(name, milliseconds, log[key])

    timed(
        "partial_gromov_wasserstein",
        5,
        lambda: ot.gromov.partial_gromov_wasserstein(first, second, weights, weights, m=0.6, tol=1e-9, log=True),
        "partial_gw_dist",
    )
    timed(
        "semirelaxed_gromov_wasserstein",
        5,
        lambda: ot.gromov.semirelaxed_gromov_wasserstein(
            first, second, weights, "square_loss", symmetric=True, max_iter=10000, tol_rel=1e-9, tol_abs=1e-9, log=True
        ),
        "srgw_dist",
    )
    rows, cost = load("histograms"), load("gridCost")
    milliseconds, (_, solved) = best(1, lambda: ot.lp.barycenter(rows.T.copy(), cost, log=True))
    report("lp_barycenter", milliseconds, solved.fun)


def lowrank():
    cloud_x, cloud_y = load("cloudX"), load("cloudY")
    weights = uniform(cloud_x.shape[0])
    cost = ot.dist(cloud_x, cloud_y)
    for rank in (5, 20):
        milliseconds, (q, r, g) = best(
            1,
            lambda: ot.lowrank_sinkhorn(
                cloud_x, cloud_y, weights, weights, rank=rank, init="random", seed_init=0, numItermax=1000, stopThr=1e-9,
                warn=False,
            )[:3],
        )
        plan = (q / g) @ r.T
        report(f"lowrank_sinkhorn {rank}", milliseconds, (plan * cost).sum(), marginal_error(plan, weights, weights))


def unbalanced():
    cost = load("half")
    a = uniform(500)
    b = 1.5 * uniform(500)
    reference = dict(reg=0.01, reg_m=0.5, numItermax=100000, stopThr=1e-10)
    for method in ("sinkhorn", "sinkhorn_stabilized"):
        milliseconds, plan = best(1, lambda: ot.unbalanced.sinkhorn_unbalanced(a, b, cost, method=method, reg_type="kl", **reference))
        report("sinkhorn_unbalanced " + method, milliseconds, (plan * cost).sum())
    milliseconds, plan = best(1, lambda: ot.unbalanced.mm_unbalanced(a, b, cost, 0.5, div="kl", numItermax=1000, stopThr=0))
    report("mm_unbalanced", milliseconds, (plan * cost).sum())


def partial():
    cost = load("half")
    a = uniform(500)
    b = 1.5 * uniform(500)
    milliseconds, plan = best(2, lambda: ot.partial.partial_wasserstein(a, b, cost, m=0.5))
    report("partial_wasserstein", milliseconds, (plan * cost).sum())
    milliseconds, plan = best(
        1, lambda: ot.partial.entropic_partial_wasserstein(a, b, cost, 0.01, m=0.5, numItermax=10000, stopThr=1e-10)
    )
    report("entropic_partial_wasserstein", milliseconds, (plan * cost).sum())


def lasso():
    cost = load("half")
    a = uniform(500)
    labels = np.arange(500) % 5
    milliseconds, plan = best(
        1,
        lambda: ot.da.sinkhorn_lpl1_mm(a, labels, a, cost, reg=0.01, eta=0.01, numItermax=10, numInnerItermax=10000, stopInnerThr=1e-9),
    )
    report("sinkhorn_lpl1_mm", milliseconds, (plan * cost).sum(), marginal_error(plan, a, a))


def sliced():
    cloud_x, cloud_y = load("cloudX"), load("cloudY")
    milliseconds, value = best(2, lambda: ot.sliced_wasserstein_distance(cloud_x, cloud_y, n_projections=200, seed=1))
    report("sliced_wasserstein_distance", milliseconds, value)


def sphere():
    sphere_x, sphere_y = load("sphereX"), load("sphereY")
    milliseconds, value = best(2, lambda: ot.sliced_wasserstein_sphere(sphere_x, sphere_y, n_projections=200, seed=1))
    # POT counts turns, we count radians.
    report("sliced_wasserstein_sphere", milliseconds, 2 * np.pi * value)


globals()[sys.argv[2]]()
