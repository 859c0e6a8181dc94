"""POT's quick-start and test cases by name, on POT's own instances: prints each as a line of JSON, with POT's answer.

Called by pot-cases.bench.ts. A case is the name (a test of POT, or a line of its quick-start), the call of ours that it
is like, arguments, and values to be compared: numbers, or arrays entry by entry. Where an answer is an optimum POT gets
the time to come close to it; where a test of POT asks for less, nothing is compared to more than POT itself reaches.
"""

import json
import sys
import warnings

import numpy as np
import ot
from ot.datasets import make_1D_gauss, make_2D_samples_gauss, make_data_classif

warnings.filterwarnings("ignore")
FINE = dict(stopThr=1e-13, numItermax=200_000, warn=False)
GROMOV = dict(max_iter=10_000, tol_rel=1e-13, tol_abs=1e-13)


def plain(value):
    if isinstance(value, np.ndarray):
        return {"shape": list(value.shape), "values": np.ascontiguousarray(value, dtype=float).ravel().tolist()}
    if isinstance(value, (list, tuple)):
        return [plain(entry) for entry in value]
    if isinstance(value, dict):
        return {key: plain(entry) for key, entry in value.items()}
    return float(value) if isinstance(value, np.floating) else value


def case(name, call, arguments, **values):
    print(json.dumps({"name": name, "call": call, "arguments": plain(arguments), "values": plain(values)}), flush=True)


def attempt(make):
    """A case whose POT call fails says so, and ends no other."""
    try:
        make()
    except Exception as error:
        print(json.dumps({"name": make.__name__, "call": "none", "error": str(error)[:200]}), flush=True)


def normal(seed, n, d=2):
    return np.random.RandomState(seed).randn(n, d)


def distortion(plan, first, second):
    p, q = plan.sum(1), plan.sum(0)
    return (first**2 @ p) @ p + (second**2 @ q) @ q - 2 * np.sum((first @ plan @ second.T) * plan)


def quick_start():
    np.random.seed(0)
    a, b = ot.unif(25), ot.unif(50)
    x = np.random.randn(25, 2)
    x /= np.sqrt(np.sum(x**2, 1, keepdims=True)) / 2
    y = np.random.randn(50, 2)
    y /= np.sqrt(np.sum(y**2, 1, keepdims=True)) / 4
    C = ot.dist(x, y)
    points, costs = dict(x=x, y=y, a=a, b=b), dict(a=a, b=b, cost=C)
    name = "quick-start: "
    case(name + "solve_sample", "solveTransport", dict(query=points), cost=ot.solve_sample(x, y, a, b).value)
    city = ot.dist(x, y, metric="cityblock")
    case(name + "solve, cityblock", "solveTransport", dict(query=dict(cost=city)), cost=ot.solve(city).value)
    entropic = ot.sinkhorn(a, b, C, 0.1, method="sinkhorn_log", **FINE)
    case(name + "solve_sample, reg", "solveTransport", dict(query=points, options=dict(epsilon=0.1)), cost=(entropic * C).sum(), plan=entropic)
    lazy = ot.solve_sample(x, y, a, b, reg=0.1, lazy=True, tol=1e-12, max_iter=20_000).lazy_plan[:]
    case(name + "solve_sample, lazy", "pointCloudSinkhorn", dict(**points, options=dict(epsilon=0.1)), cost=(lazy * C).sum())
    quadratic = ot.solve_sample(x, y, a, b, reg=3, reg_type="L2", tol=1e-12, max_iter=5000).plan
    case(name + "solve_sample, reg_type='L2'", "quadraticTransport", dict(**costs, options=dict(gamma=3)), objective=(quadratic * C).sum() + 1.5 * (quadratic**2).sum())
    kl = ot.unbalanced.mm_unbalanced(a, b, C, 5e-2, numItermax=200_000, stopThr=1e-15)
    case(name + "solve_sample, unbalanced", "unbalancedLbfgs", dict(**costs, options=dict(marginalPenalty=5e-2)), cost=(kl * C).sum(), mass=kl.sum())
    both = ot.unbalanced.sinkhorn_unbalanced(a, b, C, 0.1, 5e-2, method="sinkhorn_translation_invariant", reg_type="kl", numItermax=100_000, stopThr=1e-15)
    case(name + "solve_sample, unbalanced, reg", "unbalancedSinkhorn", dict(**costs, options=dict(epsilon=0.1, marginalPenalty=5e-2)), cost=(both * C).sum(), plan=both)
    l2 = ot.unbalanced.mm_unbalanced(a, b, C, 70, div="l2", numItermax=200_000, stopThr=1e-15)
    case(name + "solve_sample, unbalanced_type='L2'", "unbalancedLbfgs", dict(**costs, options=dict(marginalPenalty=70, divergence="l2")), cost=(l2 * C).sum(), mass=l2.sum())
    tv = ot.solve_sample(x, y, a, b, unbalanced=3, unbalanced_type="TV").plan
    tv_value = (tv * C).sum() + 3 * np.abs(tv.sum(1) - a).sum() + 3 * np.abs(tv.sum(0) - b).sum()
    case(name + "solve_sample, unbalanced_type='TV'", "totalVariationTransport", dict(**costs, options=dict(marginalPenalty=3)), objective=tv_value)
    case(name + "partial_wasserstein", "partialTransport", dict(**costs, options=dict(mass=0.5)), cost=(ot.partial.partial_wasserstein(a, b, C, m=0.5) * C).sum())
    first, second = ot.dist(x, x), ot.dist(y, y)
    first, second, M = first / first.max(), second / second.max(), C / C.max()
    spaces = dict(first=first, second=second)
    gw = ot.gromov.gromov_wasserstein(first, second, a, b, **GROMOV)
    case(name + "solve_gromov", "gromovWasserstein", dict(**spaces), distortion=distortion(gw, first, second))
    egw = ot.gromov.entropic_gromov_wasserstein(first, second, a, b, epsilon=1e-2, max_iter=1000, tol=1e-12)
    case(name + "solve_gromov, reg", "entropicGromovWasserstein", dict(**spaces, options=dict(epsilon=1e-2)), distortion=distortion(egw, first, second))
    fgw = ot.gromov.fused_gromov_wasserstein(M, first, second, a, b, alpha=0.1, **GROMOV)
    case(name + "solve_gromov, M", "gromovWasserstein", dict(**spaces, options=dict(cost=M, alpha=0.1)), distortion=0.9 * (fgw * M).sum() + 0.1 * distortion(fgw, first, second))
    efgw = ot.gromov.entropic_fused_gromov_wasserstein(M, first, second, a, b, epsilon=1e-3, alpha=0.1, max_iter=1000, tol=1e-12)
    case(name + "solve_gromov, M, reg", "entropicGromovWasserstein", dict(**spaces, options=dict(cost=M, alpha=0.1, epsilon=1e-3)), distortion=0.9 * (efgw * M).sum() + 0.1 * distortion(efgw, first, second))
    low = ot.solve_sample(x, y, a, b, reg=0.1, method="lowrank", rank=10)
    case(name + "solve_sample, method='lowrank'", "lowRankSinkhorn", dict(x=x, y=y, a=a, b=b, options=dict(rank=10)), lower_cost=(low.lazy_plan[:] * C).sum())
    gaussian = [dict(mean=np.atleast_1d(z.mean(0)), covariance=np.cov(z.T, bias=True)) for z in (x, y)]
    distance = ot.gaussian.bures_wasserstein_distance(gaussian[0]["mean"], gaussian[1]["mean"], gaussian[0]["covariance"], gaussian[1]["covariance"])
    case(name + "solve_sample, method='gaussian'", "buresWasserstein", dict(gaussians=gaussian), distance=distance)


def test_ot():
    x = normal(0, 100)
    u, M = ot.unif(100), ot.dist(x, x)
    case("test_ot: emd_emd2", "emd", dict(a=u, b=u, cost=M), cost=ot.emd2(u, u, M), plan=ot.emd(u, u, M))
    gauss = lambda n, m, s: np.exp(-((np.arange(n) - m) ** 2) / (2 * s**2)) / np.exp(-((np.arange(n) - m) ** 2) / (2 * s**2)).sum()
    a, b = gauss(500, 300, 5), gauss(600, 400, 10)
    M = ot.dist(np.arange(500.0)[:, None], np.arange(600.0)[:, None]) ** 0.5
    case("test_ot: dual_variables", "emd", dict(a=a, b=b, cost=M), cost=ot.emd2(a, b, M))
    A = np.array([[1.0, 0], [0, 0], [0, 1]])
    M = np.array([[0, 1.0, 4], [1, 0, 1], [4, 1, 0]])
    case("test_ot: lp_barycenter", "linearBarycenter", dict(histograms=A.T, cost=M, options=dict(weights=np.array([0.5, 0.5]))), barycenter=ot.lp.barycenter(A, M, [0.5, 0.5]))
    ends, start = [np.array([[-1.0]]), np.array([[1.0]])], np.array([[-12.0]])
    case("test_ot: free_support_barycenter", "freeSupportBarycenter", dict(clouds=ends, initial=start), points=ot.lp.free_support_barycenter(ends, [np.ones(1), np.ones(1)], start))
    rng = np.random.RandomState(42)
    sources = np.repeat(np.arange(100), 3)
    targets = np.concatenate([(np.arange(100)[:, None] + np.array([0, 17, 41])) % 100]).ravel()
    from scipy.sparse import coo_array
    arcs = coo_array((rng.uniform(0.1, 1, 300), (sources, targets)), shape=(100, 100))
    case("test_ot: emd_sparse_vs_dense", "emdSparse", dict(a=ot.unif(100), b=ot.unif(100), sources=sources, targets=targets, costs=arcs.data), cost=ot.emd(ot.unif(100), ot.unif(100), arcs, log=True)[1]["cost"])


def test_bregman():
    x = normal(0, 100)
    u, M = ot.unif(100), ot.dist(normal(0, 100), normal(0, 100))
    plan = ot.sinkhorn(u, u, M, 1, **FINE)
    for variant in ["sinkhorn", "sinkhorn, log", "greenkhorn", "epsilonScaling"]:
        options = dict(epsilon=1.0, tolerance=1e-12, **({"domain": "log"} if "log" in variant else {}))
        case(f"test_bregman: sinkhorn_variants, {variant}", variant.split(",")[0], dict(a=u, b=u, cost=M, options=options), plan=plan, cost=(plan * M).sum())
    a, b, M = make_1D_gauss(100, m=30, s=10), make_1D_gauss(100, m=40, s=10), ot.utils.dist0(100)
    loss = ot.sinkhorn2(a, b, M, 1e-5, method="sinkhorn_log", numItermax=5000, warn=False)
    case("test_bregman: sinkhorn_stabilization", "solveTransport", dict(query=dict(a=a, b=b, cost=M), options=dict(epsilon=1e-5)), cost=loss)
    M = M / M.max()
    A = np.vstack((a, b))
    options = dict(weights=np.array([0.5, 0.5]), epsilon=1e-2)
    bary = ot.bregman.barycenter(A.T, M, 1e-2, np.array([0.5, 0.5]), method="sinkhorn_log", numItermax=2000, stopThr=1e-12)
    case("test_bregman: barycenter", "entropicBarycenter", dict(histograms=A, cost=M, options=options), barycenter=bary)
    bary = ot.bregman.barycenter_debiased(A.T, M, 1e-2, np.array([0.5, 0.5]), method="sinkhorn_log", numItermax=2000, stopThr=1e-12)
    case("test_bregman: barycenter_debiased", "entropicBarycenter", dict(histograms=A, cost=M, options=dict(**options, debiased=True)), barycenter=bary)
    flat = np.ones((2, 2, 3)) / 6
    case("test_bregman: convolutional_barycenter_non_square", "convolutionalBarycenter", dict(images=list(flat), options=dict(epsilon=1e-2)), barycenter=ot.bregman.convolutional_barycenter2d(flat, 1e-2, stopThr=1e-13))
    n = 10
    x, y = np.arange(n, dtype=float)[:, None], np.arange(0, 2 * n, 2, dtype=float)[:, None]
    M = ot.dist(x, x)
    u = ot.unif(n)
    plan = ot.sinkhorn(u, u, M, 1, **FINE)
    case("test_bregman: empirical_sinkhorn", "pointCloudSinkhorn", dict(x=x, y=x, a=u, b=u, options=dict(epsilon=1.0, tolerance=1e-12)), cost=(plan * M).sum())
    w = np.linspace(1, n, n) / np.linspace(1, n, n).sum()
    regularised = lambda p, q, C: (lambda P: (P * C).sum() + ((P * np.log(P / np.outer(p, q))).sum()))(ot.sinkhorn(p, q, C, 1, method="sinkhorn_log", **FINE))
    value = regularised(w, u, ot.dist(x, y)) - regularised(w, w, ot.dist(x, x)) / 2 - regularised(u, u, ot.dist(y, y)) / 2
    case("test_bregman: empirical_sinkhorn_divergence", "sinkhornDivergence", dict(x=x, y=y, a=w, b=u, options=dict(epsilon=1.0, tolerance=1e-12)), divergence=value)
    size = 20
    xs, ys = normal(0, size), normal(1, size) + 1
    M = ot.dist(xs, ys)
    plan = ot.sinkhorn(ot.unif(size), ot.unif(size), M, 1, **FINE)
    case("test_bregman: empirical_sinkhorn_warmstart", "sinkhorn", dict(a=ot.unif(size), b=ot.unif(size), cost=M, options=dict(epsilon=1.0, tolerance=1e-12)), plan=plan, cost=(plan * M).sum())


def test_partial():
    rng = np.random.RandomState(42)
    mu, cov = np.array([0, 0]), np.array([[1, 0], [0, 2]])
    xs = make_2D_samples_gauss(20, mu, cov, random_state=rng)
    xs = np.append(xs, (rng.rand(20, 2) + 1) * 4).reshape((-1, 2))
    xt = make_2D_samples_gauss(20, mu, cov, random_state=rng)
    xt = np.append(xt, (rng.rand(20, 2) + 1) * -3).reshape((-1, 2))
    M, p = ot.dist(xs, xt), ot.unif(40)
    case("test_partial: partial_wasserstein", "partialTransport", dict(a=p, b=p, cost=M, options=dict(mass=0.5)), cost=(ot.partial.partial_wasserstein(p, p, M, m=0.5) * M).sum())
    plan = ot.partial.entropic_partial_wasserstein(p, p, M, reg=1, m=0.5, numItermax=100_000, stopThr=1e-14)
    case("test_partial: entropic_partial_wasserstein", "entropicPartialTransport", dict(a=p, b=p, cost=M, options=dict(epsilon=1.0, mass=0.5)), cost=(plan * M).sum(), plan=plan)


def test_gromov_partial():
    rng = np.random.RandomState(42)
    xs = make_2D_samples_gauss(20, np.array([0, 0]), np.eye(2), random_state=rng)
    xs = np.concatenate((xs, (rng.rand(10, 2) + 1) * 4), axis=0)
    xt = np.concatenate((rng.randn(20, 3), (rng.rand(10, 3) + 1) * 10), axis=0)
    p = ot.unif(30)
    for name, other in (("partial_gromov_wasserstein", xs[::-1].copy()), ("partial_gromov_wasserstein, 3-D", xt)):
        first, second = ot.dist(xs, xs), ot.dist(other, other)
        plan, log = ot.gromov.partial_gromov_wasserstein(first, second, p, p, m=2 / 3, log=True, numItermax=10_000, tol=1e-12)
        case("gromov/test_partial: " + name, "partialGromovWasserstein", dict(first=first, second=second, options=dict(mass=2 / 3)), distortion=log["partial_gw_dist"])


def test_one_dimension():
    rng = np.random.RandomState(0)
    x = np.linspace(0, 5, 100)
    u, v = np.abs(rng.randn(100)), np.abs(rng.randn(100))
    u, v = u / u.sum(), v / v.sum()
    case("test_1d_solver: wasserstein_1d", "wasserstein1dDistance", dict(x=x, y=x, options=dict(a=u, b=v, p=1)), cost=float(ot.wasserstein_1d(x, x, u, v, p=1)))
    case("test_1d_solver: wasserstein_1d, shifted", "wasserstein1dDistance", dict(x=x, y=x + 1, options=dict(p=2)), cost=float(ot.wasserstein_1d(x, x + 1, p=2)))
    rng = np.random.RandomState(0)
    u, v = rng.randn(20), rng.randn(30)
    case("test_1d_solver: emd_1d_emd2_1d", "wasserstein1d", dict(x=u, y=v, options=dict(p=2)), cost=ot.emd2_1d(u, v), plan=ot.emd_1d(u, v))
    w, z = rng.uniform(0, 1, 20), rng.uniform(0, 1, 30)
    w, z = w / w.sum(), z / z.sum()
    case("test_1d_solver: emd_1d_emd2_1d_with_weights", "wasserstein1d", dict(x=u, y=v, options=dict(a=w, b=z, p=2)), cost=ot.emd2_1d(u, v, w, z), plan=ot.emd_1d(u, v, w, z))
    rng = np.random.RandomState(0)
    u, v = rng.rand(20), rng.rand(30)
    w, z = rng.uniform(0, 1, 20), rng.uniform(0, 1, 30)
    w, z = w / w.sum(), z / z.sum()
    for p in (1, 2):
        case(f"test_circle_solver: wasserstein_1d_circle, p={p}", "wassersteinCircle", dict(x=u, y=v, options=dict(a=w, b=z, p=p)), cost=float(ot.binary_search_circle(u, v, w, z, p=p)[0]))


def test_gaussian():
    Xs, Xt = make_data_classif("3gauss", 50, random_state=0)[0], make_data_classif("3gauss2", 50, random_state=1)[0]
    pair = [dict(mean=z.mean(0), covariance=np.cov(z.T)) for z in (Xs, Xt)]
    A, shift = ot.gaussian.bures_wasserstein_mapping(pair[0]["mean"][None], pair[1]["mean"][None], pair[0]["covariance"], pair[1]["covariance"])
    case("test_gaussian: bures_wasserstein_mapping", "gaussianMap", dict(gaussians=pair), matrix=A)
    case("test_gaussian: bures_wasserstein_distance", "buresWasserstein", dict(gaussians=[dict(mean=np.zeros(1), covariance=np.ones((1, 1))), dict(mean=10 * np.ones(1), covariance=np.ones((1, 1)))]), distance=10.0)
    three = [make_data_classif("3gauss", 30, random_state=42 + k)[0] for k in range(3)]
    three = [dict(mean=z.mean(0), covariance=np.cov(z.T)) for z in three]
    mean, covariance = ot.gaussian.bures_wasserstein_barycenter(np.stack([g["mean"] for g in three]), np.stack([g["covariance"] for g in three]), eps=1e-14, num_iter=1000)
    case("test_gaussian: bures_wasserstein_barycenter", "gaussianBarycenter", dict(gaussians=three), mean=mean, covariance=covariance)
    rng = np.random.RandomState(seed=42)
    means = [rng.randn(k, 3) for k in (7, 9)]
    roots = [rng.randn(k, 3, 3) for k in (7, 9)]
    covariances = [np.matmul(root, np.transpose(root, (0, 2, 1))) for root in roots]
    shares = [ot.unif(7), ot.unif(9)]
    loss = ot.gmm.gmm_ot_loss(means[0], means[1], covariances[0], covariances[1], shares[0], shares[1])
    mixtures = [dict(weights=w, means=m, covariances=list(c)) for w, m, c in zip(shares, means, covariances)]
    case("test_gmm: gmm_ot_loss", "gaussianMixtureTransport", dict(mixtures=mixtures), cost=float(loss))


def test_smooth():
    x = normal(0, 100)
    u, M = ot.unif(100), ot.dist(x, x)
    plan = ot.smooth.smooth_ot_dual(u, u, M, 1, reg_type="l2", stopThr=1e-14, numItermax=20_000)
    case("test_smooth: smooth_ot_dual, l2", "quadraticTransport", dict(a=u, b=u, cost=M, options=dict(gamma=1)), objective=(plan * M).sum() + (plan**2).sum() / 2, plan=plan)
    plan = ot.smooth.smooth_ot_semi_dual(u, u, M, 1, reg_type="l2", stopThr=1e-14, numItermax=20_000)
    case("test_smooth: smooth_ot_semi_dual, l2", "quadraticTransport", dict(a=u, b=u, cost=M, options=dict(gamma=1)), objective=(plan * M).sum() + (plan**2).sum() / 2)
    plan = ot.smooth.smooth_ot_dual(u, u, M, 1, reg_type="sparsity_constrained", max_nz=2, stopThr=1e-14, numItermax=20_000)
    case("test_smooth: smooth_ot_dual, sparsity_constrained", "sparsityConstrainedTransport", dict(a=u, b=u, cost=M, options=dict(gamma=1, maxEntries=2)), objective=(plan * M).sum() + (plan**2).sum() / 2)


def test_stochastic():
    x = normal(0, 10)
    u, M = ot.unif(10), ot.dist(x, x)
    plan = ot.sinkhorn(u, u, M, 1, **FINE)
    options = dict(epsilon=1.0, tolerance=1e-6, maxIterations=100_000)
    case("test_stochastic: sag_asgd_sinkhorn", "stochasticTransport", dict(a=u, b=u, cost=M, options=options), cost=(plan * M).sum())


def test_unbalanced():
    x = normal(42, 100)
    a, b, M = ot.unif(100), 1.5 * ot.unif(100), ot.dist(x, x)
    for method in ("sinkhorn", "sinkhorn_stabilized", "sinkhorn_translation_invariant"):
        plan = ot.unbalanced.sinkhorn_unbalanced(a, b, M, 1.0, 1.0, method=method, reg_type="kl", numItermax=3000, stopThr=1e-12)
        case(f"unbalanced/test_sinkhorn: unbalanced_convergence, {method}", "unbalancedSinkhorn", dict(a=a, b=b, cost=M, options=dict(epsilon=1.0, marginalPenalty=1.0)), plan=plan, cost=(plan * M).sum())
    x, y = normal(42, 100), normal(75, 100)
    u, M = ot.unif(100), ot.dist(x, y)
    M = M / M.max()
    for div in ("kl", "l2"):
        plan = ot.unbalanced.mm_unbalanced(u, u, M, 100, div=div, numItermax=20_000, stopThr=1e-15)
        divergence = (lambda p, q: (p * np.log(p / q + 1e-300) - p + q).sum()) if div == "kl" else (lambda p, q: ((p - q) ** 2).sum() / 2)
        value = (plan * M).sum() + 100 * divergence(plan.sum(1), u) + 100 * divergence(plan.sum(0), u)
        case(f"unbalanced/test_mm: mm_convergence, {div}", "unbalancedLbfgs", dict(a=u, b=u, cost=M, options=dict(marginalPenalty=100, divergence=div)), unbalancedObjective=value)
    np.random.seed(42)
    M = ot.dist(np.random.randn(5, 2), np.random.randn(6, 2))
    a, b = ot.unif(5), ot.unif(6)
    for div in ("kl", "l2"):
        plan = ot.unbalanced.lbfgsb_unbalanced(a, b, M, 1, 10, reg_div="l2", regm_div=div, numItermax=20_000, stopThr=1e-16)
        case(f"unbalanced/test_lbfgs: lbfgsb_unbalanced, l2, {div}", "unbalancedLbfgs", dict(a=a, b=b, cost=M, options=dict(marginalPenalty=10, divergence=div, gamma=1)), plan=plan, cost=(plan * M).sum())


def pair_of_spaces(n, seed):
    xs = make_2D_samples_gauss(n, np.array([0, 0]), np.eye(2), random_state=seed)
    first, second = ot.dist(xs, xs), ot.dist(xs[::-1].copy(), xs[::-1].copy())
    return first / first.max(), second / second.max()


def test_gromov():
    u = ot.unif(20)
    first, second = pair_of_spaces(20, 1)
    plan = ot.gromov.gromov_wasserstein(first, second, u, u, **GROMOV)
    case("gromov/test_gw: gromov", "gromovWasserstein", dict(first=first, second=second), distortion=distortion(plan, first, second), plan=plan)
    rng = np.random.RandomState(0)
    first = rng.uniform(low=0.0, high=10, size=(20, 20))
    order = np.arange(20)
    rng.shuffle(order)
    second = first[order, :][:, order]
    plan = ot.gromov.gromov_wasserstein(first, second, u, u, symmetric=False, **GROMOV)
    case("gromov/test_gw: asymmetric_gromov", "gromovWasserstein", dict(first=first, second=second), distortion=distortion(plan, first, second))
    first, second = pair_of_spaces(20, 42)
    ys = normal(42, 20)
    M = ot.dist(ys, ys[::-1].copy())
    M = M / M.max()
    plan = ot.gromov.fused_gromov_wasserstein(M, first, second, u, u, alpha=0.5, **GROMOV)
    case("gromov/test_gw: fgw", "gromovWasserstein", dict(first=first, second=second, options=dict(cost=M, alpha=0.5)), distortion=0.5 * (plan * M).sum() + 0.5 * distortion(plan, first, second), plan=plan)
    first, second = pair_of_spaces(10, 42)
    u = ot.unif(10)
    plan = ot.gromov.entropic_gromov_wasserstein(first, second, u, u, epsilon=1e-2, max_iter=1000, tol=1e-12)
    case("gromov/test_bregman: entropic_gromov", "entropicGromovWasserstein", dict(first=first, second=second, options=dict(epsilon=1e-2)), distortion=distortion(plan, first, second))
    first, second = pair_of_spaces(5, 42)
    ys = normal(42, 5)
    M, u = ot.dist(ys, ys[::-1].copy()), ot.unif(5)
    plan = ot.gromov.entropic_fused_gromov_wasserstein(M, first, second, u, u, epsilon=1e-1, alpha=0.5, max_iter=1000, tol=1e-12)
    case("gromov/test_bregman: entropic_fgw", "entropicGromovWasserstein", dict(first=first, second=second, options=dict(cost=M, alpha=0.5, epsilon=1e-1)), distortion=0.5 * (plan * M).sum() + 0.5 * distortion(plan, first, second))
    rng = np.random.RandomState(0)
    second = np.array([[0.8, 0.1], [0.1, 1.0]])
    first, place, counts = np.zeros((45, 45)), [0, 30, 45], [30, 15]
    for i in range(2):
        for j in range(2):
            first[place[i] : place[i + 1], place[j] : place[j + 1]] = rng.binomial(size=(counts[i], counts[j]), n=1, p=second[i, j])
    plan, log = ot.gromov.semirelaxed_gromov_wasserstein(first, second, ot.unif(45), symmetric=None, log=True, **GROMOV)
    case("gromov/test_semirelaxed: semirelaxed_gromov", "semiRelaxedGromovWasserstein", dict(first=first, second=second), distortion=log["srgw_dist"])


def test_sliced():
    x = normal(0, 20, 1)
    y = np.random.RandomState(1).randn(20, 1)
    case("sliced/test_sliced_distances: 1d_sliced_equals_emd", "slicedWasserstein", dict(x=x, y=y), distance=ot.sliced_wasserstein_distance(x, y, n_projections=10))


for make in (quick_start, test_ot, test_bregman, test_partial, test_gromov_partial, test_one_dimension, test_gaussian, test_smooth, test_stochastic, test_unbalanced, test_gromov, test_sliced):
    if len(sys.argv) < 2 or make.__name__ in sys.argv[1:]:
        attempt(make)
