"""Golden values of POT (Python Optimal Transport) for the tests of this package.

Writes pot-golden.json beside itself. Run with the Python of the bench's peers:
    tooling/peers/.venv/bin/python packages/ot/src/testing/pot_golden.py
"""

import json
import pathlib

import numpy as np
import ot

rng = np.random.default_rng(5)


def weights(size):
    values = rng.uniform(0.2, 1, size)
    return values / values.sum()


a, b = weights(5), weights(7)
heavy = 1.5 * weights(7)
x, y = rng.normal(size=(5, 2)), rng.normal(size=(7, 2)) + 0.5
cost = ot.dist(x, y)
square_x, square_y = ot.dist(x, x), ot.dist(y, y)
grid = np.linspace(0, 1, 12)
grid_cost = ot.dist(grid[:, None], grid[:, None])
histograms = np.stack([weights(12), weights(12), weights(12)], axis=1)
mixing = np.array([0.5, 0.3, 0.2])
covariance_x, covariance_y = np.cov(rng.normal(size=(9, 3)).T), np.cov(rng.normal(size=(9, 3)).T)
mean_x, mean_y = rng.normal(size=3), rng.normal(size=3)
angles_x, angles_y = rng.uniform(size=6), rng.uniform(size=8)
angle_weights_x, angle_weights_y = weights(6), weights(8)
images = rng.uniform(0, 1, size=(3, 6, 6)) ** 4 + 1e-3
images /= images.sum(axis=(1, 2), keepdims=True)

# Drawn after all others, so that those keep their values.
directed_x, directed_y = rng.uniform(0.1, 2, size=(5, 5)), rng.uniform(0.1, 2, size=(7, 7))
kernel_x, kernel_y = np.exp(-square_x / 4), np.exp(-square_y / 4)
start = ot.emd(a, b, cost)
middle = weights(4)
middle_points = rng.normal(size=(4, 2))
middle_square = ot.dist(middle_points, middle_points)
middle_kernel = np.exp(-middle_square / 4)
middle_options = dict(max_iter=5000, tol=1e-13, warmstartT=True)
accurate = dict(max_iter=10000, tol_rel=1e-15, tol_abs=1e-15)
entropic = dict(epsilon=1.0, solver="PGD", log=True, max_iter=5000, tol=1e-13, numItermax=100000, stopThr=1e-14)


def distance_of(plan_and_log):
    """The plan, and the distance that the log tells."""
    plan, log = plan_and_log
    names = ("gw_dist", "fgw_dist", "srgw_dist", "srfgw_dist", "partial_gw_dist", "partial_fgw_dist")
    return plan, {"distance": next(float(log[name]) for name in names if name in log)}


golden = {
    "pot": ot.__version__,
    "a": a,
    "b": b,
    "heavy": heavy,
    "x": x,
    "y": y,
    "cost": cost,
    "unbalancedKl": ot.unbalanced.sinkhorn_unbalanced(
        a, heavy, cost, reg=0.3, reg_m=0.8, reg_type="kl", numItermax=100000, stopThr=1e-14
    ),
    "mmKl": ot.unbalanced.mm_unbalanced(a, heavy, cost, reg_m=0.8, div="kl", numItermax=100000, stopThr=1e-14),
    "mmL2": ot.unbalanced.mm_unbalanced(a, heavy, cost, reg_m=4.0, div="l2", numItermax=100000, stopThr=1e-14),
    "partial": ot.partial.partial_wasserstein(a, heavy, cost, m=0.6),
    "partialEntropic": ot.partial.entropic_partial_wasserstein(
        a, heavy, cost, reg=0.3, m=0.6, numItermax=100000, stopThr=1e-14
    ),
    "histograms": histograms,
    "gridCost": grid_cost,
    "mixing": mixing,
    "barycenter": ot.bregman.barycenter(
        histograms, grid_cost, 0.01, weights=mixing, method="sinkhorn_log", numItermax=100000, stopThr=1e-14
    ),
    "barycenterLinear": float(
        ot.lp.barycenter(histograms, grid_cost, weights=mixing, solver="highs-ds", log=True)[1].fun
    ),
    "barycenterDebiased": ot.bregman.barycenter_debiased(
        histograms, grid_cost, 0.01, weights=mixing, numItermax=100000, stopThr=1e-14
    ),
    "freeSupport": ot.lp.free_support_barycenter(
        [x, y], [a, b], x[:3], weights=np.array([0.4, 0.6]), numItermax=200, stopThr=1e-14
    ),
    "meanX": mean_x,
    "meanY": mean_y,
    "covarianceX": covariance_x,
    "covarianceY": covariance_y,
    "bures": ot.gaussian.bures_wasserstein_distance(mean_x, mean_y, covariance_x, covariance_y),
    "buresMap": [
        np.atleast_2d(part)
        for part in ot.gaussian.bures_wasserstein_mapping(mean_x, mean_y, covariance_x, covariance_y)
    ],
    "buresBarycenter": ot.gaussian.bures_wasserstein_barycenter(
        np.stack([mean_x, mean_y]), np.stack([covariance_x, covariance_y]), weights=np.array([0.3, 0.7]),
        num_iter=1000, eps=1e-14,
    ),
    "anglesX": angles_x,
    "anglesY": angles_y,
    "angleWeightsX": angle_weights_x,
    "angleWeightsY": angle_weights_y,
    "circle": [
        float(np.ravel(ot.wasserstein_circle(angles_x[:, None], angles_y[:, None], angle_weights_x, angle_weights_y, p=p))[0])
        for p in (1, 2, 3)
    ],
    "squareX": square_x,
    "squareY": square_y,
    "entropicGromov": ot.gromov.entropic_gromov_wasserstein(
        square_x, square_y, a, b, "square_loss", epsilon=1.0, solver="PGD", max_iter=5000, tol=1e-13, log=True,
        numItermax=100000, stopThr=1e-14,
    ),
    "entropicFusedGromov": ot.gromov.entropic_fused_gromov_wasserstein(
        cost, square_x, square_y, a, b, "square_loss", epsilon=1.0, alpha=0.4, solver="PGD", max_iter=5000, tol=1e-13,
        log=True, numItermax=100000, stopThr=1e-14,
    ),
    "gromov": ot.gromov.gromov_wasserstein(
        square_x, square_y, a, b, "square_loss", max_iter=10000, tol_rel=1e-15, tol_abs=1e-15, log=True
    ),
    "fusedGromov": ot.gromov.fused_gromov_wasserstein(
        cost, square_x, square_y, a, b, "square_loss", alpha=0.4, max_iter=10000, tol_rel=1e-15, tol_abs=1e-15,
        log=True,
    ),
    "images": images,
    "convolutional": ot.bregman.convolutional_barycenter2d(
        images, 0.02, weights=mixing, method="sinkhorn_log", numItermax=100000, stopThr=1e-14
    ),
    "semiRelaxedGromov": ot.gromov.semirelaxed_gromov_wasserstein(
        square_x, square_y, a, "square_loss", symmetric=True, max_iter=10000, tol_rel=1e-15, tol_abs=1e-15, log=True
    )[1]["srgw_dist"],
    "directedX": directed_x,
    "directedY": directed_y,
    "kernelX": kernel_x,
    "kernelY": kernel_y,
    "start": start,
    "gromovDirected": distance_of(
        ot.gromov.gromov_wasserstein(directed_x, directed_y, a, b, "square_loss", symmetric=False, log=True, **accurate)
    ),
    "gromovKl": distance_of(
        ot.gromov.gromov_wasserstein(kernel_x, kernel_y, a, b, "kl_loss", log=True, **accurate)
    ),
    "gromovDirectedKl": distance_of(
        ot.gromov.gromov_wasserstein(directed_x, directed_y, a, b, "kl_loss", symmetric=False, log=True, **accurate)
    ),
    "gromovStarted": distance_of(
        ot.gromov.gromov_wasserstein(square_x, square_y, a, b, "square_loss", G0=start, log=True, **accurate)
    ),
    "entropicGromovKl": ot.gromov.entropic_gromov_wasserstein(
        kernel_x, kernel_y, a, b, "kl_loss", **{**entropic, "epsilon": 0.1}
    ),
    "entropicGromovDirected": ot.gromov.entropic_gromov_wasserstein(
        directed_x, directed_y, a, b, "square_loss", symmetric=False, **entropic
    ),
    "semiRelaxedDirected": distance_of(
        ot.gromov.semirelaxed_gromov_wasserstein(
            directed_x, directed_y, a, "square_loss", symmetric=False, log=True, **accurate
        )
    ),
    "semiRelaxedKl": distance_of(
        ot.gromov.semirelaxed_gromov_wasserstein(kernel_x, kernel_y, a, "kl_loss", symmetric=True, log=True, **accurate)
    ),
    "semiRelaxedFused": distance_of(
        ot.gromov.semirelaxed_fused_gromov_wasserstein(
            cost, square_x, square_y, a, "square_loss", symmetric=True, alpha=0.4, log=True, **accurate
        )
    ),
    "semiRelaxedStarted": distance_of(
        ot.gromov.semirelaxed_gromov_wasserstein(
            square_x, square_y, a, "square_loss", symmetric=True, G0=start, log=True, **accurate
        )
    ),
    "semiRelaxedEntropic": distance_of(
        ot.gromov.entropic_semirelaxed_gromov_wasserstein(
            square_x, square_y, a, "square_loss", epsilon=1.0, symmetric=True, max_iter=20000, tol=1e-14, log=True
        )
    ),
    "partialGromov": distance_of(
        ot.gromov.partial_gromov_wasserstein(square_x, square_y, a, b, m=0.6, tol=1e-14, log=True)
    ),
    "partialGromovDirected": distance_of(
        ot.gromov.partial_gromov_wasserstein(directed_x, directed_y, a, heavy, m=0.6, tol=1e-14, log=True)
    ),
    "partialGromovKl": distance_of(
        ot.gromov.partial_gromov_wasserstein(kernel_x, kernel_y, a, b, m=0.6, loss_fun="kl_loss", tol=1e-14, log=True)
    ),
    "partialGromovFused": distance_of(
        ot.gromov.partial_fused_gromov_wasserstein(
            cost, square_x, square_y, a, b, m=0.6, alpha=0.4, tol=1e-14, log=True
        )
    ),
    "partialGromovEntropic": ot.gromov.entropic_partial_gromov_wasserstein(
        square_x, square_y, a, b, reg=5.0, m=0.6, numItermax=5000, tol=1e-13
    ),
    "middle": middle,
    "middlePoints": middle_points,
    "gromovBarycenter": ot.gromov.gromov_barycenters(
        4, [square_x, square_y], [a, b], middle, [0.4, 0.6], "square_loss", init_C=middle_square, **middle_options
    ),
    "gromovBarycenterKl": ot.gromov.gromov_barycenters(
        4, [kernel_x, kernel_y], [a, b], middle, [0.4, 0.6], "kl_loss", init_C=middle_kernel, **middle_options
    ),
    "gromovBarycenterDirected": ot.gromov.gromov_barycenters(
        4, [directed_x, directed_y], [a, b], middle, [0.4, 0.6], "square_loss", symmetric=False,
        init_C=middle_square, **middle_options
    ),
    "gromovBarycenterFused": [
        part for part in ot.gromov.fgw_barycenters(
            4, [x, y], [square_x, square_y], [a, b], [0.4, 0.6], alpha=0.3, p=middle, init_C=middle_square,
            init_X=middle_points, **middle_options
        )[:2]
    ],
    "unbalancedSides": ot.unbalanced.sinkhorn_unbalanced(
        a, heavy, cost, reg=0.3, reg_m=(0.8, 2.0), reg_type="kl", numItermax=100000, stopThr=1e-14
    ),
    "unbalancedOneSide": ot.unbalanced.sinkhorn_unbalanced(
        a, heavy, cost, reg=0.3, reg_m=(float("inf"), 0.8), reg_type="kl", numItermax=100000, stopThr=1e-14
    ),
    "mmKlSides": ot.unbalanced.mm_unbalanced(
        a, heavy, cost, reg_m=(0.8, 2.0), div="kl", numItermax=100000, stopThr=1e-14
    ),
    "mmL2Sides": ot.unbalanced.mm_unbalanced(
        a, heavy, cost, reg_m=(4.0, 9.0), div="l2", numItermax=100000, stopThr=1e-14
    ),
    "lbfgsKl": ot.unbalanced.lbfgsb_unbalanced(
        a, heavy, cost, reg=0, reg_m=(0.8, 2.0), regm_div="kl", numItermax=100000, stopThr=1e-16
    ),
    "lbfgsL2": ot.unbalanced.lbfgsb_unbalanced(
        a, heavy, cost, reg=0.5, reg_div="l2", reg_m=(4.0, 9.0), regm_div="l2", numItermax=100000, stopThr=1e-16
    ),
    "sparse2": ot.smooth.smooth_ot_dual(
        a, b, cost, 20.0, reg_type="sparsity_constrained", max_nz=3, numItermax=100000, stopThr=1e-14
    ),
    "mixture": ot.gmm.gmm_ot_loss(
        np.stack([mean_x, mean_y + 1]), np.stack([mean_x - 1, mean_y, mean_y + 2]),
        np.stack([covariance_x, covariance_y]), np.stack([covariance_x, covariance_y, covariance_y]),
        np.array([0.3, 0.7]), np.array([0.2, 0.5, 0.3]),
    ),
}


def plain(value):
    """Arrays as nested lists; of pairs (result, log) the result and the distance."""
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, (list, tuple)):
        return [plain(entry) for entry in value]
    if isinstance(value, dict):
        return {key: plain(entry) for key, entry in value.items() if key in ("gw_dist", "fgw_dist", "distance")}
    return float(value) if isinstance(value, np.floating) else value


target = pathlib.Path(__file__).with_name("pot-golden.json")
target.write_text(json.dumps({key: plain(value) for key, value in golden.items()}, indent=1) + "\n")
