//! A share of the cases, for machines that split the work.

use std::fmt;
use std::num::NonZero;
use std::str::FromStr;

use aws_lc_rs::digest;

use super::event::CaseId;

/// The `index`-th of `count` shares, counted from 1. A case belongs to a share by a hash of its file and name, so that it
/// stays there when others are added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    index: NonZero<u64>,
    count: NonZero<u64>,
}

impl Shard {
    /// Whether the case is in this share.
    pub fn takes(self, id: &CaseId) -> bool {
        let digest = digest::digest(&digest::SHA256, id.key().as_bytes());
        let hash = digest.as_ref().iter().take(8).fold(0_u64, |hash, byte| hash << 8 | u64::from(*byte));
        hash % self.count.get() == self.index.get() - 1
    }
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || "expected `N/M`, for example `1/4` for the first of four shares".to_owned();
        let (index, count) = text.split_once('/').ok_or_else(wrong)?;
        let index: NonZero<u64> = index.parse().map_err(|_| wrong())?;
        let count: NonZero<u64> = count.parse().map_err(|_| wrong())?;
        if index > count {
            return Err(format!("there is no share {index} of {count}; the last is `{count}/{count}`"));
        }
        Ok(Self { index, count })
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}/{}", self.index, self.count)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, proptest};
    use rstest::rstest;

    use super::Shard;
    use crate::scenario::event::CaseId;

    fn id(file: &str, case: &str) -> CaseId {
        let (file, case) = (file.to_owned(), case.to_owned());
        CaseId { file, scenario: "a sentence".to_owned(), case, product: "billrun".to_owned() }
    }

    #[rstest]
    #[case::no_slash("3", "expected `N/M`")]
    #[case::nothing_of_something("0/3", "expected `N/M`")]
    #[case::something_of_nothing("1/0", "expected `N/M`")]
    #[case::more_than_all("4/3", "there is no share 4 of 3")]
    fn a_share_that_does_not_exist_is_refused(#[case] text: &str, #[case] reason: &str) {
        let error = text.parse::<Shard>().unwrap_err();
        assert!(error.starts_with(reason), "{error}");
    }

    #[test]
    fn a_case_keeps_its_share_from_one_run_to_the_next() {
        // The values are part of the promise: another hash would deal all cases anew.
        let shares: Vec<u64> = ["one", "two", "three", "four", "five"]
            .iter()
            .map(|case| {
                let here = |file: &str, shard: u64| {
                    format!("{shard}/3").parse::<Shard>().unwrap().takes(&id(file, case))
                };
                (1..=3).find(|shard| here("scenarios/x.scenario.yaml", *shard)).unwrap()
            })
            .collect();
        insta::assert_compact_json_snapshot!(shares, @"[2, 3, 3, 1, 1]");
    }

    proptest! {
        #[test]
        fn each_case_is_in_exactly_one_share(name in "[a-z]{1,12}", count in 1_u64..20, other in any::<u32>()) {
            let id = id(&format!("{name}.scenario.yaml"), &other.to_string());
            let takes = |index: &u64| format!("{index}/{count}").parse::<Shard>().unwrap().takes(&id);
            assert_eq!((1..=count).filter(takes).count(), 1);
        }
    }
}
