"""Golden values of every operation by JAX in double precision: python golden.py > ../src/fixtures/golden.json

Every case is a function of arrays. Written are the inputs, the outputs y, weights w, the gradients of <w, y>, and the products of
the Hessian of <w, y> with directions v. Made with jax[cpu] 0.10.2.
"""
import json
import numpy as np
import jax
import jax.numpy as jnp
from jax.scipy import special

jax.config.update("jax_enable_x64", True)
random = np.random.default_rng(13)


def normal(*shape):
    return random.standard_normal(shape)


def positive_definite(*shape):
    a = normal(*shape)
    return a @ np.swapaxes(a, -1, -2) + shape[-1] * np.eye(shape[-1])


near = np.concatenate([normal(6), 3 * normal(6)])
far = np.array([-700.0, -40.0, -8.0, -1e-8, 1e-300, 1e-8, 0.3, 5.0, 30.0, 700.0])
positive = np.exp(normal(8))
ties = np.array([[1.0, 2.0, 2.0, -1.0], [0.5, 0.5, 0.5, 0.5], [3.0, -2.0, 1.0, 0.0]])
angles = np.array([0.0, 1e-9, 0.785, 1.6, 3.14159, -22.0, 355.0, 1e5, 999999.5, 1.1e6, -3e7, 1e15, 1e22, -8e99, 1.7e308])
image = normal(2, 3, 7, 6)
A, B, V = normal(3, 4), normal(4, 2), normal(4)
spd, general = positive_definite(4, 4), normal(4, 4) + 3 * np.eye(4)
lower = np.tril(normal(4, 4)) + 3 * np.eye(4)


table = np.array([[0.5, -1.25, 2.0, 0.75], [-0.3, 1.5, 0.1, -2.0], [1.1, 0.25, -0.6, 3.0]])


def pool(x, window, stride, how):
    init, op = (-jnp.inf, jax.lax.max) if how == "max" else (0.0, jax.lax.add)
    out = jax.lax.reduce_window(x, init, op, (1, 1, *window), (1, 1, *stride), "VALID")
    return out if how == "max" else out / (window[0] * window[1])


def convolve(x, k, stride, padding):
    pads = [(p, p) for p in padding]
    return jax.lax.conv_general_dilated(x, k, stride, pads, dimension_numbers=("NCHW", "OIHW", "NCHW"))


def roll(x, steps):
    s = x
    for _ in range(steps):
        s = jnp.sin(s) + 0.5 * s * x
    return s


def scanned(a, rows):
    s, out = jnp.zeros(a.shape[0]), []
    for t in range(rows.shape[0]):
        s = jnp.tanh(a @ s + rows[t])
        out.append(s)
    return jnp.stack(out)


cases = {
    "add": (jnp.add, A, normal(4)),
    "sub": (jnp.subtract, normal(3, 1), A),
    "mul": (jnp.multiply, A, normal(3, 1)),
    "div": (jnp.divide, normal(2, 1, 3), np.exp(normal(4, 1))),
    "neg": (jnp.negative, near),
    "square": (jnp.square, near),
    "pow": (lambda x: x**3, near),
    "powFraction": (lambda x: x**-0.7, positive),
    "sqrt": (jnp.sqrt, positive),
    "exp": (jnp.exp, far[:8]),
    "log": (jnp.log, np.concatenate([positive, [1e-100, 1e100]])),
    "tanh": (jnp.tanh, np.concatenate([near, far])),
    "sigmoid": (jax.nn.sigmoid, np.concatenate([near, far])),
    "softplus": (jax.nn.softplus, np.concatenate([near, far])),
    "sin": (jnp.sin, angles),
    "cos": (jnp.cos, angles),
    "erf": (special.erf, np.concatenate([near, [-6.5, 1e-300, 0.47, 0.4699, 5.9]])),
    "erfc": (special.erfc, np.concatenate([near, [-6.5, 1e-300, 0.47, 5.9, 12.0, 26.0]])),
    "gelu": (lambda x: jax.nn.gelu(x, approximate=False), np.concatenate([near, [-12.0, -30.0, 0.0, 40.0]])),
    "relu": (jax.nn.relu, np.concatenate([near, [0.0]])),
    "leakyRelu": (lambda x: jax.nn.leaky_relu(x, 0.2), near),
    "abs": (jnp.abs, near),
    "maximum": (jnp.maximum, ties, np.array([1.0, 2.0, 0.5, 0.0])),
    "minimum": (jnp.minimum, ties, np.array([[1.0], [0.5], [-2.0]])),
    "clamp": (lambda x: jnp.clip(x, -0.5, 0.75), np.concatenate([near, [-0.5, 0.75]])),
    "where": (lambda x, y: jnp.where(x > 0, x * x * y, jnp.sin(y)), A, normal(4)),
    "sum": (lambda x: jnp.sum(x**2, axis=(0, 2)), normal(2, 3, 4)),
    "mean": (lambda x: jnp.mean(x**3, axis=(1, -1)), normal(2, 3, 4)),
    "max": (lambda x: jnp.max(x, axis=(0, 2)) ** 2, normal(2, 3, 4)),
    "maxTies": (lambda x: jnp.max(x, axis=1) ** 2, ties),
    "min": (lambda x: jnp.min(x, axis=1) ** 2, ties),
    "logSumExp": (special.logsumexp, np.array([1000.0, 1001.0, -3.0])),
    "logSumExpAxis": (lambda x: special.logsumexp(x, axis=1), normal(2, 3, 4)),
    "softmax": (lambda x: jax.nn.softmax(x, axis=-1), np.concatenate([normal(2, 4), 500 * normal(1, 4)])),
    "softmaxAxis": (lambda x: jax.nn.softmax(x, axis=0), normal(3, 2, 2)),
    "logSoftmax": (lambda x: jax.nn.log_softmax(x, axis=-1), np.concatenate([normal(2, 4), 500 * normal(1, 4)])),
    "logSoftmaxAxis": (lambda x: jax.nn.log_softmax(x, axis=1), normal(2, 3, 2)),
    "categorical": (
        lambda x: jnp.take_along_axis(jax.nn.log_softmax(x), jnp.array([[2], [0], [2]]), 1)[:, 0],
        normal(3, 4),
    ),
    "concatenate": (lambda x, y: jnp.concatenate([x, y * y, jnp.sin(x)], axis=1), A, normal(3, 2)),
    "stack": (lambda x, y: jnp.stack([x * y, jnp.exp(y)], axis=1), normal(3, 2), normal(3, 2)),
    "narrow": (lambda x: x[:, 1:3] * x[:, :2], A),
    "permute": (lambda x: jnp.transpose(x * x, (2, 0, 1)), normal(2, 3, 4)),
    "transpose": (lambda x: jnp.swapaxes(x * x, -1, -2), normal(2, 2, 3, 4)),
    "broadcastTo": (lambda x: jnp.broadcast_to(x * x, (3, 2, 4)), normal(2, 1)),
    "gather": (lambda x: jnp.take(x * x, jnp.array([[2, 0], [2, 1]]), axis=1), normal(2, 3, 2)),
    "takeAlong": (
        lambda x: jnp.take_along_axis(jnp.sin(x), jnp.array([[2, 0, 0], [1, 1, 2]]), axis=1),
        normal(2, 3),
    ),
    "matmul": (jnp.matmul, A, B),
    "matmulVector": (jnp.matmul, A, V),
    "vectorMatmul": (jnp.matmul, V, B),
    "matmulStacks": (jnp.matmul, normal(2, 1, 3, 4), normal(5, 4, 2)),
    "matmulShared": (jnp.matmul, normal(2, 5, 3, 4), B),
    "matmulTransposed": (lambda a, b: jnp.swapaxes(a, -1, -2) @ jnp.swapaxes(b, -1, -2), normal(2, 4, 3), normal(2, 4)),
    "matmulStackVector": (jnp.matmul, normal(2, 3, 4), V),
    "vectorMatmulStack": (jnp.matmul, V, normal(2, 4, 3)),
    "convolution": (lambda x, k: convolve(x, k, (1, 1), (0, 0)), image, normal(4, 3, 3, 2)),
    "convolutionStrided": (lambda x, k: convolve(x, k, (2, 1), (1, 2)), image, normal(2, 3, 3, 3)),
    "maxPool": (lambda x: pool(x, (2, 2), (2, 2), "max") ** 2, image),
    "averagePool": (lambda x: pool(x, (3, 2), (2, 1), "mean") ** 2, image),
    "solve": (jnp.linalg.solve, general, normal(4, 2)),
    "solveVector": (jnp.linalg.solve, general, V),
    "solveStack": (jnp.linalg.solve, normal(2, 3, 3) + 3 * np.eye(3), normal(2, 3, 2)),
    "cholesky": (jnp.linalg.cholesky, spd),
    "choleskyStack": (jnp.linalg.cholesky, positive_definite(2, 3, 3)),
    "logDeterminant": (lambda a: jnp.linalg.slogdet(a)[1], general),
    "logDeterminantStack": (lambda a: jnp.linalg.slogdet(a)[1], normal(3, 2, 2)),
    "inverse": (jnp.linalg.inv, general),
    "solveTriangular": (lambda a, b: jax.scipy.linalg.solve_triangular(a, b, lower=True), lower, normal(4, 2)),
    "solveTriangularTransposed": (
        lambda a, b: jax.scipy.linalg.solve_triangular(a, b, lower=True, trans=1),
        lower,
        normal(4, 2),
    ),
    "repeat": (lambda x: roll(x, 5), 0.5 * normal(3)),
    "scan": (scanned, 0.5 * normal(2, 2), normal(4, 2)),
    "network": (
        lambda x, w, v: special.logsumexp(jnp.tanh(x @ w) @ v, axis=1) + jax.nn.gelu(x @ w, approximate=False)[:, 0],
        normal(4, 3),
        normal(3, 5),
        normal(5, 2),
    ),
    # Inputs without randomness, so that those above stay what they are.
    "reshape": (lambda x: jnp.reshape(x * x, (2, 6)), table),
    "slice": (lambda x: x[2:6] ** 2, table[0].repeat(2)),
    "take": (lambda x: (x * x).reshape(-1)[jnp.array([[7, 0, 7], [11, 3, 0]])], table),
    "scatter": (lambda x: jnp.zeros(6).at[jnp.array([4, 0, 4, 2])].add(x * x).reshape(2, 3), table[1]),
    "inner": (lambda x, y: jnp.sum(x * y), table, table[::-1] ** 2),
    "diagonal": (lambda x: jnp.diagonal(x * x, axis1=-2, axis2=-1), np.stack([table[:, :3], table[:, 1:]])),
    "detach": (lambda x: jax.lax.stop_gradient(x) * jnp.sin(x), table),
    "sign": (lambda x: jnp.sign(x) * x * x, np.append(table[2], 0.0)),
    "comparisons": (lambda x, y: (x > y) * x + (x < y) * (y * y) + (x == y) * (x * y * y), ties, ties[:, ::-1]),
    "sqrtFar": (lambda x: jnp.sqrt(x), np.array([1e-150, 1e-8, 1e8, 1e300])),
    "divFar": (jnp.divide, np.array([1e-300, 1e150, -3.0, 0.0]), np.array([1e-90, 1e100, 1e-60, 7.0])),
    "logFar": (jnp.log, np.array([1e-150, 5e-101, 1.0, 1.0 + 2**-52, 1e308])),
    "powFar": (lambda x: x**3, np.array([0.0, -1e-100, 1e80, -1e50])),
    "absFar": (jnp.abs, np.array([-1e-300, 1e300])),
}


def plain(x):
    x = np.asarray(x)
    return {"shape": list(x.shape), "values": [float(v) for v in x.reshape(-1)]}


written = {}
for name, (f, *inputs) in cases.items():
    inputs = [jnp.asarray(x) for x in inputs]
    shape = jax.eval_shape(f, *inputs).shape
    w = jnp.asarray(random.uniform(-1, 1, shape))
    v = [jnp.asarray(random.uniform(-1, 1, x.shape)) for x in inputs]

    @jax.jit
    def everything(inputs, w, v):
        slope = jax.grad(lambda *xs: jnp.sum(w * f(*xs)), argnums=tuple(range(len(inputs))))
        gradients, products = jax.jvp(slope, tuple(inputs), tuple(v))
        y, directional = jax.jvp(f, tuple(inputs), tuple(v))
        jacobian = jax.jacrev(f)(*inputs).reshape(y.size, -1) if inputs[0].size * y.size <= 144 else None
        return y, gradients, products, directional, jacobian

    y, gradients, products, directional, jacobian = everything(inputs, w, v)
    written[name] = {
        "inputs": [plain(x) for x in inputs],
        "output": plain(y),
        "weights": plain(w),
        "directions": [plain(x) for x in v],
        "gradients": [plain(x) for x in gradients],
        "products": [plain(x) for x in products],
        "directional": plain(directional),
        **({} if jacobian is None else {"jacobian": plain(jacobian)}),
    }
print(json.dumps(written, separators=(",", ":")))
