//! Columns of a block: loaded where they do not lie ready, derived, filled, checked.

use super::Kernel;
use super::workspace::Workspace;
use crate::bind::{Input, SlotSource};
use crate::columns::Rows;
use crate::error::Problem;
use crate::expression::Input as ExpressionInput;
use crate::notes::{Notes, OF_SLOT};
use crate::numeric::vectorized;
use crate::parallel::BLOCK;

impl Kernel<'_, '_, '_> {
    /// Loads columns that do not lie ready, computes derived ones, checks infinity and domain.
    pub(super) fn columns(&self, rows: &Rows<'_>, space: &mut Workspace, notes: &mut Notes) {
        let n = rows.len();
        if self.texts {
            for (text, codes) in self.bound.texts.iter().zip(&mut space.texts) {
                self.bound.table.at(*text).load_codes(rows, &mut codes[..n]);
            }
        }
        for (number, slot) in self.bound.slots.iter().enumerate() {
            if !self.slots[number] {
                continue;
            }
            let direct = match slot.source {
                SlotSource::Raw(place) if slot.fill.is_none() => self.bound.table.at(place).direct(rows),
                _ => None,
            };
            if let Some(values) = direct {
                space.complete[number] = self.check(number, values, rows, notes);
                continue;
            }
            let mut values = std::mem::take(&mut space.slots[number]);
            values.resize(BLOCK, f64::NAN);
            match &slot.source {
                SlotSource::Raw(place) => self.bound.table.at(*place).load(rows, &mut values[..n]),
                SlotSource::Absent => values.fill(f64::NAN),
                SlotSource::Filled(filling) => self.fill(filling, rows, space, notes, &mut values[..n]),
                SlotSource::Derived { expression, inputs } => {
                    let mut scratch = std::mem::take(&mut space.scratch);
                    let inputs: Vec<ExpressionInput<'_>> = inputs
                        .iter()
                        .map(|input| match input {
                            Input::Number(slot) => ExpressionInput::Number(space.slot(self.bound, *slot, rows)),
                            Input::Text(text) => ExpressionInput::Text(space.codes(*text)),
                        })
                        .collect();
                    let reasons = expression.evaluate(&inputs, &mut values[..n], &mut scratch);
                    if !reasons.is_empty() {
                        notes.reasons.entry(number).or_default().merge(reasons);
                    }
                    space.scratch = scratch;
                }
            }
            if let Some(fill) = slot.fill {
                let mut count = 0;
                for (value, assumed) in
                    values[..n].iter_mut().zip(&mut space.assumed).filter(|(value, _)| value.is_nan())
                {
                    *value = fill;
                    *assumed += 1;
                    count += 1;
                }
                if count > 0 {
                    *notes.assumed.entry(slot.name.clone()).or_default() += count;
                }
            }
            space.complete[number] = self.check(number, &values[..n], rows, notes);
            space.slots[number] = values;
        }
    }

    /// True when every value is there and inside; values outside are problems, missing ones are not.
    fn check(&self, number: usize, values: &[f64], rows: &Rows<'_>, notes: &mut Notes) -> bool {
        let slot = &self.bound.slots[number];
        let [low, high] = slot.domain.unwrap_or([f64::MIN, f64::MAX]);
        let slack = |edge: f64| {
            if slot.domain.is_some() { crate::numeric::tolerance::slack(edge) } else { 0.0 }
        };
        let (least, most) = (low - slack(low), high + slack(high));
        let odd: u64 = vectorized(
            #[inline(always)]
            || values.iter().map(|&x| u64::from(!(x >= least && x <= most))).sum(),
        );
        if odd == 0 {
            return true;
        }
        for (i, &x) in values.iter().enumerate().filter(|(_, x)| **x < least || **x > most) {
            notes.problem(OF_SLOT, number, rows.row(i), || {
                let problem = Problem::column(slot.name.clone(), String::new()).value(x.to_string());
                if x.is_infinite() {
                    let remedy = "replace infinite values, or leave them missing";
                    return Problem { message: "expected a finite number".to_owned(), ..problem }.remedy(remedy);
                }
                let message = format!("outside its domain [{low}, {high}]");
                let percent = high == 1.0 && x > 1.0 && x <= 100.0;
                let remedy = if percent {
                    "divide by 100 if these are percent"
                } else {
                    "correct the value, or leave it missing"
                };
                Problem { message, ..problem }.remedy(remedy)
            });
        }
        false
    }
}
