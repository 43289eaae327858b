//! Instructions over blocks of rows, and the count of reasons.

use super::Input;
use super::bind::{Bound, Instruction};
use super::register::{BLOCK, Cause, Register};

/// How many rows are missing for a reason that lies in the expression, not in the data.
///
/// A row counts once, and only if its result is missing; see the
/// [module documentation](super#reasons).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reasons {
    /// `x / 0`.
    pub zero_denominator: u64,
    /// `ln(x)` with `x <= 0`.
    pub log_of_non_positive: u64,
    /// A result beyond the largest number.
    pub overflow: u64,
    /// `lookup` without a match and without a default.
    pub no_match: u64,
}

impl Reasons {
    /// Adds the counts of other rows.
    pub fn merge(&mut self, other: Self) {
        self.zero_denominator += other.zero_denominator;
        self.log_of_non_positive += other.log_of_non_positive;
        self.overflow += other.overflow;
        self.no_match += other.no_match;
    }

    /// Whether no row has a reason.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    fn count(&mut self, cause: Cause) {
        match cause {
            Cause::None => {}
            Cause::ZeroDenominator => self.zero_denominator += 1,
            Cause::LogOfNonPositive => self.log_of_non_positive += 1,
            Cause::Overflow => self.overflow += 1,
            Cause::NoMatch => self.no_match += 1,
        }
    }
}

/// Working memory of [`Bound::evaluate`], to be kept from call to call; fits any expression.
#[derive(Clone, Debug, Default)]
pub struct Scratch {
    registers: Vec<Register>,
}

impl Scratch {
    /// Empty working memory; it grows to what the first expressions need.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

impl Bound {
    /// Evaluates `out.len()` rows.
    ///
    /// `inputs` holds one block per name, in the order of
    /// [`names`](super::Expression::names), each as long as `out`. What [`fits`](Bound::fits)
    /// would refuse is read as missing: an input of the other kind, or rows beyond its end.
    pub fn evaluate(&self, inputs: &[Input<'_>], out: &mut [f64], scratch: &mut Scratch) -> Reasons {
        while scratch.registers.len() < self.registers {
            scratch.registers.push(Register::new());
        }
        let mut reasons = Reasons::default();
        for (index, block) in out.chunks_mut(BLOCK).enumerate() {
            self.run(inputs, index * BLOCK, block.len(), &mut scratch.registers);
            let Some(result) = scratch.registers.first() else {
                continue;
            };
            result.copy_to(block);
            for &cause in result.causes(block.len()) {
                reasons.count(cause);
            }
        }
        reasons
    }

    /// Leaves the result in the first register. The patterns match by construction: `bind`
    /// counted how many registers are alive at each step.
    fn run(&self, inputs: &[Input<'_>], start: usize, rows: usize, registers: &mut [Register]) {
        let mut alive = 0;
        for instruction in &self.instructions {
            match instruction {
                Instruction::Push(source) => {
                    if let Some(top) = registers.get_mut(alive) {
                        top.push(source, inputs, start, rows);
                    }
                    alive += 1;
                }
                Instruction::Unary(unary) => {
                    if let Some([.., top]) = registers.get_mut(..alive) {
                        top.unary(*unary, rows);
                    }
                }
                Instruction::Find { keys, otherwise } => {
                    if let Some([.., top]) = registers.get_mut(..alive) {
                        top.find(keys, *otherwise, rows);
                    }
                }
                Instruction::Binary(binary) => {
                    if let Some([.., left, right]) = registers.get_mut(..alive) {
                        left.binary(*binary, right, rows);
                    }
                    alive -= 1;
                }
                Instruction::Choose => {
                    if let Some([.., condition, then, otherwise]) = registers.get_mut(..alive) {
                        condition.choose(then, otherwise, rows);
                    }
                    alive -= 2;
                }
            }
        }
    }
}
