//! A map whose entries leave by themselves.

use std::borrow::Borrow;
use std::collections::{BTreeMap, BTreeSet};

use crate::protocol::Timestamp;

/// A map with an end for each entry, and the order in which they end.
#[derive(Debug)]
pub(super) struct Expiring<K, V> {
    entries: BTreeMap<K, (Timestamp, V)>,
    ends: BTreeSet<(Timestamp, K)>,
}

impl<K, V> Default for Expiring<K, V> {
    fn default() -> Self {
        Self { entries: BTreeMap::new(), ends: BTreeSet::new() }
    }
}

impl<K: Ord + Clone, V> Expiring<K, V> {
    /// Takes out what ended. Costs nothing when nothing did.
    pub(super) fn forget(&mut self, now: Timestamp) {
        while self.ends.first().is_some_and(|(end, _)| *end <= now) {
            if let Some((_, key)) = self.ends.pop_first() {
                self.entries.remove(&key);
            }
        }
    }

    pub(super) fn insert(&mut self, key: K, value: V, end: Timestamp) {
        if let Some((old, _)) = self.entries.insert(key.clone(), (end, value)) {
            self.ends.remove(&(old, key.clone()));
        }
        self.ends.insert((end, key));
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
        let (key, (end, value)) = self.entries.remove_entry(key)?;
        self.ends.remove(&(end, key));
        Some(value)
    }

    /// Takes out every entry whose value is meant.
    pub(super) fn remove_where(&mut self, meant: impl Fn(&V) -> bool) {
        let ends = &mut self.ends;
        self.entries.retain(|key, (end, value)| {
            let goes = meant(value);
            if goes {
                ends.remove(&(*end, key.clone()));
            }
            !goes
        });
    }

    /// Moves the end of an entry to a later time.
    pub(super) fn prolong<Q: Ord + ?Sized>(&mut self, key: &Q, end: Timestamp)
    where
        K: Borrow<Q>,
    {
        if let Some((key, (old, value))) = self.entries.remove_entry(key) {
            self.ends.remove(&(old, key.clone()));
            self.insert(key, value, end.max(old));
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
