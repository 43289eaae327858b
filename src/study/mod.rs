//! The study toolkit: coupling of systems, inequality and its decompositions, convergence, transitions.
//!
//! Plain functions of slices: rows in, numbers out. Panels come as codes of units and periods.

pub mod classes;
pub mod convergence;
pub mod coupling;
pub mod dagum;
pub mod exposure;
pub mod inequality;
pub mod lag;
pub mod network;
pub mod peers;
pub mod rows;
pub mod sample;
pub mod steps;
pub mod transition;
