//! What bounds are made of: gains and their prices, and what all costs are multiples of.

/// What a measure adds to an atom, and for how much.
#[derive(Clone, Copy)]
pub(super) struct Gain {
    pub(super) cost: f64,
    pub(super) adds: f64,
    pub(super) measure: usize,
    /// The only slot it raises for this atom, where others that do so exclude it.
    pub(super) slot: Option<usize>,
}

/// Of measures that exclude each other, the steps from one to the next better one on the concave envelope of gain over
/// cost: a sum of steps in order of their price is what a mixture of them could bring at most.
pub(super) fn steps(gains: Vec<Gain>) -> Vec<Gain> {
    let mut found: Vec<Gain> = Vec::with_capacity(gains.len());
    let mut alone = gains;
    found.extend(alone.iter().filter(|gain| gain.slot.is_none()));
    alone.retain(|gain| gain.slot.is_some());
    alone.sort_unstable_by(|a, b| {
        a.slot
            .cmp(&b.slot)
            .then(a.cost.total_cmp(&b.cost))
            .then(b.adds.total_cmp(&a.adds))
            .then(a.measure.cmp(&b.measure))
            .then(a.measure.cmp(&b.measure))
    });
    for same in alone.chunk_by(|a, b| a.slot == b.slot) {
        let mut hull: Vec<Gain> = Vec::with_capacity(same.len());
        for next in same {
            if hull.last().is_some_and(|last| next.adds <= last.adds) {
                continue;
            }
            // A step that is dearer than the one after it is none.
            while let Some(last) = hull.last().copied() {
                let before = hull.len().checked_sub(2).map_or((0.0, 0.0), |place| (hull[place].cost, hull[place].adds));
                let (one, both) =
                    ((last.cost - before.0, last.adds - before.1), (next.cost - last.cost, next.adds - last.adds));
                if one.0 * both.1 < both.0 * one.1 {
                    break;
                }
                hull.pop();
            }
            hull.push(*next);
        }
        let mut before = (0.0, 0.0);
        for step in hull {
            found.push(Gain { cost: step.cost - before.0, adds: step.adds - before.1, ..step });
            before = (step.cost, step.adds);
        }
    }
    found
}

/// The greatest number of thousandths that all costs are multiples of; 0 where they are no thousandths.
pub(super) fn grain(costs: impl Iterator<Item = f64>) -> f64 {
    let mut grain: u64 = 0;
    for cost in costs {
        let thousandths = cost * 1000.0;
        if thousandths.fract() != 0.0 || thousandths > 1e15 {
            return 0.0;
        }
        let (mut a, mut b) = (grain, thousandths as u64);
        while b > 0 {
            (a, b) = (b, a % b);
        }
        grain = a;
    }
    grain as f64 / 1000.0
}
