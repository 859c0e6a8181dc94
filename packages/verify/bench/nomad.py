# NOMAD on the constrained instances of bench/attacks.bench.ts, seeds 1 to 3, 1000 evaluations, native bounds, without models, y_1 <= 0.2 as a progressive
# barrier: pip install numpy PyNomadBBO; python bench/nomad.py
import numpy as np, PyNomad

def mulberry(seed):
    a = seed & 0xffffffff
    def imul(x, y): return (x * y) & 0xffffffff
    def step():
        nonlocal a
        a = (a + 0x6d2b79f5) & 0xffffffff
        t = imul(a ^ (a >> 15), 1 | a)
        t = (t + imul(t ^ (t >> 7), 61 | t) & 0xffffffff) ^ t
        return ((t ^ (t >> 14)) & 0xffffffff) / 2 ** 32
    return step

def network(n, seed):
    u = mulberry(seed)
    normal = lambda: np.sqrt(-2 * np.log(1 - u())) * np.cos(2 * np.pi * u())
    layers = []
    for i, o in zip([n, 64, 64], [64, 64, 2]):
        w = np.array([normal() for _ in range(i * o)]).reshape(o, i) * np.sqrt(1 / i)
        layers.append((w, np.array([.1 * normal() for _ in range(o)])))
    def f(x):
        for k, (w, b) in enumerate(layers):
            x = w @ x + b
            if k < 2: x = np.tanh(x)
        return x
    return f

for n in [10, 20, 50]:
    found = []
    for seed in range(1, 4):
        f = network(n, seed)
        def box(point):
            y = f(np.array([point.get_coord(i) for i in range(n)]))
            point.setBBO(f'{-y[0]} {y[1] - .2}'.encode())
            return 1
        r = PyNomad.optimize(box, [0.] * n, [-1.] * n, [1.] * n, ['BB_OUTPUT_TYPE OBJ PB', 'MAX_BB_EVAL 1000', 'DISPLAY_DEGREE 0', 'QUAD_MODEL_SEARCH no', 'SGTELIB_MODEL_SEARCH no', f'SEED {seed}'])
        found.append(-float(r['x_best_feas_bbo'][0][0].split()[0]))
    print(f'constrained n = {n}: NOMAD after 1000', ' '.join(f'{v:.4f}' for v in found), flush=True)
