//! What a choice of buyers reaches: each supplier once, each buyer no more than it can.

/// Whom to choose from.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Choices {
    /// Cost of each candidate; finite, at least 0.
    pub costs: Vec<f64>,
    /// Whom each candidate could reach, in order.
    pub reaches: Vec<Vec<usize>>,
    /// Value of each that can be reached; finite, at least 0.
    pub values: Vec<f64>,
    /// Each candidate reaches so many at most.
    pub most: Option<usize>,
}

impl Choices {
    /// How many candidates there are.
    pub fn len(&self) -> usize {
        self.costs.len()
    }

    /// Whether there is nobody to choose from.
    pub fn is_empty(&self) -> bool {
        self.costs.is_empty()
    }

    pub(super) fn value(&self, of: usize) -> f64 {
        self.values.get(of).copied().unwrap_or(0.0)
    }

    /// Whether no candidate can reach more than it may.
    fn free(&self) -> bool {
        self.most.is_none_or(|most| self.reaches.iter().all(|reach| reach.len() <= most))
    }
}

/// Who is reached by whom, as candidates are added.
#[derive(Debug, Clone)]
pub(super) struct Cover<'c> {
    choices: &'c Choices,
    free: bool,
    /// For each that can be reached, the candidate that reaches it.
    pub(super) by: Vec<Option<usize>>,
    /// Value of all that are reached.
    pub(super) value: f64,
    /// How many are reached.
    pub(super) count: usize,
    /// What the last additions changed: who was reached, by whom before.
    undo: Vec<(usize, Option<usize>)>,
}

impl<'c> Cover<'c> {
    pub(super) fn new(choices: &'c Choices) -> Self {
        let by = vec![None; choices.values.len()];
        Self { choices, free: choices.free(), by, value: 0.0, count: 0, undo: Vec::new() }
    }

    /// What a candidate would add.
    pub(super) fn gain(&mut self, candidate: usize) -> f64 {
        if self.free {
            let reach = self.choices.reaches.get(candidate).map_or(&[][..], Vec::as_slice);
            return reach.iter().filter(|i| self.by.get(**i) == Some(&None)).map(|i| self.choices.value(*i)).sum();
        }
        let (value, count) = (self.value, self.count);
        self.add(candidate);
        let gain = self.value - value;
        (self.value, self.count) = (value, count);
        while let Some((supplier, before)) = self.undo.pop() {
            self.by[supplier] = before;
        }
        gain
    }

    /// Adds a candidate; those reached stay reached, though perhaps by another.
    ///
    /// Sets that can be matched into chosen places form a transversal matroid. One place more lifts it by one at most, so the
    /// best set grows by the best supplier that an alternating path finds (Edmonds and Fulkerson 1965, Transversals and
    /// matroid partition, J. Res. NBS 69B, 147-153, doi 10.6028/jres.069B.016).
    pub(super) fn add(&mut self, candidate: usize) {
        self.undo.clear();
        let reach = self.choices.reaches.get(candidate).map_or(&[][..], Vec::as_slice);
        if self.free {
            for i in reach {
                if let Some(by @ None) = self.by.get_mut(*i) {
                    *by = Some(candidate);
                    self.value += self.choices.value(*i);
                    self.count += 1;
                }
            }
            return;
        }
        for _ in 0..self.choices.most.unwrap_or(usize::MAX).min(reach.len()) {
            if !self.one_more(candidate) {
                break;
            }
        }
    }

    /// One place more at a candidate: looks for the most valuable supplier that some shift of places can take in.
    fn one_more(&mut self, candidate: usize) -> bool {
        // Candidates found, each with the one it would give a supplier to, and which.
        let mut found: Vec<(usize, Option<(usize, usize)>)> = vec![(candidate, None)];
        let mut seen = std::collections::BTreeSet::from([candidate]);
        let mut best: Option<(f64, usize, usize)> = None;
        let mut at = 0;
        while at < found.len() {
            let here = found[at].0;
            for i in self.choices.reaches.get(here).into_iter().flatten() {
                match self.by.get(*i) {
                    Some(None) => {
                        let value = self.choices.value(*i);
                        let better = best.is_none_or(|(most, first, _)| value > most || (value == most && *i < first));
                        if better {
                            best = Some((value, *i, at));
                        }
                    }
                    Some(Some(other)) if seen.insert(*other) => found.push((*other, Some((at, *i)))),
                    _ => {}
                }
            }
            at += 1;
        }
        let Some((value, mut taken, mut place)) = best else { return false };
        self.value += value;
        self.count += 1;
        // Back along the path: each takes the supplier found and gives its own to the one before.
        loop {
            let (who, before) = found[place];
            if let Some(by) = self.by.get_mut(taken) {
                self.undo.push((taken, *by));
                *by = Some(who);
            }
            let Some((earlier, given)) = before else { return true };
            (place, taken) = (earlier, given);
        }
    }
}
