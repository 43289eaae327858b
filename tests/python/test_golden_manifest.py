"""Every file of the COINr example is accounted for: it is met, or it differs and is said why; a new file fails here."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import test_golden_asem
import test_golden_compare
import test_golden_robustness
import test_golden_stats

ASEM = Path(os.environ.get("INDICIA_SHARED", Path(__file__).parents[3] / "shared")) / "golden" / "asem"
pytestmark = pytest.mark.skipif(not ASEM.exists(), reason="reference data not present")

MODULES = (test_golden_asem, test_golden_compare, test_golden_robustness, test_golden_stats)

# Inputs of the others, read by the tests that compare them.
INPUTS = {
    "00_input_iData.csv",
    "00_input_iData_panel.csv",
    "00_input_iMeta.csv",
    "00_input_WorldDenoms.csv",
    "01_ind_meta_sorted.csv",
    "01_lineage.csv",
    "01_raw.csv",
    "01_unit_meta.csv",
    "01_weights_original.csv",
    "06_input_iMeta_with_goalposts.csv",
    "07_input_norm_1_100_with_NA.csv",
    "12_noisy_weights_seed101.csv",
    "12_SA_params.csv",
    "12_SA_sample_uniform_seed303.csv",
    "12_UA_params.csv",
    "12_UA_sample_uniform_seed202.csv",
    "12_SA_estimate_ishigami_y.csv",
    "13_panel_input_with_NA.csv",
    "13_purse_global_Screened.csv",
}


def test_every_file_is_listed_once() -> None:
    met = {name for module in MODULES for name in module.COVERED}
    differs = {name: why for module in MODULES for name, why in module.DIFFERS.items()}
    there = {path.name for path in ASEM.glob("*.csv")}
    listed = met | set(differs) | INPUTS
    assert sorted(there - listed) == []
    assert sorted(listed - there) == []
    assert all(len(why) > 20 for why in differs.values())
    # A file that differs may still be compared in part, but no input is counted as a result.
    assert not INPUTS & (met | set(differs))
