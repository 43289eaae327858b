//! Definitions that tests share: the five shapes the schema must express, small enough to work by hand.

/// Name and TOML text.
pub(crate) const DEFINITIONS: [(&str, &str); 5] =
    [("dii", DII), ("miit", MIIT), ("little giant", LITTLE_GIANT), ("entropy panel", ENTROPY_PANEL), ("hdi", HDI)];

pub(crate) const DII: &str = r#"
id = "eurostat-dii"
edition = "2023"
comparable = "v3"
[[indicator]]
id = "E_IUSE_GT50"
parent = "dii"
scale = "flag"
[[indicator]]
id = "E_SM1_ANY"
parent = "dii"
scale = "flag"
[[indicator]]
id = "E_SM1_GE2"
parent = "dii"
column = ["E_SM1_GE2", "sm_types"]
scale = { bands = { edges = [2], points = [0, 1], closed = "left" } }
implies = ["E_SM1_ANY"]
[[group]]
id = "dii"
aggregate = "sum"
[levels]
of = "dii"
thresholds = { very_low = 0, low = 1, high = 2, very_high = 3 }
"#;

pub(crate) const MIIT: &str = r#"
id = "miit-sme"
edition = "2024"
root = "scored"
[derived]
digital_rate = { expr = "digital_equipment / equipment", domain = [0, 1] }
[[indicator]]
id = "F1"
parent = "equipment"
scale = { options = { multiple = true, none = "none", points = { control = 2, application = 2, own_5g = 2, coverage = 2 } } }
[[indicator]]
id = "F2"
parent = "equipment"
column = ["F2", "digital_rate"]
scale = { bands = { edges = [0.1, 0.2, 0.4, 0.6], points = [0, 1.5, 3, 4.5, 6], closed = "right" } }
[[indicator]]
id = "S1"
parent = "scenes"
tags = ["constrained"]
domain = [0, 4]
scale = "none"
[[indicator]]
id = "S2"
parent = "scenes"
domain = [0, 4]
scale = "none"
[[group]]
id = "scored"
aggregate = "sum"
[[group]]
id = "equipment"
parent = "scored"
aggregate = "sum"
[[group]]
id = "scenes"
aggregate = "none"
[levels]
rule = "highest"
none = "0"
[[levels.level]]
id = "1"
when = { all = [{ node = "scored", ge = 2 }, { count = { under = "scenes", ge = 1 }, at_least = 1 }] }
[[levels.level]]
id = "3"
when = { all = [
  { node = "scored", ge = 6 },
  { count = { under = "scenes", ge = 3 }, at_least = 2 },
  { count = { under = "scenes", tag = "constrained", ge = 3 }, at_least = 1 } ] }
"#;

pub(crate) const LITTLE_GIANT: &str = r#"
id = "gradient-little-giant"
edition = "2022"
[derived]
rd_share = { expr = "rd / revenue" }
rd_share_1 = { expr = "rd_1 / revenue_1" }
[[levels.level]]
id = "little_giant"
[levels.level.when]
all = [
  { id = "specialized", all = [ { column = "years_in_segment", ge = 3 }, { column = "main_share", ge = 0.7 }, { column = "growth_2y", ge = 0.05 } ] },
  { id = "new", any = [
      { id = "general", all = [
          { id = "rd", cases = { on = "revenue", edges = [50e6, 100e6], closed = "left", then = [
              { all = [ { column = "new_equity_2y", ge = 80e6 }, { column = "rd", ge = 30e6 }, { column = "rd_staff_share", ge = 0.5 } ] },
              { all = [ { column = "rd_share", ge = 0.06 }, { column = "rd_share_1", ge = 0.06 } ] },
              { all = [ { column = "rd_share", ge = 0.03 }, { column = "rd_share_1", ge = 0.03 } ] } ] } },
          { column = "rd_unit", in = ["own", "joint"] },
          { column = "class1_ip_in_use", ge = 2 } ] },
      { id = "direct", waives = "general", any = [ { column = "national_prize_rank", le = 3, blank = "no" },
                                                   { column = "maker_in_china_rank", le = 50, blank = "no" } ] } ] },
  { id = "chain", column = "key_link", is = true },
  { id = "product", column = "key_field", is = true } ]
"#;

pub(crate) const ENTROPY_PANEL: &str = r#"
id = "city-digital-economy"
period = "pooled"
[defaults]
scale = "minmax"
missing = "error"
[[indicator]]
id = "broadband"
parent = "infrastructure"
[[indicator]]
id = "energy"
parent = "use"
direction = -1
[[group]]
id = "index"
aggregate = "arithmetic"
weights = { entropy = { over = "leaves", zero = "limit", shift = 0.0, normalizer = "ln_rows" } }
[[group]]
id = "infrastructure"
parent = "index"
[[group]]
id = "use"
parent = "index"
"#;

pub(crate) const HDI: &str = r#"
id = "hdi"
edition = "2021"
[[indicator]]
id = "life_expectancy"
parent = "hdi"
scale = { goalposts = { low = 20, high = 85, outside = "clip" } }
[[indicator]]
id = "expected_schooling"
parent = "education"
scale = { goalposts = { low = 0, high = 18, outside = "clip" } }
[[indicator]]
id = "mean_schooling"
parent = "education"
scale = { goalposts = { low = 0, high = 15, outside = "clip" } }
[[indicator]]
id = "gni_per_capita"
parent = "hdi"
scale = { goalposts = { low = 100, high = 75000, transform = "ln", outside = "clip" } }
[[group]]
id = "hdi"
aggregate = { geometric = { zero = "zero" } }
[[group]]
id = "education"
parent = "hdi"
aggregate = "arithmetic"
"#;
