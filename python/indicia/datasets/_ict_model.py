"""Published shares and calibrated constants behind the synthetic survey of ICT use."""

from __future__ import annotations

import numpy as np

SIZES = ("10-49", "50-249", "GE250")
LEVELS = ("very_low", "low", "high", "very_high")

# Published: Eurostat, isoc_e_dii, EU27_2020, 2023, GE10, NACE C10-S951 without K, % of enterprises.
COMPONENTS = {
    "E_IUSE_GT50": 51.3914,
    "E_ISPDF_GE30": 85.2758,
    "E_SM1_ANY": 60.9499,
    "E_SM1_GE2": 31.4768,
    "E_CC": 45.2088,
    "E_CC1_SI": 38.8581,
    "E_ERP1": 43.3095,
    "E_CRM": 25.752,
    "E_DA": 33.1678,
    "E_ESELL": 19.705,
    "E_AWS_GT1_B2C_GT10WS": 10.6125,
    "E_AI_TANY": 8.0303,
}
LEVEL_SHARES = {
    "10-49": (45.22, 33.82, 17.49, 3.47),
    "50-249": (23.90, 34.08, 32.35, 9.67),
    "GE250": (8.82, 22.75, 42.03, 26.41),
    "GE10": (41.13, 33.54, 20.31, 5.02),
}

# Size shares are those the published level shares imply: the least-squares mix of the three
# size rows that gives the GE10 row (all four levels within 0.01 point).
SIZE_SHARE = np.array((0.829, 0.142, 0.029))
SAMPLE_SHARE = np.array((0.5, 0.3, 0.2))
POPULATION = 1_500_000

# Section: (share of firms, shift of the latent in standard deviations). Not official: invented,
# so that tables by industry show something. The shifts have weighted mean 0.
NACE = {
    "C": (0.160, 0.0),
    "D": (0.005, 0.4),
    "E": (0.020, -0.1),
    "F": (0.140, -0.5),
    "G": (0.240, 0.1),
    "H": (0.075, -0.3),
    "I": (0.120, -0.2),
    "J": (0.050, 1.0),
    "L": (0.020, 0.1),
    "M": (0.090, 0.5),
    "N": (0.070, -0.1),
    "S": (0.010, 0.25),
}
REGIONS = {"north": 0.2, "east": 0.25, "south": 0.25, "west": 0.3}

# The calibrated model. Firm of size s in section d: z = mean[s] + sd[s] * (shift[d] + c * normal),
# c making the variance of the bracket 1. Item: loading * z + sqrt(1 - loading^2) * normal > threshold.
# Found by nonlinear least squares on the twelve level shares by size and the four of GE10, with a
# weak pull of the loadings towards 0.6; level shares by exact convolution over a Gauss-Hermite grid;
# within each evaluation every threshold solves its component share exactly. Loadings and moments were
# then rounded to three digits and the thresholds solved once more. Entries of one tuple share one
# normal draw and one loading, which makes the second answer imply the first.
MEAN = np.array((0.0, 0.717, 1.555))
SD = np.array((1.0, 1.001, 1.08))
ITEMS: tuple[tuple[float, dict[str, float]], ...] = (
    (0.506, {"E_IUSE_GT50": 0.035554}),
    (0.481, {"E_ISPDF_GE30": -0.992034}),
    (0.488, {"E_SM1_ANY": -0.213023, "E_SM1_GE2": 0.558475}),
    (0.570, {"E_CC": 0.201665, "E_CC1_SI": 0.367622}),
    (0.739, {"E_ERP1": 0.272381}),
    (0.699, {"E_CRM": 0.766301}),
    (0.850, {"E_DA": 0.56449}),
    (0.338, {"E_ESELL": 0.907546, "E_AWS_GT1_B2C_GT10WS": 1.306465}),
    (0.579, {"E_AI_TANY": 1.521259}),
)
# What the model gives exactly (same quadrature), beside the published shares it aims at.
MODEL_SHARES = {
    "10-49": (45.26, 33.80, 17.61, 3.33),
    "50-249": (23.76, 34.21, 32.07, 9.95),
    "GE250": (8.90, 22.65, 42.07, 26.38),
    "GE10": (41.15, 33.53, 20.38, 4.94),
}

# Persons: truncated Pareto by size class (lower, upper, exponent). Not official.
PERSONS = ((10, 49, 1.3), (50, 249, 1.2), (250, 20_000, 1.1))
