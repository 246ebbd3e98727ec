//! Work in parallel, told of in order.

use std::collections::BTreeMap;
use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

/// Does some work on each item, so many at once, and hands the results on in the order of the items until `take` says to
/// stop.
///
/// # Errors
///
/// When a worker cannot be set up, or breaks off.
pub(super) fn in_parallel<I: Sync, R: Send>(
    jobs: usize,
    items: &[I],
    work: impl AsyncFn(&I) -> R + Sync,
    take: &mut dyn FnMut(R) -> bool,
) -> io::Result<()> {
    let (next, stop) = (AtomicUsize::new(0), AtomicBool::new(false));
    let (sender, receiver) = mpsc::channel();
    thread::scope(|scope| {
        let mut workers = Vec::new();
        for _ in 0..jobs.min(items.len()).max(1) {
            let (sender, next, stop, work) = (sender.clone(), &next, &stop, &work);
            workers.push(scope.spawn(move || -> io::Result<()> {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
                while !stop.load(Ordering::Relaxed) {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(item) = items.get(index) else { break };
                    // The other end is gone only when nothing more is wanted.
                    if sender.send((index, runtime.block_on(work(item)))).is_err() {
                        break;
                    }
                }
                Ok(())
            }));
        }
        drop(sender);
        let mut waiting = BTreeMap::new();
        let mut due = 0;
        'results: for (index, result) in receiver {
            waiting.insert(index, result);
            while let Some(result) = waiting.remove(&due) {
                due += 1;
                if !take(result) {
                    stop.store(true, Ordering::Relaxed);
                    break 'results;
                }
            }
        }
        workers.into_iter().try_for_each(|worker| {
            worker.join().unwrap_or_else(|_| Err(io::Error::other("a case broke off the run")))
        })
    })
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::in_parallel;

    #[rstest]
    #[case::alone(1)]
    #[case::together(4)]
    fn results_come_in_the_order_of_the_items(#[case] jobs: usize) {
        let items: Vec<usize> = (0..50).collect();
        let mut seen = Vec::new();
        let done = in_parallel(jobs, &items, async |item: &usize| item * 2, &mut |result| {
            seen.push(result);
            true
        });
        done.unwrap();
        assert_eq!(seen, items.iter().map(|item| item * 2).collect::<Vec<_>>());
    }

    #[test]
    fn nothing_is_taken_after_enough() {
        let mut seen = 0;
        in_parallel(2, &[1, 2, 3, 4], async |item: &i32| *item, &mut |_| {
            seen += 1;
            seen < 2
        })
        .unwrap();
        assert_eq!(seen, 2);
    }
}
