//! The parallel sort behind ranks.
//!
//! Values are cut into partitions by a monotone map, each partition is sorted on its own. Partitions
//! follow from the values alone and the order of (value, row) is unique, so the result is the same
//! for any number of threads.

use rayon::slice::ParallelSliceMut;

use crate::parallel::{CHUNK, Cancel, map};

/// Rows per partition when values spread evenly: they fit the second-level cache.
const PARTITION: usize = 4096;
/// At most as many partitions, so that a chunk's run within each is still worth copying.
const MOST_PARTITIONS: usize = 1024;
/// Fewer values than this are sorted at once, on the calling thread.
pub(super) const FEW: usize = 2 * CHUNK;
/// A partition longer than this is shared among the threads.
const HEAVY: usize = 4 * CHUNK;
/// Values looked at to choose the cuts.
const SAMPLE: usize = 4096;

/// A value as an integer that sorts alike, and its row.
#[derive(Clone, Copy, Default)]
pub(super) struct Entry {
    pub(super) key: u64,
    pub(super) row: u64,
}

impl Entry {
    #[inline]
    fn new(value: f64, descending: bool, row: usize) -> Self {
        Self { key: key(value, descending), row: row as u64 }
    }
}

/// An integer that sorts as the value does, or in reverse.
#[inline]
fn key(value: f64, descending: bool) -> u64 {
    // Adding zero turns -0 into 0.
    let bits = (if descending { -value } else { value } + 0.0).to_bits();
    let negative = (bits.cast_signed() >> 63).cast_unsigned();
    bits ^ (negative | 1 << 63)
}

/// All values but NaN in order, as consecutive partitions.
///
/// Called on the package's pool, or with `threads == Some(1)`.
pub(super) fn sorted(values: &[f64], descending: bool, threads: Option<usize>) -> Vec<Vec<Entry>> {
    let rows = values.iter().enumerate().filter(|(_, value)| !value.is_nan());
    if values.len() < FEW {
        let mut all: Vec<Entry> = rows.map(|(row, value)| Entry::new(*value, descending, row)).collect();
        all.sort_by_key(|entry| entry.key);
        return vec![all];
    }
    let cuts = Cuts::choose(values, descending);
    let never = Cancel::new();
    let tasks = values.chunks(CHUNK).zip((0..).step_by(CHUNK)).collect();
    let chunks = map(tasks, threads, &never, Vec::new, |places, (chunk, first)| {
        Parts::of(chunk, first, descending, &cuts, places)
    });
    let chunks = chunks.unwrap_or_default();
    let gather = |(): &mut (), number: usize| {
        let mut partition = Vec::with_capacity(chunks.iter().map(|parts| parts.get(number).len()).sum());
        for parts in &chunks {
            partition.extend_from_slice(parts.get(number));
        }
        // Rows come in order, so a stable sort by value alone settles ties by row.
        if partition.len() > HEAVY && threads != Some(1) {
            partition.par_sort_by_key(|entry| entry.key);
        } else {
            partition.sort_by_key(|entry| entry.key);
        }
        partition
    };
    map((0..cuts.count).collect(), threads, &never, || (), gather).unwrap_or_default()
}

/// The map from values to partitions; monotone, so partitions are in order.
struct Cuts {
    count: usize,
    map: Map,
}

enum Map {
    /// Evenly spaced cuts: `(value - origin) * scale`, value with the sign of the direction.
    Linear { origin: f64, scale: f64 },
    /// Keys at which a new partition begins, for skewed values.
    Splitters(Vec<u64>),
}

impl Cuts {
    /// Evenly spaced cuts if they share out a sample evenly, else quantiles of the sample.
    fn choose(values: &[f64], descending: bool) -> Self {
        let count = (values.len() / PARTITION).clamp(1, MOST_PARTITIONS);
        let step = values.len().div_ceil(SAMPLE).max(1);
        let sample: Vec<f64> = values.iter().step_by(step).copied().filter(|v| !v.is_nan()).collect();
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for value in &sample {
            let x = if descending { -value } else { *value };
            (low, high) = (low.min(x), high.max(x));
        }
        let scale = count as f64 / (high - low);
        if scale.is_finite() && scale > 0.0 {
            let cuts = Self { count, map: Map::Linear { origin: low, scale } };
            let mut sizes = vec![0_usize; count];
            for value in &sample {
                if let Some(size) = sizes.get_mut(cuts.partition(*value, descending)) {
                    *size += 1;
                }
            }
            if sizes.iter().all(|size| *size <= sample.len() / 16) {
                return cuts;
            }
        }
        let mut keys: Vec<u64> = sample.iter().map(|value| key(*value, descending)).collect();
        keys.sort_unstable();
        let width = keys.len().div_ceil(count).max(1);
        let mut splitters: Vec<u64> = keys.into_iter().skip(width).step_by(width).collect();
        splitters.dedup();
        Self { count: splitters.len() + 1, map: Map::Splitters(splitters) }
    }

    #[inline]
    fn partition(&self, value: f64, descending: bool) -> usize {
        match &self.map {
            Map::Linear { origin, scale } => {
                let x = if descending { -value } else { value };
                // A cast takes what lies below the sample to 0 and what lies above to the end.
                (((x - origin) * scale) as usize).min(self.count - 1)
            }
            Map::Splitters(keys) => {
                let key = key(value, descending);
                keys.partition_point(|splitter| *splitter <= key)
            }
        }
    }
}

/// A chunk's entries, grouped by partition, rows in order within each.
struct Parts {
    entries: Vec<Entry>,
    ends: Vec<u32>,
}

impl Parts {
    /// `places` is working memory: the partition of each value.
    fn of(chunk: &[f64], first: usize, descending: bool, cuts: &Cuts, places: &mut Vec<u16>) -> Self {
        places.clear();
        // NaN goes to an extra partition that nobody reads.
        places.extend(
            chunk.iter().map(|value| {
                if value.is_nan() { cuts.count as u16 } else { cuts.partition(*value, descending) as u16 }
            }),
        );
        let mut ends = vec![0_u32; cuts.count + 1];
        for place in &*places {
            if let Some(size) = ends.get_mut(usize::from(*place)) {
                *size += 1;
            }
        }
        let mut start = 0;
        for end in &mut ends {
            start += std::mem::replace(end, start);
        }
        let mut entries = vec![Entry::default(); chunk.len()];
        for ((place, value), row) in places.iter().zip(chunk).zip(first..) {
            // Each end begins as the start of its partition and moves with every entry.
            if let Some(next) = ends.get_mut(usize::from(*place)) {
                if let Some(slot) = entries.get_mut(*next as usize) {
                    *slot = Entry::new(*value, descending, row);
                }
                *next += 1;
            }
        }
        Self { entries, ends }
    }

    fn get(&self, partition: usize) -> &[Entry] {
        let end = |number: usize| self.ends.get(number).map_or(0, |end| *end as usize);
        let start = partition.checked_sub(1).map_or(0, end);
        self.entries.get(start..end(partition)).unwrap_or_default()
    }
}
