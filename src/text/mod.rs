//! The room `text`: counting the terms of a dictionary in documents, one pass over each.
//!
//! A document is folded character by character into symbols ([`fold`], `symbols`, `stream`), the terms are found by an
//! Aho-Corasick automaton (`finder`), each hit is judged by its context (`context`), and what counts is added up
//! ([`count`]) or listed with its surroundings ([`audit`]). Documents are byte slices; bytes that are no UTF-8 match nothing.

pub mod audit;
mod compile;
mod context;
pub mod count;
pub mod dictionary;
mod finder;
pub mod fold;
pub mod measure;
mod read;
pub mod rules;
mod stream;
mod symbols;
mod token;
mod walk;

pub use compile::{Counter, Document};

#[cfg(test)]
mod tests;
