//! Relative aggregations whose score is a weighted mean of what each child alone would give.

use super::Contributions;
use crate::aggregate::Population;
use crate::bind::{Bound, Wishes};
use crate::columns::{Rows, Table};
use crate::error::Result;
use crate::fitted::{Fitted, Ready};
use crate::kernel::relative::{Comparing, children_of, compare};
use crate::parallel::Cancel;
use crate::score::{ScoreOptions, need};

impl Fitted {
    /// Fills in w f / sum(w) over the children that give the row something, f being the score by this child alone.
    #[allow(clippy::too_many_arguments)]
    pub(super) fn alone(
        &self,
        g: usize,
        ready: &Ready,
        table: &Table<'_>,
        rows: &[usize],
        scores: &[f64],
        options: &ScoreOptions,
        cancel: &Cancel,
        found: &mut Contributions,
    ) -> Result<()> {
        let tree = &self.tree;
        let group = &tree.groups[g];
        let wishes = Wishes { absent: options.absent, assume: options.assume.clone() };
        let bound = Bound::new(tree, table, &wishes, false)?;
        let comparing =
            Comparing { records: &ready.records, together: options.together, threads: options.threads, cancel };
        let mut below = vec![false; tree.nodes()];
        for child in &group.children {
            need(tree, *child, &mut below);
        }
        let part = Rows::List(rows);
        let given = compare(tree, &bound, ready, &below, part, &comparing)?;
        let own = children_of(tree, &bound, ready, g, part, &given, &comparing)?;
        let kept = ready.records.get(&group.id);
        let mut alone: Vec<(usize, Vec<f64>)> = Vec::new();
        for place in &ready.counted[g] {
            let mine = [own[*place].as_slice()];
            let id = tree.id(group.children[*place]);
            let recorded = kept.and_then(|kept| kept.get(id)).map(|column| [column.as_slice()]);
            let population = Population {
                records: if options.together { &mine } else { recorded.as_ref().map_or(&mine, |column| column) },
                rows: &mine,
                weights: &[1.0],
                names: &[id],
                threads: options.threads,
                cancel,
            };
            let mut flows = vec![f64::NAN; rows.len()];
            group.aggregation.method().compare(&population, &mut flows)?;
            alone.push((*place, flows));
        }
        for (i, row) in rows.iter().enumerate().filter(|(_, row)| scores.get(**row).is_some_and(|s| !s.is_nan())) {
            let seen = || alone.iter().filter(|(_, flows)| !flows[i].is_nan());
            let total: f64 = seen().map(|(place, _)| ready.weights[g][*place]).sum();
            for (place, flows) in seen() {
                if let Some((_, column)) = found.children.get_mut(*place) {
                    column[*row] = ready.weights[g][*place] * flows[i] / total;
                }
            }
            for (place, (_, column)) in found.children.iter_mut().enumerate() {
                if ready.weights[g][place] == 0.0 && !own[place][i].is_nan() {
                    column[*row] = 0.0;
                }
            }
        }
        Ok(())
    }
}
