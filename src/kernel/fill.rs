//! Values of imputed indicators: the first observed, else what the fitted imputation gives.

use super::Kernel;
use super::workspace::Workspace;
use crate::bind::{Bound, Filling, Input};
use crate::columns::{Column, Rows};
use crate::notes::Notes;

impl Kernel<'_, '_, '_> {
    /// Fills `out` with the values of an imputed leaf.
    pub(super) fn fill(
        &self,
        filling: &Filling,
        rows: &Rows<'_>,
        space: &mut Workspace,
        notes: &mut Notes,
        out: &mut [f64],
    ) {
        first_observed(self.bound, space, &filling.raw, rows, out);
        let leaf = &self.tree.leaves[filling.leaf];
        let (Some(filler), Some(imputing)) = (&self.ready.fillers[filling.leaf], &leaf.impute) else {
            return;
        };
        let mut filled = 0;
        if imputing.others.is_some() {
            let others = |other: &usize| filling.others.iter().position(|(leaf, _)| leaf == other);
            let names = imputing.others.iter().flatten().map(others).collect::<Vec<_>>();
            let mut columns = Vec::new();
            for place in &names {
                let mut column = vec![f64::NAN; rows.len()];
                if let Some(place) = place {
                    first_observed(self.bound, space, &filling.others[*place].1, rows, &mut column);
                }
                columns.push(column);
            }
            let less = |leaf: usize| self.tree.leaves[leaf].direction == crate::definition::Direction::Less;
            let own = std::iter::once(less(filling.leaf));
            let turned: Vec<bool> = own.chain(imputing.others.iter().flatten().map(|other| less(*other))).collect();
            let mut row = vec![0.0; columns.len()];
            for (i, value) in out.iter_mut().enumerate().filter(|(_, value)| value.is_nan()) {
                for (value, column) in row.iter_mut().zip(&columns) {
                    *value = column[i];
                }
                *value = filler.of_row(&row, &turned, imputing.middle);
                filled += u64::from(!value.is_nan());
            }
        } else {
            for (i, value) in out.iter_mut().enumerate().filter(|(_, value)| value.is_nan()) {
                if let Some(group) = group_name(self.bound, space, filling.by, rows, i) {
                    *value = filler.of_group(&group);
                    filled += u64::from(!value.is_nan());
                }
            }
        }
        if filled > 0 {
            *notes.imputed.entry(filling.leaf).or_default() += filled;
        }
    }
}

/// The first observed value of several columns.
pub(crate) fn first_observed(
    bound: &Bound<'_, '_>,
    space: &Workspace,
    slots: &[usize],
    rows: &Rows<'_>,
    out: &mut [f64],
) {
    out.fill(f64::NAN);
    for slot in slots {
        for (value, other) in out.iter_mut().zip(space.slot(bound, *slot, rows)) {
            *value = if value.is_nan() { *other } else { *value };
        }
    }
}

/// The group of one row of the block: the empty name where units are not grouped, none where its group is not known.
pub(crate) fn group_name(
    bound: &Bound<'_, '_>,
    space: &Workspace,
    by: Option<Input>,
    rows: &Rows<'_>,
    i: usize,
) -> Option<String> {
    match by {
        None => Some(String::new()),
        Some(Input::Number(slot)) => {
            let value = space.slot(bound, slot, rows)[i];
            (!value.is_nan()).then(|| value.to_string())
        }
        Some(Input::Text(text)) => {
            let code = usize::try_from(space.codes(text)[i]).ok()?;
            let Column::Text { labels, .. } = bound.table.at(bound.texts[text]) else { return None };
            labels.get(code).map(|label| label.trim().to_owned()).filter(|label| !label.is_empty())
        }
    }
}
