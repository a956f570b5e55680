#!/usr/bin/env python3
"""Writes golden.txt: what SciPy, statsmodels and krippendorff answer, for src/stats to agree with.

    python3 -m venv VENV && VENV/bin/pip install scipy statsmodels krippendorff scikit-learn
    VENV/bin/python tests/stats_golden/make_golden.py > tests/stats_golden/golden.txt

One case a line: "name: arguments ; more arguments = expected". Where no library has the method, the
formula is written here a second time, or its criterion is maximised by SciPy's optimisers.
"""

import itertools
import warnings

import numpy
import scipy
from scipy import optimize, special, stats
import statsmodels
import statsmodels.api as sm
from statsmodels.stats import contingency_tables, multitest, proportion
import krippendorff
from sklearn import metrics

warnings.filterwarnings("ignore")
RANDOM = numpy.random.default_rng(20260115)


def numbers(values):
    return " ".join(repr(float(v)) if float(v) != int(v) or abs(v) > 1e15 else str(int(v))
                    if not numpy.isinf(v) else repr(float(v)) for v in numpy.atleast_1d(values))


def case(name, *lists, expected):
    print(f"{name}: {' ; '.join(numbers(v) for v in lists)} = {numbers(expected)}")


def distributions():
    for x in (1e-8, 0.3, 1, 1.5, 2, 5.5, 11.9, 12, 171.5, 1e6):
        case("log_gamma", x, expected=special.gammaln(x))
    for x in (-38, -8.2, -1.96, -0.1, 0, 0.7, 3, 9):
        case("normal_cdf", x, expected=stats.norm.cdf(x))
    for p in (1e-300, 1e-12, 0.001, 0.025, 0.3, 0.5, 0.8, 0.975, 0.999999):
        case("normal_quantile", p, expected=stats.norm.ppf(p))
    for df in (0.5, 1, 2, 4.5, 31, 1e3, 1e6):
        for t in (-40, -2.1, -0.01, 0.5, 3):
            case("student_t_cdf", t, df, expected=stats.t.cdf(t, df))
        for p in (1e-5, 0.025, 0.4, 0.501, 0.95, 0.999):
            case("student_t_quantile", p, df, expected=stats.t.ppf(p, df))
    for df in (0.5, 1, 3, 30, 2e5):
        for x in (0, 0.01, 1, 3.84, 45, 2.01e5):
            case("chi_squared_cdf", x, df, expected=stats.chi2.cdf(x, df))
            case("chi_squared_upper", x, df, expected=stats.chi2.sf(x, df))
        for p in (0.001, 0.5, 0.95):
            case("chi_squared_quantile", p, df, expected=stats.chi2.ppf(p, df))
    for a, b in ((0.5, 0.5), (1, 3), (8, 25), (0.2, 40), (1500, 2500), (4e5, 6e5)):
        for x in (0, 1e-6, 0.1, 0.24, 0.375, 0.4, 0.97, 1):
            case("beta_cdf", x, a, b, expected=stats.beta.cdf(x, a, b))
        for p in (0.001, 0.025, 0.5, 0.975):
            case("beta_quantile", p, a, b, expected=stats.beta.ppf(p, a, b))
    for k, n, p in ((0, 32, 0.1), (8, 32, 0.25), (32, 32, 0.5), (3, 7, 0), (7, 7, 1),
                    (300, 1000, 0.31), (500100, 1000000, 0.5), (12, 1000000, 1e-5)):
        case("binomial", k, n, p, expected=[stats.binom.pmf(k, n, p), stats.binom.cdf(k, n, p),
                                            stats.binom.sf(k - 1, n, p)])


def proportions():
    for k, n in ((0, 1), (0, 32), (1, 32), (8, 32), (31, 32), (32, 32), (120, 4000), (5, 1000000)):
        for level in (0.9, 0.95, 0.99):
            case("wilson", k, n, level,
                 expected=proportion.proportion_confint(k, n, 1 - level, "wilson"))
            case("clopper_pearson", k, n, level,
                 expected=proportion.proportion_confint(k, n, 1 - level, "beta"))
    for n, level in ((1, 0.95), (32, 0.95), (300, 0.95), (300, 0.99)):
        case("none_observed", n, level, expected=stats.beta.ppf(level, 1, n))


def clustered(num_people, is_binary):
    people, values, weights = [], [], []
    for person in range(num_people):
        own = RANDOM.normal()
        for _ in range(RANDOM.integers(1, 9)):
            people.append(person + 100)
            draw = own + RANDOM.normal()
            values.append(float(draw > 0.5) if is_binary else round(draw, 3))
            weights.append(float(RANDOM.choice([1, 2, 5, 10])))
    return numpy.array(people), numpy.array(values), numpy.array(weights)


def weighted_means():
    """statsmodels: weighted least squares on a constant with cluster-robust covariance."""
    for num_people, is_binary in ((2, False), (6, False), (32, False), (32, True), (12, True)):
        people, values, weights = clustered(num_people, is_binary)
        fit = sm.WLS(values, numpy.ones(len(values)), weights).fit(
            cov_type="cluster", cov_kwds={"groups": people, "use_correction": False})
        mean = fit.params[0]
        error = fit.bse[0] * numpy.sqrt(num_people / (num_people - 1))
        half = stats.t.ppf(0.975, num_people - 1) * error
        case("hajek_mean", people, values, weights, expected=[mean, error, mean - half, mean + half])
        if is_binary:
            n = len(values)
            size = mean * (1 - mean) / error**2 * (
                stats.t.ppf(0.975, n - 1) / stats.t.ppf(0.975, num_people - 1))**2
            size = min(size, n)
            k = mean * size
            case("hajek_proportion", people, values, weights, expected=[
                size, stats.beta.ppf(0.025, k, size - k + 1), stats.beta.ppf(0.975, k + 1, size - k)])


def tests():
    for a, m, b, n in ((8, 15, 1, 17), (0, 8, 3, 6), (3, 3, 3, 3), (12, 40, 20, 45), (0, 5, 0, 9),
                       (400, 1000, 450, 1000), (5, 15, 2, 6)):
        table = [[a, m - a], [b, n - b]]
        case("fisher", a, m, b, n, expected=[stats.fisher_exact(table, side)[1]
                                             for side in ("two-sided", "less", "greater")])
    for m, n, digits in ((4, 5, 3), (3, 6, 0), (6, 8, 1), (2, 2, 0)):
        a = numpy.round(RANDOM.normal(0.8, 1, m), digits)
        b = numpy.round(RANDOM.normal(0, 1, n), digits)
        sides = [stats.permutation_test((a, b), lambda x, y: x.mean() - y.mean(), n_resamples=1e6,
                                        alternative=side).pvalue
                 for side in ("less", "greater")]
        # SciPy doubles the smaller tail; two-sided here counts differences as large as the one seen.
        values = numpy.concatenate([a, b])
        seen = abs(a.mean() - b.mean())
        found = [abs(values[list(c)].mean() - numpy.delete(values, list(c)).mean()) >= seen - 1e-9
                 for c in itertools.combinations(range(m + n), m)]
        case("permutation", a, b, expected=[a.mean() - b.mean(), numpy.mean(found), *sides])
    rank_tests()
    paired_tests()
    for p in ([0.01, 0.04, 0.03, 0.005], [0.5], [0.02, 0.02, 0.9, 0.0001, 1, 0.04, 0.04]):
        case("holm", p, expected=multitest.multipletests(p, method="holm")[1])
        case("benjamini_hochberg", p, expected=multitest.multipletests(p, method="fdr_bh")[1])


def feng_cliff(a, b):
    """The interval of Feng and Cliff (2004) from the matrix of signs."""
    signs = numpy.sign(numpy.subtract.outer(a, b))
    d, (m, n) = signs.mean(), signs.shape
    if abs(d) == 1:  # Clopper and Pearson's bound for a chance of 1
        bound = 2 * stats.beta.ppf(0.025, min(m, n), 1) - 1
        return d, [bound, 1] if d > 0 else [-1, -bound]
    rows, columns = signs.mean(axis=1), signs.mean(axis=0)
    variance = (n**2 * ((rows - d)**2).sum() + m**2 * ((columns - d)**2).sum()
                - ((signs - d)**2).sum()) / (m * n * (m - 1) * (n - 1))
    variance = max(variance, (1 - d * d) / (m * n - 1))
    z = stats.norm.ppf(0.975)
    half = z * numpy.sqrt(variance) * numpy.sqrt((1 - d * d)**2 + z * z * variance)
    return d, [max(-1, (d - d**3 - half) / (1 - d * d + z * z * variance)),
               min(1, (d - d**3 + half) / (1 - d * d + z * z * variance))]


def rank_tests():
    # Without ties, by SciPy's exact distribution.
    for m, n in ((4, 5), (15, 17), (8, 6)):
        a, b = RANDOM.normal(0.7, 1, m), RANDOM.normal(0, 1, n)
        delta, interval = feng_cliff(a, b)
        test = stats.mannwhitneyu(a, b, method="exact")
        case("mann_whitney", a, b, expected=[test.statistic, test.pvalue, delta, *interval])
    # With ties, by counting all divisions.
    for m, n in ((5, 6), (4, 8)):
        a, b = RANDOM.integers(1, 6, m), RANDOM.integers(2, 7, n)
        ranks = stats.rankdata(numpy.concatenate([a, b]))
        sums = numpy.array([ranks[list(c)].sum()
                            for c in itertools.combinations(range(m + n), m)])
        mean = m * ranks.mean()
        p = numpy.mean(abs(sums - mean) >= abs(ranks[:m].sum() - mean) - 1e-9)
        delta, interval = feng_cliff(a, b)
        case("mann_whitney", a, b, expected=[stats.mannwhitneyu(a, b).statistic, p, delta,
                                             *interval])
    # Many people, by the normal approximation.
    a, b = RANDOM.integers(1, 6, 40), RANDOM.integers(1, 7, 35)
    delta, interval = feng_cliff(a, b)
    test = stats.mannwhitneyu(a, b, method="asymptotic")
    case("mann_whitney", a, b, expected=[test.statistic, test.pvalue, delta, *interval])


def newcombe_paired(e, f, g, h):
    """Newcombe (1998), method 10: square-and-add with the correlation of the pairs."""
    n = e + f + g + h
    p1, p2 = (e + f) / n, (e + g) / n
    l1, u1 = proportion.proportion_confint(e + f, n, method="wilson")
    l2, u2 = proportion.proportion_confint(e + g, n, method="wilson")
    margins = (e + f) * (g + h) * (e + g) * (f + h)
    phi = (e * h - f * g) / numpy.sqrt(margins) if margins else 0
    low = numpy.sqrt((p2 - l2)**2 - 2 * phi * (p2 - l2) * (u1 - p1) + (u1 - p1)**2)
    high = numpy.sqrt((u2 - p2)**2 - 2 * phi * (u2 - p2) * (p1 - l1) + (p1 - l1)**2)
    return [p2 - p1, p2 - p1 - low, p2 - p1 + high]


def paired_tests():
    for e, f, g, h in ((20, 12, 3, 5), (1, 0, 4, 10), (10, 0, 0, 0), (100, 30, 30, 40)):
        p = contingency_tables.mcnemar([[e, f], [g, h]], exact=True).pvalue
        case("mcnemar", e, f, g, h, expected=[min(1, p), *newcombe_paired(e, f, g, h)])
    for wins, losses in ((9, 2), (0, 6), (5, 5), (0, 0), (400, 350)):
        p = stats.binomtest(wins, wins + losses).pvalue if wins + losses else 1
        case("sign_test", wins, losses, expected=p)


def effect_sizes():
    for a, m, b, n in ((8, 15, 1, 17), (0, 8, 3, 6), (12, 40, 20, 45), (400, 1000, 450, 1000),
                       (5, 5, 7, 7), (0, 4, 0, 9)):
        low, high = proportion.confint_proportions_2indep(a, m, b, n, "newcomb", "diff")
        case("risk_difference", a, m, b, n, expected=[a / m - b / n, low, high])
        add = 0.5 if a == 0 or b == 0 or (a == m and b == n) else 0
        ratio = ((a + add) / (m + add)) / ((b + add) / (n + add))
        half = stats.norm.ppf(0.975) * numpy.sqrt(
            1 / (a + add) - 1 / (m + add) + 1 / (b + add) - 1 / (n + add))
        if add == 0:
            expected = proportion.confint_proportions_2indep(a, m, b, n, "log", "ratio")
        else:
            expected = [ratio * numpy.exp(-half), ratio * numpy.exp(half)]
        case("risk_ratio", a, m, b, n, expected=[ratio, *expected])
        h = proportion.proportion_effectsize(a / m, b / n)
        half = stats.norm.ppf(0.975) * numpy.sqrt(1 / m + 1 / n)
        case("cohens_h", a, m, b, n, expected=[h, h - half, h + half])
    for m, n in ((5, 7), (15, 17), (2, 2)):
        a, b = RANDOM.normal(1, 1, m), RANDOM.normal(0, 2, n)
        df = m + n - 2
        pooled = numpy.sqrt(((m - 1) * a.var(ddof=1) + (n - 1) * b.var(ddof=1)) / df)
        g = (special.gamma(df / 2) / special.gamma((df - 1) / 2) / numpy.sqrt(df / 2)
             * (a.mean() - b.mean()) / pooled)
        half = stats.norm.ppf(0.975) * numpy.sqrt(1 / m + 1 / n + g * g / (2 * (m + n)))
        case("hedges_g", a, b, expected=[g, g - half, g + half])
    for pa, pb, na, nb in ((0.25, 0.1, 100, 100), (0.5, 0.4, 400, 300), (0.04, 0.01, 2000, 2000)):
        power = proportion.power_proportions_2indep(
            pa - pb, pb, na, ratio=nb / na, alpha=0.05, alternative="two-sided").power
        # statsmodels counts the wrong side too, and weighs the groups as here.
        pooled = (na * pa + nb * pb) / (na + nb)
        null = numpy.sqrt(pooled * (1 - pooled) * (1 / na + 1 / nb))
        deviation = numpy.sqrt(pa * (1 - pa) / na + pb * (1 - pb) / nb)
        one_side = stats.norm.cdf((abs(pa - pb) - stats.norm.ppf(0.975) * null) / deviation)
        assert abs(power - one_side) < 0.02, (power, one_side)
        case("power", pa, pb, na, nb, expected=one_side)


def agreement():
    """krippendorff for alpha, statsmodels for kappa; missing judgements are left out."""
    for units, coders, levels, missing in ((12, 4, 5, 0.3), (30, 2, 2, 0), (25, 3, 10, 0.2)):
        truth = RANDOM.integers(1, levels + 1, units)
        table = numpy.array([[numpy.nan if RANDOM.random() < missing else
                              float(t if RANDOM.random() < 0.6 else RANDOM.integers(1, levels + 1))
                              for t in truth] for _ in range(coders)])
        coder, unit = numpy.nonzero(~numpy.isnan(table))
        case("alpha", unit, coder, table[coder, unit],
             expected=[krippendorff.alpha(table, level_of_measurement=level)
                       for level in ("nominal", "ordinal", "interval")])
    for units, levels in ((30, 2), (50, 4), (12, 3)):
        a = RANDOM.integers(0, levels, units)
        b = numpy.where(RANDOM.random(units) < 0.5, a, RANDOM.integers(0, levels, units))
        table = numpy.zeros((levels, levels))
        for pair in zip(a, b):
            table[pair] += 1
        result = sm.stats.cohens_kappa(table)
        assert abs(result.kappa - metrics.cohen_kappa_score(a, b)) < 1e-12
        case("kappa", a, b, expected=[result.kappa, result.kappa_low, result.kappa_upp])


def slope(f, x):
    """The gradient of an analytic function, by the complex step: exact to rounding."""
    result = numpy.empty(len(x))
    for i in range(len(x)):
        step = numpy.array(x, dtype=complex)
        step[i] += 1e-30j
        result[i] = f(step).imag / 1e-30
    return result


def curvature(f, x):
    columns = []
    for i in range(len(x)):
        step = numpy.zeros(len(x))
        step[i] = 1e-5
        columns.append((slope(f, x + step) - slope(f, x - step)) / 2e-5)
    return numpy.array(columns)


def maximize(f, start):
    rough = optimize.minimize(lambda x: -f(x), start, jac=lambda x: -slope(f, x), method="BFGS").x
    for _ in range(5):  # to rounding
        rough = rough - numpy.linalg.solve(curvature(f, rough), slope(f, rough))
    assert abs(slope(f, rough)).max() < 1e-9
    return rough


def duels():
    for contestants, number, ties, ridge in ((3, 120, True, 0), (2, 60, False, 0),
                                             (4, 90, True, 0.5)):
        strength = numpy.linspace(-0.6, 0.6, contestants)
        person = RANDOM.integers(0, 12, number)
        first = RANDOM.integers(0, contestants, number)
        second = (first + RANDOM.integers(1, contestants, number)) % contestants
        weights = numpy.exp([strength[first], strength[second],
                             (strength[first] + strength[second]) / 2 + (-0.5 if ties else -1e3)])
        outcome = numpy.array([RANDOM.choice(3, p=w / w.sum()) for w in weights.T])

        def log_chances(x):  # x: the strengths but the last, which makes their sum 0; ln nu
            theta = numpy.append(x[:contestants - 1], -x[:contestants - 1].sum())
            a, b = theta[first], theta[second]
            logs = [a, b, (a + b) / 2 + x[-1]] if ties else [a, b]
            own = numpy.choose(outcome, logs)
            return own - numpy.log(sum(numpy.exp(w) for w in logs)), theta

        def objective(x):
            logs, theta = log_chances(x)
            return logs.sum() - ridge / 2 * (theta**2).sum()

        size = contestants - 1 + ties
        best = maximize(objective, numpy.zeros(size))
        bread = numpy.linalg.inv(-curvature(objective, best))
        scores = numpy.array([slope(lambda x, p=p: log_chances(x)[0][person == p].sum(), best)
                              for p in range(12)])
        covariance = bread @ scores.T @ scores @ bread * 12 / 11
        # From the free parameters to all strengths.
        spread = numpy.zeros((contestants, size))
        spread[:contestants - 1, :contestants - 1] = numpy.eye(contestants - 1)
        spread[-1, :contestants - 1] = -1
        contrast = spread[0] - spread[1]
        case("bradley_terry", [contestants], [ridge], person, first, second, outcome, expected=[
            *(spread @ best), best[-1] if ties else 0,
            *numpy.sqrt(numpy.diag(spread @ covariance @ spread.T)),
            stats.t.ppf(0.975, 11) * numpy.sqrt(contrast @ covariance @ contrast)])


def regression_data(num_people, per_person, deviation):
    person = numpy.repeat(numpy.arange(num_people), per_person)
    x = numpy.round(RANDOM.normal(0, 1, len(person)), 3)
    z = RANDOM.integers(0, 2, len(person)).astype(float)
    eta = -0.5 + 0.8 * x - 0.6 * z + deviation * RANDOM.normal(size=num_people)[person]
    y = (RANDOM.random(len(person)) < 1 / (1 + numpy.exp(-eta))).astype(float)
    return person, x, z, y


def regressions():
    """statsmodels for the marginal model."""
    for num_people, per_person in ((8, 12), (32, 10)):
        person, x, z, y = regression_data(num_people, per_person, 0.7)
        design = numpy.column_stack([numpy.ones(len(y)), x, z])
        fit = sm.Logit(y, design).fit(disp=0, tol=1e-14, maxiter=100, cov_type="cluster",
                                      cov_kwds={"groups": person, "use_correction": False})
        errors = fit.bse * numpy.sqrt(num_people / (num_people - 1))
        case("logistic", person, x, z, y, expected=[*fit.params, *errors, fit.llf])
        ridge = maximize(lambda b: log_likelihood(design @ b, y).sum()
                         - 1.5 / 2 * (b[1:]**2).sum(), fit.params)
        case("logistic_ridge", person, x, z, y, expected=ridge)
        mixed(person, x, z, y, design)


def log_likelihood(eta, y):
    return y * eta - numpy.log(1 + numpy.exp(eta))


def mixed(person, x, z, y, design):
    """The criterion of mixed_logistic_regression, and full maximum likelihood by quadrature."""
    num_people = person.max() + 1

    def joint(v, variance):
        b, u = v[:3], v[3:]
        return log_likelihood(design @ b + u[person], y).sum() - (u**2).sum() / (2 * variance)

    def laplace(log_deviation):
        variance = numpy.exp(2 * log_deviation)
        v = numpy.zeros(3 + num_people)
        for _ in range(30):
            p = 1 / (1 + numpy.exp(-(design @ v[:3] + v[3:][person])))
            full = numpy.hstack([design, numpy.eye(num_people)[person]])
            penalty = numpy.diag([0] * 3 + [1 / variance] * num_people)
            hessian = full.T @ (full * (p * (1 - p))[:, None]) + penalty
            v = v + numpy.linalg.solve(hessian, full.T @ (y - p) - penalty @ v)
        information = numpy.bincount(person, p * (1 - p))
        return joint(v, variance) - 0.5 * numpy.log1p(variance * information).sum(), v

    found = optimize.minimize_scalar(lambda s: -laplace(s)[0], bounds=(-4.6, 2.3),
                                     method="bounded", options={"xatol": 1e-9})
    value, v = laplace(found.x)
    nodes, weights = numpy.polynomial.hermite_e.hermegauss(60)

    def full_likelihood(q):
        eta = (design @ q[:3])[:, None] + numpy.exp(q[3]) * nodes
        logs = log_likelihood(eta, y[:, None])
        people = numpy.array([logs[person == i].sum(axis=0) for i in range(num_people)])
        return numpy.log(numpy.exp(people) @ weights / weights.sum()).sum()

    full = optimize.minimize(lambda q: -full_likelihood(q), [*v[:3], found.x]).x
    case("mixed_logistic", person, x, z, y,
         expected=[*v[:3], numpy.exp(found.x), value, *full[:3], numpy.exp(full[3])])


def saturation():
    """By the definition: the mean over all samples of people."""
    table = RANDOM.random((8, 11)) < numpy.linspace(0.05, 0.7, 11)
    named = table.sum(axis=0)
    curve = [numpy.mean([table[list(people)].any(axis=0).sum()
                         for people in itertools.combinations(range(8), k)]) for k in range(1, 9)]
    once, twice = (named == 1).sum(), (named == 2).sum()
    chao = (named > 0).sum() + 7 / 8 * once * (once - 1) / (2 * (twice + 1))
    case("saturation", named, [8], expected=[*curve, chao])


def main():
    print(f"# By make_golden.py with SciPy {scipy.__version__}, statsmodels "
          f"{statsmodels.__version__}, NumPy {numpy.__version__}; seed 20260115.")
    distributions()
    proportions()
    weighted_means()
    tests()
    effect_sizes()
    agreement()
    duels()
    regressions()
    saturation()


if __name__ == "__main__":
    main()
