//! A fit over batches, as a state that merges and can be written.

use serde::{Deserialize, Serialize};

use super::learn::learn;
use super::{FitOptions, StageState};
use crate::bind::{Bound, Wishes};
use crate::columns::Table;
use crate::definition::{Index, Period};
use crate::error::{Error, Kind, Problem, Result};
use crate::fitted::{Fitted, Numbers, Part};
use crate::normalize::Learned;
use crate::notes::Notes;
use crate::parallel::Cancel;
use crate::tree::Tree;

/// A fit over batches: every batch of a stage, then the next stage.
#[derive(Debug)]
pub struct FitState {
    tree: Tree,
    options: FitOptions,
    numbers: Numbers,
    stage: usize,
    state: StageState,
    rows: u64,
}

/// The state as written.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    definition: Index,
    options: FitOptions,
    numbers: Numbers,
    stage: usize,
    state: StageState,
    rows: u64,
}

impl FitState {
    /// A state that has seen nothing.
    pub fn new(index: Index, options: FitOptions) -> Result<Self> {
        let tree = Tree::new(index)?;
        if tree.needs_time() || !tree.units().is_empty() {
            let message = "a fit by period or with a reference unit needs all rows at once";
            return Err(Error::new(Kind::Definition, Problem::general(message).remedy("use fit on a frame")));
        }
        if tree.groups.iter().any(|group| group.aggregation.method().relative()) {
            let message = "an aggregation that compares units with each other needs all rows at once";
            return Err(Error::new(Kind::Definition, Problem::general(message).remedy("use fit_score on a frame")));
        }
        let numbers = Numbers::default();
        Ok(Self { tree, options, numbers, stage: 1, state: StageState::default(), rows: 0 })
    }

    /// The stage under way, from 1.
    pub fn stage(&self) -> usize {
        self.stage
    }

    /// How many stages there are.
    pub fn stages(&self) -> usize {
        self.tree.stage_count()
    }

    /// Learns from a batch.
    pub fn update(&mut self, table: &Table<'_>, cancel: &Cancel) -> Result<()> {
        let wishes = Wishes { absent: self.options.absent, assume: self.options.assume.clone() };
        let bound = Bound::new(&self.tree, table, &wishes, false)?;
        let mut notes = Notes::default();
        let scope = Period::Pooled;
        let learned =
            learn(&self.tree, &bound, &self.numbers, self.stage, &scope, None, &self.options, &mut notes, cancel)?;
        self.state.merge(&learned);
        self.rows += table.rows() as u64;
        Ok(())
    }

    /// Adds what another state of the same stage has seen.
    pub fn merge(&mut self, other: &Self) -> Result<()> {
        if self.tree.index != other.tree.index || self.stage != other.stage || self.numbers != other.numbers {
            let message = "only states of the same definition and stage can be merged";
            return Err(Error::new(Kind::Value, Problem::general(message)));
        }
        self.state.merge(&other.state);
        self.rows += other.rows;
        Ok(())
    }

    /// Ends the stage.
    pub fn advance(&mut self) -> Result<()> {
        if self.stage > self.stages() {
            return Err(Error::new(Kind::Value, Problem::general("all stages are done; call finish")));
        }
        if self.rows == 0 {
            return Err(Error::new(Kind::Degenerate, Problem::general("this stage has seen no rows")));
        }
        let none = |_: usize, _: &str| Ok(Learned::Nothing);
        self.numbers.absorb(&self.tree, self.stage, &self.state, &none)?;
        self.state = StageState::default();
        self.rows = 0;
        self.stage += 1;
        Ok(())
    }

    /// The fitted index, when all stages are done.
    pub fn finish(&self) -> Result<Fitted> {
        if self.stage <= self.stages() {
            let message = format!("stage {} of {} is not done; call advance", self.stage, self.stages());
            return Err(Error::new(Kind::NotFitted, Problem::general(message)));
        }
        let mut numbers = self.numbers.clone();
        numbers.complete(&self.tree)?;
        Fitted::new(Tree::new(self.tree.index.clone())?, vec![Part { period: None, numbers }])
    }

    /// As JSON, to be merged elsewhere.
    pub fn to_json(&self) -> Result<String> {
        let written = Written {
            definition: self.tree.index.clone(),
            options: self.options.clone(),
            numbers: self.numbers.clone(),
            stage: self.stage,
            state: self.state.clone(),
            rows: self.rows,
        };
        serde_json::to_string(&written)
            .map_err(|error| Error::new(Kind::Value, Problem::general(format!("cannot be written: {error}"))))
    }

    /// Reads what [`FitState::to_json`] wrote.
    pub fn from_json(text: &str) -> Result<Self> {
        let written: Written = serde_json::from_str(text)
            .map_err(|error| Error::new(Kind::Value, Problem::general(format!("not a fit state: {error}"))))?;
        let Written { definition, options, numbers, stage, state, rows } = written;
        Ok(Self { tree: Tree::new(definition)?, options, numbers, stage, state, rows })
    }
}
