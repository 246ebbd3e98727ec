//! Reports beside the output: `--report KIND=PATH`, the files behind it, and telling all of them what happens.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf, absolute};

use mock_idp::source::did_you_mean;

/// Reads `KIND=PATH`. Whether there has to be a path is for the kind to say.
pub(super) fn kind_and_path<K: Copy>(
    text: &str,
    kinds: &[(&str, K)],
    needs_path: impl Fn(K) -> bool,
) -> Result<(K, Option<PathBuf>), String> {
    let (name, path) = text.split_once('=').map_or((text, ""), |(name, path)| (name, path));
    let Some((_, kind)) = kinds.iter().find(|(known, _)| *known == name) else {
        let names = || kinds.iter().map(|(name, _)| *name);
        let question = did_you_mean(name, names()).map(|question| format!("{question} ")).unwrap_or_default();
        return Err(format!("{question}kinds are {}", names().collect::<Vec<_>>().join(", ")));
    };
    if path.is_empty() && needs_path(*kind) {
        return Err(format!("expected `{name}=PATH`, for example `{name}=target/harness/report`"));
    }
    Ok((*kind, (!path.is_empty()).then(|| PathBuf::from(path))))
}

/// Why these reports cannot be written beside each other: the second would overwrite the first.
pub(super) fn same_path<'p>(paths: impl IntoIterator<Item = &'p Path>) -> Option<String> {
    let mut seen: Vec<PathBuf> = Vec::new();
    for path in paths {
        let whole = absolute(path).unwrap_or_else(|_| path.to_owned());
        if seen.contains(&whole) {
            return Some(format!("two reports cannot both be written to `{}`", path.display()));
        }
        seen.push(whole);
    }
    None
}

/// Opens a file for a report, and makes the folders that lead to it.
pub(super) fn create(path: &Path, append: bool) -> Result<BufWriter<File>, (PathBuf, io::Error)> {
    let open = || {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        OpenOptions::new().create(true).write(true).append(append).truncate(!append).open(path)
    };
    open().map(BufWriter::new).map_err(|error| (path.to_owned(), error))
}

/// The reports of a run, and where each goes.
#[derive(Debug)]
pub(super) struct Targets<R> {
    all: Vec<Target<R>>,
}

#[derive(Debug)]
struct Target<R> {
    report: R,
    sink: Sink,
    /// What went wrong; nothing more is written after that.
    failed: Option<io::Error>,
}

/// Where a report goes.
#[derive(Debug)]
pub(super) enum Sink {
    /// To the output.
    Out,
    /// To a file.
    File(BufWriter<File>),
}

impl<R> Default for Targets<R> {
    fn default() -> Self {
        Self { all: Vec::new() }
    }
}

impl<R: fmt::Debug> Targets<R> {
    /// One more.
    pub(super) fn add(&mut self, report: R, sink: Sink) {
        self.all.push(Target { report, sink, failed: None });
    }

    /// Tells all of them. One that cannot be written to does not keep the others from it.
    pub(super) fn tell(
        &mut self,
        out: &mut dyn Write,
        tell: impl Fn(&mut R, &mut dyn Write) -> io::Result<()>,
    ) {
        for target in self.all.iter_mut().filter(|target| target.failed.is_none()) {
            let told = match &mut target.sink {
                Sink::Out => tell(&mut target.report, out),
                Sink::File(file) => tell(&mut target.report, file),
            };
            target.failed = told.err();
        }
    }

    /// Everything has been told.
    ///
    /// # Errors
    ///
    /// The first that could not be written.
    pub(super) fn finish(self) -> io::Result<()> {
        self.all.into_iter().try_for_each(|target| match (target.failed, target.sink) {
            (Some(error), _) => Err(error),
            (None, Sink::Out) => Ok(()),
            (None, Sink::File(mut file)) => file.flush(),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use rstest::rstest;

    use super::{kind_and_path, same_path};

    const KINDS: &[(&str, bool)] = &[("junit", true), ("sarif", true), ("html", true), ("github", false)];

    #[rstest]
    #[case::no_such_kind("junti=a.xml", "did you mean `junit`? kinds are junit, sarif")]
    #[case::no_path("sarif", "expected `sarif=PATH`")]
    #[case::an_empty_path("html=", "expected `html=PATH`")]
    fn a_report_needs_a_kind_and_a_path(#[case] text: &str, #[case] reason: &str) {
        let error = kind_and_path(text, KINDS, |needs| needs).unwrap_err();
        assert!(error.starts_with(reason), "{error}");
    }

    #[rstest]
    #[case::with_a_sign_in_the_path("junit=a=b.xml", Some("a=b.xml"))]
    #[case::on_the_output("github", None)]
    fn a_path_is_what_follows_the_first_sign(#[case] text: &str, #[case] path: Option<&str>) {
        let (_, read) = kind_and_path(text, KINDS, |needs| needs).unwrap();
        assert_eq!(read.as_deref(), path.map(Path::new));
    }

    #[rstest]
    #[case::one_path_twice(&["a.xml", "b.html", "./a.xml"], Some("two reports cannot both be written to `./a.xml`"))]
    #[case::different_paths(&["a.xml", "a.html"], None)]
    fn two_reports_need_two_paths(#[case] paths: &[&str], #[case] mistake: Option<&str>) {
        assert_eq!(same_path(paths.iter().map(Path::new)).as_deref(), mistake);
    }
}
