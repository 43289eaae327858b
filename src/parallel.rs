//! Threads: an own pool that survives a fork, a cancel flag, fixed chunks, and one `map`.
//!
//! Results never depend on the number of threads: work is cut by [`BLOCK`] and [`CHUNK`], never by
//! the pool, and partial results are combined in task order.
//!
//! The pool is the package's own. Rayon's global pool hangs for ever in a forked child (the default
//! of `multiprocessing` on Linux before Python 3.14), because its threads stay in the parent. Code
//! that calls rayon's own parallel iterators therefore does so only inside [`run`], when told that
//! it runs on the pool.

use std::num::NonZero;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, TryLockError};

use rayon::{ThreadPool, ThreadPoolBuilder};

/// Rows per block: long enough runs of each column (16 KB) for the memory to stream, and the blocks of a few dozen nodes
/// still stay in the second-level cache. Measured: 1024 is a fifth slower on 20 columns, 4096 no faster.
pub const BLOCK: usize = 2048;

/// Rows per task: enough work to hide the cost of handing it out, and a fixed cut, so that partial
/// results are the same for any number of threads.
pub const CHUNK: usize = 8 * BLOCK;

/// More threads than this are never started, whatever is asked for.
const MOST_THREADS: usize = 1024;

/// The rows `0..rows` cut into chunks of [`CHUNK`]; the last one may be shorter.
pub fn chunks(rows: usize) -> Vec<Range<usize>> {
    (0..rows).step_by(CHUNK).map(|start| start..rows.min(start + CHUNK)).collect()
}

/// A flag the caller raises to stop a computation; kernels poll it between units of work.
#[derive(Debug, Default)]
pub struct Cancel(AtomicBool);

impl Cancel {
    /// A flag that is down.
    pub const fn new() -> Self {
        Self(AtomicBool::new(false))
    }

    /// Raises the flag; it stays up.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether the flag is up.
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// How many threads a call uses: the argument, else `INDICIA_NUM_THREADS`, else
/// `RAYON_NUM_THREADS`, else what the machine grants this process. Zero counts as not given.
pub fn thread_count(threads: Option<usize>) -> usize {
    let variable = |name| std::env::var(name).ok().and_then(|text| text.trim().parse().ok());
    [threads, variable("INDICIA_NUM_THREADS"), variable("RAYON_NUM_THREADS")]
        .into_iter()
        .flatten()
        .find(|count| *count > 0)
        .or_else(|| std::thread::available_parallelism().ok().map(NonZero::get))
        .unwrap_or(1)
        .min(MOST_THREADS)
}

/// A pool with the process and the number of threads it belongs to.
struct Kept {
    process: u32,
    threads: usize,
    pool: Arc<ThreadPool>,
}

static KEPT: Mutex<Option<Kept>> = Mutex::new(None);

/// The package's pool; `None` when the system grants no threads.
///
/// One pool is kept and handed out again; it is built anew for another number of threads and in a
/// forked child. Work on it never touches a lock that another thread of the parent may have held.
pub fn pool(threads: Option<usize>) -> Option<Arc<ThreadPool>> {
    let (process, threads) = (std::process::id(), thread_count(threads));
    let fits = |kept: &Kept| kept.process == process && kept.threads == threads;
    let found = with_kept(|kept| kept.as_ref().filter(|kept| fits(kept)).map(|kept| Arc::clone(&kept.pool)));
    if let Some(Some(pool)) = found {
        return Some(pool);
    }
    // Built outside the lock, which is then held for a few instructions only.
    let pool = ThreadPoolBuilder::new()
        .num_threads(threads)
        .thread_name(|number| format!("indicia-{number}"))
        .build()
        .map(Arc::new)
        .ok()?;
    let fresh = Kept { process, threads, pool: Arc::clone(&pool) };
    if let Some(Some(old)) = with_kept(|kept| kept.replace(fresh))
        && old.process != process
    {
        // Its threads are in the parent; ending it here would wait for locks they may hold.
        std::mem::forget(old);
    }
    Some(pool)
}

/// Access to the kept pool; `None` when the lock cannot be had.
///
/// A fork may copy the lock while another thread of the parent holds it; nobody in the child will
/// ever release it. So nobody waits for it: after some tries the caller does with a pool of its own.
fn with_kept<R>(act: impl FnOnce(&mut Option<Kept>) -> R) -> Option<R> {
    for _ in 0..1000 {
        match KEPT.try_lock() {
            Ok(mut kept) => return Some(act(&mut kept)),
            Err(TryLockError::Poisoned(poisoned)) => return Some(act(&mut poisoned.into_inner())),
            Err(TryLockError::WouldBlock) => std::thread::yield_now(),
        }
    }
    None
}

/// Runs `work` on the pool and tells it so, or on the calling thread when one thread is enough.
///
/// Given `true`, `work` may use rayon's parallel iterators: they stay on the package's pool. A call
/// from within the pool stays where it is.
pub fn run<R: Send>(threads: Option<usize>, work: impl FnOnce(bool) -> R + Send) -> R {
    if threads == Some(1) {
        return work(false);
    }
    if rayon::current_thread_index().is_some() {
        return work(true);
    }
    if thread_count(threads) == 1 {
        return work(false);
    }
    match pool(threads) {
        Some(pool) => pool.install(|| work(true)),
        None => work(false),
    }
}

/// Runs `run` on every task and returns the results in task order.
///
/// Tasks are handed out one by one, so uneven ones balance. Each worker makes one `workspace` and
/// reuses it. `None` when `cancel` was raised before the end; the flag is polled before every task.
/// A single task, or `threads == Some(1)`, runs on the calling thread. A panic in a task reaches the
/// caller. Calls may be nested.
pub fn map<T: Send, R: Send, W>(
    tasks: Vec<T>,
    threads: Option<usize>,
    cancel: &Cancel,
    workspace: impl Fn() -> W + Sync,
    run: impl Fn(&mut W, T) -> R + Sync,
) -> Option<Vec<R>> {
    let threads = if tasks.len() <= 1 { Some(1) } else { threads };
    let (workspace, run) = (&workspace, &run);
    self::run(threads, move |on_pool| {
        if on_pool { share_out(tasks, cancel, workspace, run) } else { one_by_one(tasks, cancel, workspace, run) }
    })
}

fn one_by_one<T, R, W>(
    tasks: Vec<T>,
    cancel: &Cancel,
    workspace: &impl Fn() -> W,
    run: &impl Fn(&mut W, T) -> R,
) -> Option<Vec<R>> {
    let mut space = workspace();
    let mut results = Vec::with_capacity(tasks.len());
    for task in tasks {
        if cancel.is_cancelled() {
            return None;
        }
        results.push(run(&mut space, task));
    }
    (!cancel.is_cancelled()).then_some(results)
}

fn share_out<T: Send, R: Send, W>(
    tasks: Vec<T>,
    cancel: &Cancel,
    workspace: &(impl Fn() -> W + Sync),
    run: &(impl Fn(&mut W, T) -> R + Sync),
) -> Option<Vec<R>> {
    let count = tasks.len();
    let workers = rayon::current_num_threads().min(count);
    let queue = Mutex::new(tasks.into_iter().enumerate());
    let done = Mutex::new(Vec::with_capacity(count));
    let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).next();
    let work = || {
        // A worker that comes late finds nothing left and needs no workspace.
        let Some(mut task) = next() else { return };
        let mut space = workspace();
        let mut own = Vec::new();
        while !cancel.is_cancelled() {
            own.push((task.0, run(&mut space, task.1)));
            let Some(following) = next() else { break };
            task = following;
        }
        done.lock().unwrap_or_else(PoisonError::into_inner).append(&mut own);
    };
    rayon::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|_| work());
        }
    });
    if cancel.is_cancelled() {
        return None;
    }
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_unstable_by_key(|(number, _)| *number);
    Some(done.into_iter().map(|(_, result)| result).collect())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::sync::atomic::AtomicUsize;
    use std::time::Duration;

    use super::*;

    fn squares(threads: Option<usize>) -> Option<Vec<usize>> {
        map((0..100).collect(), threads, &Cancel::new(), || (), |(), i| i * i)
    }

    #[test]
    fn results_come_in_task_order_for_any_number_of_threads() {
        let expected: Vec<usize> = (0..100).map(|i| i * i).collect();
        for threads in [None, Some(0), Some(1), Some(2), Some(5)] {
            assert_eq!(squares(threads).as_ref(), Some(&expected), "{threads:?}");
        }
        assert_eq!(map(Vec::<u8>::new(), None, &Cancel::new(), || (), |(), i| i), Some(Vec::new()));
    }

    #[test]
    fn a_single_task_and_a_single_thread_stay_on_the_calling_thread() {
        let here = std::thread::current().id();
        let place = |(): &mut (), _| std::thread::current().id();
        assert_eq!(map(vec![1], Some(2), &Cancel::new(), || (), place), Some(vec![here]));
        assert_eq!(map(vec![1, 2], Some(1), &Cancel::new(), || (), place), Some(vec![here; 2]));
        let away = map(vec![1, 2], Some(2), &Cancel::new(), || (), place).unwrap();
        assert!(!away.contains(&here));
    }

    #[test]
    fn a_workspace_is_made_once_per_worker() {
        let made = AtomicUsize::new(0);
        let workspace = || made.fetch_add(1, Ordering::Relaxed);
        let tasks = (0..50).collect();
        map(tasks, Some(3), &Cancel::new(), workspace, |_, _: i32| {
            std::thread::sleep(Duration::from_micros(200));
        });
        assert!((1..=3).contains(&made.load(Ordering::Relaxed)));
    }

    #[test]
    fn nothing_comes_back_from_a_cancelled_map() {
        for threads in [Some(1), Some(2)] {
            let (cancel, ran) = (Cancel::new(), AtomicUsize::new(0));
            let result = map(
                (0..1000).collect(),
                threads,
                &cancel,
                || (),
                |(), i: i32| {
                    ran.fetch_add(1, Ordering::Relaxed);
                    if i == 5 {
                        cancel.cancel();
                    }
                },
            );
            assert_eq!(result, None);
            assert!(ran.load(Ordering::Relaxed) < 1000);
            assert_eq!(map(vec![1, 2], threads, &cancel, || (), |(), i: i32| i), None);
        }
    }

    #[test]
    fn nested_maps_end() {
        let sums = map(
            (0..20_usize).collect(),
            Some(2),
            &Cancel::new(),
            || (),
            |(), i| map((0..20).collect(), Some(2), &Cancel::new(), || (), |(), j| i * j).map(|r| r.iter().sum()),
        );
        let expected: Vec<Option<usize>> = (0..20).map(|i| Some(i * 190)).collect();
        assert_eq!(sums, Some(expected));
    }

    #[test]
    fn a_panic_reaches_the_caller_and_the_pool_goes_on() {
        let task = |(): &mut (), i: i32| assert_ne!(i, 3, "no threes");
        let caught = std::panic::catch_unwind(|| map((0..8).collect(), Some(2), &Cancel::new(), || (), task));
        assert!(caught.is_err());
        assert!(squares(Some(2)).is_some());
    }

    #[test]
    fn a_poisoned_lock_is_no_obstacle() {
        let poison = std::thread::spawn(|| {
            with_kept(|_| std::panic::resume_unwind(Box::new("poison")));
        });
        assert!(poison.join().is_err());
        assert!(squares(Some(2)).is_some());
    }

    #[test]
    fn a_lock_that_is_never_released_is_no_obstacle() {
        let guard = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
        assert!(squares(Some(2)).is_some());
        drop(guard);
    }

    #[test]
    fn chunks_cover_the_rows() {
        assert!(chunks(0).is_empty());
        assert_eq!(chunks(CHUNK), vec![0..CHUNK]);
        assert_eq!(chunks(CHUNK + 1), vec![0..CHUNK, CHUNK..CHUNK + 1]);
    }

    #[test]
    fn the_argument_comes_first() {
        assert_eq!(thread_count(Some(3)), 3);
        assert_eq!(thread_count(Some(usize::MAX)), MOST_THREADS);
        assert!(thread_count(None) >= 1 && thread_count(Some(0)) == thread_count(None));
    }
}
