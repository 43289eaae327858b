//! Definitions that tests share: the five shapes the schema must express, small enough to work by hand.

/// Name and TOML text.
pub(crate) const DEFINITIONS: [(&str, &str); 5] =
    [("dii", DII), ("miit", MIIT), ("little giant", LITTLE_GIANT), ("entropy panel", ENTROPY_PANEL), ("hdi", HDI)];

const DII: &str = include_str!("../tests/definitions/dii.toml");
const MIIT: &str = include_str!("../tests/definitions/miit.toml");
const LITTLE_GIANT: &str = include_str!("../tests/definitions/little_giant.toml");
pub(crate) const ENTROPY_PANEL: &str = include_str!("../tests/definitions/entropy_panel.toml");
const HDI: &str = include_str!("../tests/definitions/hdi.toml");
