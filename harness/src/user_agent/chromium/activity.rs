//! When a page is finished: what a tab is about, told by events.

use std::collections::BTreeSet;

/// What goes on in a tab.
///
/// A page is at rest when the document has come that was asked for last, when it has loaded, and when nothing that it asked
/// for is unanswered.
#[derive(Clone, Debug, Default)]
pub(super) struct Activity {
    /// The document that was asked for, until it comes.
    coming: Option<String>,
    /// The document that is shown.
    shown: String,
    /// The document that has loaded last.
    loaded: String,
    /// The requests that wait for an answer.
    open: BTreeSet<String>,
    /// How often a document was asked for.
    asked: u64,
    /// How often anything happened.
    version: u64,
}

impl Activity {
    /// A document was asked for, or the next one in a chain of redirects.
    pub(super) fn asked_for(&mut self, loader: &str) {
        if self.coming.as_deref() != Some(loader) {
            self.asked += 1;
        }
        self.coming = Some(loader.to_owned());
        self.version += 1;
    }

    /// A request waits for its answer.
    pub(super) fn opened(&mut self, request: &str) {
        self.open.insert(request.to_owned());
        self.version += 1;
    }

    /// It waits no more.
    pub(super) fn closed(&mut self, request: &str) {
        self.open.remove(request);
        self.version += 1;
    }

    /// Another document is shown.
    pub(super) fn committed(&mut self, loader: &str) {
        if self.coming.as_deref() == Some(loader) {
            self.coming = None;
        }
        loader.clone_into(&mut self.shown);
        self.version += 1;
    }

    /// A document has loaded, with all that it consists of.
    pub(super) fn loaded(&mut self, loader: &str) {
        if self.shown == loader {
            loader.clone_into(&mut self.loaded);
            self.version += 1;
        }
    }

    /// The browser shows an error of its own, and nothing comes any more.
    pub(super) fn gave_up(&mut self, loader: &str) {
        self.coming = None;
        self.committed(loader);
        self.loaded(loader);
    }

    /// The document that was asked for does not come: what was shown stays.
    pub(super) fn stays(&mut self, loader: &str) -> bool {
        let so = self.coming.as_deref() == Some(loader);
        if so {
            self.coming = None;
            self.version += 1;
        }
        so
    }

    /// Whether the page is at rest just now.
    pub(super) fn is_at_rest(&self) -> bool {
        self.is_here() && self.open.is_empty()
    }

    /// Whether the document has come that was asked for last, and has loaded.
    pub(super) fn is_here(&self) -> bool {
        self.coming.is_none() && self.shown == self.loaded
    }

    /// How often a document was asked for.
    pub(super) const fn asked(&self) -> u64 {
        self.asked
    }

    /// How often anything happened.
    pub(super) const fn version(&self) -> u64 {
        self.version
    }
}

#[cfg(test)]
mod tests {
    use super::Activity;

    #[test]
    fn a_new_tab_is_at_rest() {
        assert!(Activity::default().is_at_rest());
    }

    #[test]
    fn a_page_is_at_rest_when_it_has_come_and_loaded_and_all_is_answered() {
        let mut tab = Activity::default();
        tab.asked_for("A");
        tab.opened("1");
        tab.closed("1");
        assert!(!tab.is_at_rest(), "it was answered, and is not shown yet");
        tab.committed("A");
        assert!(!tab.is_at_rest(), "it is shown, and has not loaded");
        tab.opened("2");
        tab.loaded("A");
        assert!(tab.is_here() && !tab.is_at_rest(), "something that it asked for is unanswered");
        tab.closed("2");
        assert!(tab.is_at_rest());
    }

    #[test]
    fn the_old_page_that_loads_late_is_not_the_new_one() {
        let mut tab = Activity::default();
        tab.asked_for("A");
        tab.committed("A");
        tab.asked_for("B");
        tab.loaded("A");
        assert!(!tab.is_at_rest());
        tab.committed("B");
        assert!(!tab.is_at_rest());
        tab.loaded("B");
        assert!(tab.is_at_rest());
    }

    #[test]
    fn what_had_loaded_before_anybody_looked_does_not_count() {
        let mut tab = Activity::default();
        tab.loaded("about:blank");
        assert!(tab.is_at_rest());
    }

    #[test]
    fn an_error_of_the_browser_is_the_end() {
        let mut tab = Activity::default();
        tab.asked_for("A");
        tab.gave_up("error");
        assert!(tab.is_at_rest());
    }

    #[test]
    fn a_document_that_does_not_come_leaves_the_old_one() {
        let mut tab = Activity::default();
        tab.asked_for("A");
        assert!(!tab.stays("B"), "that is another one");
        assert!(tab.stays("A"));
        assert!(tab.is_at_rest());
    }

    #[test]
    fn redirects_are_one_question() {
        let mut tab = Activity::default();
        tab.asked_for("A");
        tab.asked_for("A");
        tab.asked_for("B");
        assert_eq!(tab.asked(), 2);
    }
}
