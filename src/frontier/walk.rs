//! The walk from corner to corner of {w : x_j.w <= 1 for the frame, w in the cone}, the same for every unit: only the goal
//! changes, so that the best corner of one unit is where the next one starts (primal simplex without a first phase).
//!
//! A corner is p constraints that hold with equality. Their multipliers are the goal times the inverse of their normals;
//! one that is negative is let go, the steepest first, until the next constraint stops the move. Where several corners are
//! best, the walk goes on among them for the second goal, which makes the weights unique but for ties in that one too.
//! Where corners coincide steps have no length; after some of them the first admissible constraint by number is taken
//! (Bland 1977, doi:10.1287/moor.2.2.103), which cannot go round in circles.

use super::cone::Cone;
use super::frame::Frame;
use super::inverse::{Inverse, dot};

/// Multipliers above this are not negative, for a goal whose greatest entry is 1.
const NEGATIVE: f64 = -1e-11;
/// Multipliers within this of zero cost nothing, so that the second goal may use them.
const COSTLESS: f64 = 1e-10;
/// The inverse is made anew after so many exchanges.
const FRESH: usize = 50;
/// Steps shorter than this have no length.
const SHORT: f64 = 1e-13;

/// A corner and what is needed to leave it.
pub(super) struct Walk<'a> {
    frame: &'a Frame,
    cone: Cone,
    second: Option<&'a [f64]>,
    /// Constraints that hold with equality: rows of the frame by number, then those of the cone.
    active: Vec<usize>,
    inverse: Inverse,
    exchanges: usize,
    weights: Vec<f64>,
    /// What rows of the frame lack to 1; infinite for active ones, which do not stop a move.
    slack: Vec<f64>,
    products: Vec<f64>,
    cone_products: Vec<f64>,
    cone_slack: Vec<f64>,
    cone_active: Vec<bool>,
    multipliers: Vec<f64>,
    direction: Vec<f64>,
    normal: Vec<f64>,
    ready: bool,
    /// Corners left behind, for the record.
    pub(super) steps: usize,
}

impl<'a> Walk<'a> {
    /// A walk that starts where the first goal suggests.
    pub(super) fn new(frame: &'a Frame, width: usize, cone: Cone, second: Option<&'a [f64]>) -> Self {
        let (rows, limits) = (frame.padded(), 2 * width);
        Self {
            frame,
            cone,
            second,
            active: Vec::with_capacity(width),
            inverse: Inverse::new(width),
            exchanges: 0,
            weights: vec![0.0; width],
            slack: vec![0.0; rows],
            products: vec![0.0; rows],
            cone_products: vec![0.0; limits],
            cone_slack: vec![0.0; limits],
            cone_active: vec![false; limits],
            multipliers: vec![0.0; width],
            direction: vec![0.0; width],
            normal: vec![0.0; width],
            ready: false,
            steps: 0,
        }
    }

    /// Sets other limits; the walk then starts anew.
    pub(super) fn limit(&mut self, cone: Cone) {
        self.cone = cone;
        self.ready = false;
    }

    /// Whether some weights besides zero keep the limits.
    pub(super) fn open(&self) -> bool {
        self.cone.open()
    }

    /// The weights of the corner.
    pub(super) fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// Rows of the frame that hold with equality, with their multipliers for the goal walked to last.
    pub(super) fn peers(&self) -> impl Iterator<Item = (usize, f64)> + '_ {
        let rows = self.frame.count();
        self.active
            .iter()
            .zip(&self.multipliers)
            .filter(move |(c, m)| **c < rows && **m > COSTLESS)
            .map(|(c, m)| (*c, *m))
    }

    /// Walks to a best corner for a goal whose greatest entry is 1. False where rounding errors forbid it.
    pub(super) fn reach(&mut self, goal: &[f64]) -> bool {
        if self.ready && self.travel(goal, false) {
            return true;
        }
        for careful in [false, true] {
            if self.begin(goal) && self.travel(goal, careful) {
                return true;
            }
        }
        // Better any of the best weights than none.
        let second = self.second.take();
        self.ready = self.begin(goal) && self.travel(goal, true);
        self.second = second;
        self.ready
    }

    /// Starts at a corner of the cone, on the first row of the frame in its way.
    fn begin(&mut self, goal: &[f64]) -> bool {
        let (rows, width) = (self.frame.count(), goal.len());
        let (mut ray, held) = self.cone.ray(goal);
        self.frame.times(&ray, &mut self.products);
        let mut first = (0, 0.0);
        for (row, product) in self.products[..rows].iter().enumerate() {
            if *product > first.1 {
                first = (row, *product);
            }
        }
        if first.1 <= 0.0 {
            return false;
        }
        for w in &mut ray {
            *w /= first.1;
        }
        self.active.clear();
        self.active.extend(held.into_iter().map(|limit| limit.map_or(first.0, |limit| rows + limit)));
        debug_assert_eq!(self.active.len(), width);
        self.ready = self.renew();
        self.ready
    }

    fn normal_of(&mut self, constraint: usize) {
        let rows = self.frame.count();
        if constraint < rows {
            for (out, value) in self.normal.iter_mut().zip(self.frame.row(constraint)) {
                *out = value;
            }
        } else {
            self.cone.normal(constraint - rows, &mut self.normal);
        }
    }

    /// Makes inverse, weights and slacks anew from the active constraints.
    fn renew(&mut self) -> bool {
        let rows = self.frame.count();
        let width = self.weights.len();
        let mut normals = Vec::with_capacity(width * width);
        for k in 0..self.active.len() {
            self.normal_of(self.active[k]);
            normals.extend_from_slice(&self.normal);
        }
        if !self.inverse.invert(normals) {
            return false;
        }
        self.exchanges = 0;
        self.weights.fill(0.0);
        for (constraint, column) in self.active.iter().zip(self.inverse.iter()) {
            if *constraint < rows {
                self.weights.iter_mut().zip(column).for_each(|(w, value)| *w += value);
            }
        }
        self.frame.times(&self.weights, &mut self.products);
        self.slack.iter_mut().zip(&self.products).for_each(|(slack, product)| *slack = 1.0 - product);
        self.cone_active.fill(false);
        for constraint in &self.active {
            if *constraint < rows {
                self.slack[*constraint] = f64::INFINITY;
            } else {
                self.cone_active[constraint - rows] = true;
            }
        }
        // What is left of a corner that rounding has moved outside is of no use.
        self.slack.iter().all(|slack| *slack > -1e-8)
    }

    /// Walks until no move gains. False where the corner is lost.
    fn travel(&mut self, goal: &[f64], careful: bool) -> bool {
        let most = 2000 + 40 * (self.active.len() + self.frame.count());
        let mut stuck = 0;
        // Once best for the first goal, only the second one moves: rounding would let the two take turns for ever.
        let mut late = false;
        let patience = if careful { 0 } else { 3 * self.active.len() + 20 };
        for _ in 0..most {
            let Some(leaving) = self.leaving(goal, stuck > patience, late) else {
                if !late && self.second.is_some() {
                    (late, stuck) = (true, 0);
                    continue;
                }
                if self.exact() {
                    return true;
                }
                if !self.renew() {
                    return false;
                }
                continue;
            };
            match self.leave(leaving, stuck > patience) {
                Some(step) if step > SHORT => stuck = 0,
                Some(_) => stuck += 1,
                None => return false,
            }
            if self.exchanges >= FRESH && !self.renew() {
                return false;
            }
        }
        false
    }

    /// Whether the active constraints hold to nearly the last digit.
    fn exact(&mut self) -> bool {
        if self.exchanges == 0 {
            return true;
        }
        let rows = self.frame.count();
        for k in 0..self.active.len() {
            let constraint = self.active[k];
            self.normal_of(constraint);
            let bound = if constraint < rows { 1.0 } else { 0.0 };
            if (dot(&self.normal, &self.weights) - bound).abs() > 1e-12 {
                return false;
            }
        }
        true
    }

    /// The place of the constraint to let go; none at a best corner.
    fn leaving(&mut self, goal: &[f64], first: bool, late: bool) -> Option<usize> {
        let mut best = Foremost::default();
        let rank = |multiplier: f64, length: f64, constraint: usize| {
            if first { -(constraint as f64) } else { multiplier * multiplier / length }
        };
        for (place, column) in self.inverse.iter().enumerate() {
            let multiplier = dot(goal, column);
            self.multipliers[place] = multiplier;
            let length = dot(column, column);
            if !late && multiplier < NEGATIVE - 1e-14 * length.sqrt() {
                best.see(place, rank(multiplier, length, self.active[place]));
            }
        }
        if let (true, Some(second)) = (late, self.second) {
            let costless = |place: &usize| self.multipliers[*place].abs() <= COSTLESS;
            for place in (0..self.active.len()).filter(costless) {
                let column = self.inverse.column(place);
                let (multiplier, length) = (dot(second, column), dot(column, column));
                if multiplier < -1e-9 - 1e-13 * length.sqrt() {
                    best.see(place, rank(multiplier, length, self.active[place]));
                }
            }
        }
        best.0.map(|(place, _)| place)
    }

    /// Lets a constraint go and moves until another stops; how far, or none where nothing does.
    fn leave(&mut self, place: usize, first: bool) -> Option<f64> {
        let rows = self.frame.count();
        self.direction.iter_mut().zip(self.inverse.column(place)).for_each(|(d, value)| *d = -value);
        let tiny = 1e-11 * self.direction.iter().fold(0.0_f64, |most, d| most.max(d.abs()));
        let mut least = self.frame.ratios(&self.direction, &self.slack, tiny, &mut self.products);
        self.cone.times(&self.direction, &mut self.cone_products);
        self.cone.times(&self.weights, &mut self.cone_slack);
        let limits = self.cone.count();
        for k in 0..limits {
            if !self.cone_active[k] && self.cone_products[k] > tiny {
                least = least.min((-self.cone_slack[k]).max(0.0) / self.cone_products[k]);
            }
        }
        if !least.is_finite() {
            return None;
        }
        // Among those that stop the move together: the one that stops it most squarely.
        let reach = least + 1e-13;
        let mut stop: Option<(usize, f64)> = None;
        let frame = self.products.iter().zip(&self.slack).take(rows).enumerate();
        for (k, (product, slack)) in frame {
            if *product > tiny && slack.max(0.0) <= reach * product && stop.is_none_or(|(_, most)| *product > most) {
                stop = Some((k, if first { f64::INFINITY } else { *product }));
            }
        }
        for k in 0..limits {
            let (product, slack) = (self.cone_products[k], (-self.cone_slack[k]).max(0.0));
            let stops = !self.cone_active[k] && product > tiny && slack <= reach * product;
            if stops && stop.is_none_or(|(_, most)| product > most) {
                stop = Some((rows + k, if first { f64::INFINITY } else { product }));
            }
        }
        let (stop, _) = stop?;
        self.steps += 1;
        self.weights.iter_mut().zip(&self.direction).for_each(|(w, d)| *w += least * d);
        if least > 0.0 {
            self.slack.iter_mut().zip(&self.products).for_each(|(slack, product)| *slack -= least * product);
        }
        let gone = self.active[place];
        if gone < rows {
            self.slack[gone] = least;
        } else {
            self.cone_active[gone - rows] = false;
        }
        self.normal_of(stop);
        if !self.inverse.exchange(place, &self.normal) {
            return None;
        }
        self.active[place] = stop;
        if stop < rows {
            self.slack[stop] = f64::INFINITY;
        } else {
            self.cone_active[stop - rows] = true;
        }
        self.exchanges += 1;
        Some(least)
    }
}

/// The first of those that rank highest.
#[derive(Default)]
struct Foremost(Option<(usize, f64)>);

impl Foremost {
    fn see(&mut self, place: usize, rank: f64) {
        if self.0.is_none_or(|(_, most)| rank > most) {
            self.0 = Some((place, rank));
        }
    }
}
