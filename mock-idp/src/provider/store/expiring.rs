//! A map whose entries leave by themselves.

use std::borrow::Borrow;
use std::collections::BTreeMap;

use crate::protocol::Timestamp;

/// How many entries there are at the most. Where the clock stands still nothing ends, and the memory must not fill all the
/// same: the one that ends first makes room, and of those that end together the one that came first.
const MOST: usize = 200_000;

/// When an entry ends, and its place in the order of arrival.
type End = (Timestamp, u64);

/// A map with an end for each entry, and the order in which they end.
#[derive(Debug)]
pub(super) struct Expiring<K, V> {
    entries: BTreeMap<K, (End, V)>,
    ends: BTreeMap<End, K>,
    arrived: u64,
}

impl<K, V> Default for Expiring<K, V> {
    fn default() -> Self {
        Self { entries: BTreeMap::new(), ends: BTreeMap::new(), arrived: 0 }
    }
}

impl<K: Ord + Clone, V> Expiring<K, V> {
    /// Takes out what ended. Costs nothing when nothing did.
    pub(super) fn forget(&mut self, now: Timestamp) {
        while self.ends.first_key_value().is_some_and(|((end, _), _)| *end <= now) {
            self.forget_first();
        }
    }

    fn forget_first(&mut self) {
        if let Some((_, key)) = self.ends.pop_first() {
            self.entries.remove(&key);
        }
    }

    pub(super) fn insert(&mut self, key: K, value: V, end: Timestamp) {
        self.arrived += 1;
        let end = (end, self.arrived);
        if let Some((old, _)) = self.entries.insert(key.clone(), (end, value)) {
            self.ends.remove(&old);
        } else if self.ends.len() >= MOST {
            self.forget_first();
        }
        self.ends.insert(end, key);
    }

    pub(super) fn value<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.entries.get(key).map(|(_, value)| value)
    }

    pub(super) fn value_mut<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
    {
        self.entries.get_mut(key).map(|(_, value)| value)
    }

    pub(super) fn remove<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        let (end, value) = self.entries.remove(key)?;
        self.ends.remove(&end);
        Some(value)
    }

    /// Takes out every entry whose value is meant.
    pub(super) fn remove_where(&mut self, meant: impl Fn(&V) -> bool) {
        let ends = &mut self.ends;
        self.entries.retain(|_, (end, value)| {
            let goes = meant(value);
            if goes {
                ends.remove(end);
            }
            !goes
        });
    }

    /// Moves the end of an entry to a later time.
    pub(super) fn prolong<Q: Ord + ?Sized>(&mut self, key: &Q, end: Timestamp)
    where
        K: Borrow<Q>,
    {
        if let Some((old, _)) = self.entries.get_mut(key)
            && let Some(key) = self.ends.remove(old)
        {
            old.0 = old.0.max(end);
            self.ends.insert(*old, key);
        }
    }

    pub(super) fn values_mut(&mut self) -> impl Iterator<Item = &mut V> {
        self.entries.values_mut().map(|(_, value)| value)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.entries.iter().map(|(key, (_, value))| (key, value))
    }

    pub(super) fn len(&self) -> usize {
        debug_assert_eq!(self.entries.len(), self.ends.len());
        self.entries.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(entries: impl IntoIterator<Item = (u64, i64)>) -> Expiring<u64, ()> {
        let mut map = Expiring::default();
        entries.into_iter().for_each(|(key, end)| map.insert(key, (), Timestamp(end)));
        map
    }

    #[test]
    fn under_a_clock_that_stands_still_the_oldest_makes_room() {
        // the keys fall, so that their order is not that of arrival
        let map = with((0..=MOST as u64).rev().map(|key| (key, 60)));
        let kept = |key: u64| map.value(&key).is_some();
        assert_eq!((map.len(), kept(MOST as u64), kept(MOST as u64 - 1), kept(0)), (MOST, false, true, true));
    }

    #[test]
    fn what_ends_first_makes_room_and_not_what_is_kept_longer() {
        let mut map = with((0..MOST as u64).map(|key| (key, if key == 7 { 60 } else { 3_600 })));
        map.prolong(&0, Timestamp(30));
        map.insert(MOST as u64, (), Timestamp(10));
        assert_eq!((map.len(), map.value(&7), map.value(&0)), (MOST, None, Some(&())));
    }

    #[test]
    fn an_entry_that_is_put_again_takes_no_second_place() {
        let mut map = with([(1, 60), (2, 60), (1, 120)]);
        map.forget(Timestamp(60));
        assert_eq!((map.len(), map.value(&1), map.value(&2)), (1, Some(&()), None));
    }
}
