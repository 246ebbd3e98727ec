//! `harness preview --batch`: reads users, has all cores decide about them, and writes in the order of the file.
//!
//! Rows travel in chunks: this thread reads, workers decide, one thread writes. A fixed number of chunks is on the way at
//! any time, so memory does not grow with the file.

mod users;

use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread;

use clap::Args;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::json;

use crate::cli::{COULD_NOT_RUN, INVALID, OK};
use crate::preview::Rehearsal;
use crate::preview::batch::{Aligned, Broken, Desk, Order, Row, Seen, Tally, no_claims, tell_tally};
use users::Users;

/// Rows that one worker takes at a time.
const CHUNK: usize = 256;
/// Chunks on the way for each worker.
const WINDOW: usize = 4;

/// Whole directories of users.
#[derive(Debug, Args)]
#[command(next_help_heading = "Whole directories")]
pub(super) struct Batch {
    /// Users, one sign-in each against the given state: JSON lines of claims, or CSV with a header (`*.csv`; a column
    /// `groups[]` is a list separated by `;`, one named `/a/b` lies at that pointer). `-` is standard input. `--compare` is
    /// then a second such file, in the same order by `sub`
    #[arg(id = "batch", long = "batch", value_name = "FILE", conflicts_with_all = ["claims", "access_token", "userinfo", "input", "sample", "all", "why", "why_not", "what_if", "mutate", "require", "explain"])]
    pub(super) users: Option<PathBuf>,
    /// Compare with the same users under another configuration
    #[arg(long, value_name = "FILE", requires = "batch", conflicts_with = "compare")]
    pub(super) compare_config: Option<PathBuf>,
    /// Compare with the same users at another stored state
    #[arg(long, value_name = "FILE", requires = "batch", conflicts_with = "compare")]
    pub(super) compare_state: Option<PathBuf>,
    /// Threads that decide [default: one for each core]
    #[arg(short, long, value_name = "N", requires = "batch")]
    jobs: Option<NonZero<usize>>,
}

/// Where the results go.
pub(super) struct Results<'a> {
    pub(super) out: &'a mut (dyn Write + Send),
    pub(super) err: &'a mut (dyn Write + Send),
    pub(super) as_json: bool,
    /// Whether a bar is wanted.
    pub(super) bar: bool,
}

/// What decides about the users, and what it is compared with.
pub(super) struct Sides<'r> {
    pub(super) first: &'r Rehearsal<'r>,
    /// The other configuration or state.
    pub(super) second: Option<&'r Rehearsal<'r>>,
    /// The other file.
    pub(super) other_file: Option<&'r Path>,
}

/// Rows, and their place in the file.
struct Chunk {
    index: usize,
    rows: Vec<Aligned>,
    /// How many bytes of the file have been read.
    read: u64,
}

/// What became of a chunk: the lines to print, and the counts.
struct Done {
    index: usize,
    lines: String,
    mistakes: String,
    tally: Tally,
    read: u64,
}

/// Why reading ended early.
enum Stopped {
    Broken(Broken),
    Input(io::Error),
}

impl Batch {
    /// Decides about every user of the file.
    pub(super) fn run(
        &self,
        path: &Path,
        sides: &Sides<'_>,
        stdin: &mut dyn Read,
        results: Results<'_>,
    ) -> io::Result<u8> {
        let mut nothing = io::empty();
        let mut files = Vec::new();
        for (path, stdin) in [(Some(path), stdin), (sides.other_file, &mut nothing)]
            .into_iter()
            .filter_map(|(path, stdin)| Some((path?, stdin)))
        {
            match Users::open(path, stdin) {
                Ok(users) => files.push(users),
                Err(error) => {
                    writeln!(results.err, "error: cannot read `{}`: {error}", path.display())?;
                    return Ok(COULD_NOT_RUN);
                }
            }
        }
        let workers = self.jobs.or_else(|| thread::available_parallelism().ok()).map_or(1, NonZero::get);
        let bar = progress(results.bar, files.first().and_then(Users::length));
        let (to_workers, chunks) = channel::<Chunk>();
        let (to_writer, done) = channel::<Done>();
        // A ticket for each chunk on the way is what bounds both queues.
        let (take, tickets) = sync_channel::<()>(workers * WINDOW);
        let chunks = Mutex::new(chunks);
        thread::scope(|scope| {
            for _ in 0..workers {
                let (chunks, to_writer) = (&chunks, to_writer.clone());
                let told = Told { files: [path, sides.other_file.unwrap_or(path)], as_json: results.as_json };
                scope.spawn(move || work(sides, told, chunks, &to_writer));
            }
            drop(to_writer);
            let writer = scope.spawn(move || Writer { results, bar, tickets }.write(sides, &done));
            let stopped = send(&mut files, &to_workers, &take).err();
            drop(to_workers);
            let (code, results) =
                writer.join().unwrap_or_else(|_| Err(io::Error::other("writing ended early")))?;
            match stopped {
                None => Ok(code),
                Some(Stopped::Input(error)) => Err(error),
                Some(Stopped::Broken(Broken { in_second, line, why })) => {
                    let file = if in_second { sides.other_file.unwrap_or(path) } else { path };
                    writeln!(results.err, "error: {}:{line}: {why}", file.display())?;
                    writeln!(
                        results.err,
                        "  two files are compared in one order by `sub`; sort both by it, byte by byte"
                    )?;
                    Ok(INVALID)
                }
            }
        })
    }
}

/// How users are told of: under the name of the file that they are in.
#[derive(Clone, Copy)]
struct Told<'p> {
    /// The file, and that which it is compared with.
    files: [&'p Path; 2],
    as_json: bool,
}

impl Told<'_> {
    fn mistake(self, in_second: bool, line: u64, why: &str) -> String {
        let [first, second] = self.files;
        let file = if in_second { second } else { first };
        let name = if file == Path::new("-") { "stdin".into() } else { file.to_string_lossy() };
        format!("error: {name}:{line}: {why}\n")
    }
}

/// Reads rows into chunks until there are no more, or nobody wants them.
fn send(files: &mut [Users<'_>], to_workers: &Sender<Chunk>, take: &SyncSender<()>) -> Result<(), Stopped> {
    let mut order = Order::default();
    for index in 0.. {
        let rows: Vec<Aligned> = match files {
            [users] => users.by_ref().take(CHUNK).map(Aligned::Left).collect(),
            [first, second] => pairs(&mut order, first, second)?,
            _ => Vec::new(),
        };
        if let Some(error) = files.iter_mut().find_map(Users::error) {
            return Err(Stopped::Input(error));
        }
        let read = files.first().map_or(0, Users::read_so_far);
        let last = rows.is_empty();
        if last || take.send(()).is_err() || to_workers.send(Chunk { index, rows, read }).is_err() {
            break;
        }
    }
    Ok(())
}

fn pairs(order: &mut Order, first: &mut Users<'_>, second: &mut Users<'_>) -> Result<Vec<Aligned>, Stopped> {
    let mut rows = Vec::new();
    while rows.len() < CHUNK {
        match order.next(first, second).map_err(Stopped::Broken)? {
            Some(aligned) => rows.push(aligned),
            None => break,
        }
    }
    Ok(rows)
}

/// Decides about chunks until there are no more.
fn work(sides: &Sides<'_>, told: Told<'_>, chunks: &Mutex<Receiver<Chunk>>, to_writer: &Sender<Done>) {
    let first = Desk::of(sides.first);
    let second = sides.second.map(Desk::of);
    loop {
        let chunk = chunks.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(Chunk { index, rows, read }) = chunk else { return };
        let mut done =
            Done { index, lines: String::new(), mistakes: String::new(), tally: Tally::default(), read };
        for row in rows {
            done.take(row, (&first, second.as_ref()), told, sides.other_file.is_some());
        }
        if to_writer.send(done).is_err() {
            return;
        }
    }
}

impl Done {
    /// Decides about one user, or about one on two sides.
    fn take(
        &mut self,
        row: Aligned,
        (desk, other): (&Desk<'_>, Option<&Desk<'_>>),
        told: Told<'_>,
        two_files: bool,
    ) {
        let joined = matches!(row, Aligned::Joined(_));
        let (row, change, later) = match row {
            Aligned::Both(row, later) => (row, None, Some(later)),
            Aligned::Left(row) => (row, two_files.then_some("left"), None),
            Aligned::Joined(row) => (row, Some("joined"), None),
            Aligned::Unreadable { in_second, line, why } => {
                self.tally.unreadable += 1;
                self.mistakes.push_str(&told.mistake(in_second, line, &why));
                return;
            }
        };
        let line = row.line;
        let decided = |row: Row, in_second| {
            let line = row.line;
            let decided = row
                .claims()
                .and_then(|claims| Ok((desk.decide(claims.clone()).ok_or_else(no_claims)?, claims)));
            decided.map_err(|why| told.mistake(in_second, line, &why))
        };
        let seen = decided(row, joined).and_then(|(before, claims)| {
            let after = match later {
                Some(later) => Some(decided(later, true)?.0),
                None => other.and_then(|other| other.decide(claims)),
            };
            Ok(Seen::of(before, after.as_ref()))
        });
        match seen {
            Err(mistake) => {
                self.tally.unreadable += 1;
                self.mistakes.push_str(&mistake);
            }
            Ok(seen) => {
                self.tally.add(&seen);
                if let Some(change) = change {
                    self.tally.add_change(change);
                }
                for (event, detail) in events(&seen, change) {
                    self.lines.push_str(&self::told(told.as_json, line, (event, &seen.who, &detail)));
                }
            }
        }
    }
}

/// What is worth a line about a user.
fn events(seen: &Seen, change: Option<&'static str>) -> Vec<(&'static str, String)> {
    let mut events = Vec::new();
    let compared = seen.difference.is_some() || change.is_some();
    if let Some(difference) = seen.difference.as_ref().filter(|difference| !difference.is_nothing()) {
        events.push(("changed", difference.to_string()));
    }
    events.extend(change.map(|change| (change, String::new())));
    if compared {
        return events;
    }
    if let Some(grant) = seen.administers() {
        events.push(("administrator", format!("{} {}", grant.target, grant.level)));
    }
    if let Some(reason) = &seen.reason {
        events.push(("locked out", reason.clone()));
    }
    events
}

fn told(as_json: bool, line: u64, (event, who, detail): (&str, &str, &str)) -> String {
    if as_json {
        let event = event.replace(' ', "_");
        return format!("{}\n", json!({ "event": event, "line": line, "who": who, "detail": detail }));
    }
    format!("{event:13}  line {line:<8} {who}   {detail}").trim_end().to_owned() + "\n"
}

/// Writes what workers have done, in the order of the file.
struct Writer<'a> {
    results: Results<'a>,
    bar: ProgressBar,
    tickets: Receiver<()>,
}

impl<'a> Writer<'a> {
    fn write(self, sides: &Sides<'_>, done: &Receiver<Done>) -> io::Result<(u8, Results<'a>)> {
        let Self { results, bar, tickets } = self;
        let mut waiting: BTreeMap<usize, Done> = BTreeMap::new();
        let mut tally = Tally::default();
        let mut next = 0;
        for finished in done {
            waiting.insert(finished.index, finished);
            while let Some(ready) = waiting.remove(&next) {
                next += 1;
                results.out.write_all(ready.lines.as_bytes())?;
                results.err.write_all(ready.mistakes.as_bytes())?;
                tally.merge(ready.tally);
                bar.set_position(ready.read);
                // Nobody waits for the ticket when reading has ended.
                let _ = tickets.recv();
            }
        }
        bar.finish_and_clear();
        let title = sides.first.kind().title();
        if results.as_json {
            writeln!(
                results.out,
                "{}",
                json!({ "event": "summary", "product": sides.first.kind().name(), "tally": tally })
            )?;
        } else {
            write!(results.out, "{}", tell_tally(title, &tally))?;
        }
        Ok((if tally.unreadable > 0 { INVALID } else { OK }, results))
    }
}

/// How far the file has been read, on a terminal.
fn progress(shown: bool, length: Option<u64>) -> ProgressBar {
    let target = if shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    let bar = ProgressBar::with_draw_target(length, target);
    if let Ok(style) = ProgressStyle::with_template("{bytes}/{total_bytes} {wide_bar:.dim} {eta}") {
        bar.set_style(style);
    }
    bar
}
