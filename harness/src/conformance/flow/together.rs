//! Several things at once, in one task.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;

/// Does all of it side by side; gives what came of each, in the order of the list.
pub(super) async fn together<T>(work: impl IntoIterator<Item = impl Future<Output = T>>) -> Vec<T> {
    let mut under_way: Vec<(Pin<Box<_>>, Option<T>)> =
        work.into_iter().map(|work| (Box::pin(work), None)).collect();
    poll_fn(|task| {
        for (work, done) in under_way.iter_mut().filter(|(_, done)| done.is_none()) {
            if let Poll::Ready(result) = work.as_mut().poll(task) {
                *done = Some(result);
            }
        }
        if under_way.iter().all(|(_, done)| done.is_some()) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    under_way.into_iter().filter_map(|(_, done)| done).collect()
}

#[cfg(test)]
mod tests {
    use super::together;

    #[tokio::test]
    async fn each_goes_on_while_the_others_wait() {
        let order = std::cell::RefCell::new(Vec::new());
        let work = [1, 2].map(|number| {
            let order = &order;
            async move {
                order.borrow_mut().push(number);
                tokio::task::yield_now().await;
                order.borrow_mut().push(number * 10);
                number
            }
        });
        assert_eq!(together(work).await, [1, 2]);
        assert_eq!(order.into_inner(), [1, 2, 10, 20]);
    }
}
