//! One snapshot after the other, a key each.

use std::io::{self, Write};

use super::{left, showing};
use crate::cli::{ColorWhen, INTERRUPTED, Io};
use crate::scenario::review::Waiting;

/// Lines around a difference.
const AROUND: usize = 3;
/// More than any snapshot has.
const WHOLE: usize = 1_000_000;

/// What a key asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wish {
    Accept,
    Reject,
    Skip,
    Whole,
    More,
}

/// What becomes of the rest without another question.
#[derive(Clone, Copy, Debug, Default)]
struct Rest {
    /// Of what gives nobody more than before.
    calm: Option<Wish>,
    /// Of all others. Never accepting.
    raising: Option<Wish>,
}

/// Asks about each; those that give somebody more than before come last.
pub(super) fn ask(all: &[Waiting], color: ColorWhen, io: &mut Io<'_>) -> io::Result<u8> {
    let (mut accepted, mut rejected, mut skipped) = (0, 0, 0);
    let mut rest = Rest::default();
    for (index, waiting) in all.iter().enumerate() {
        let raises = waiting.delta.may_raise();
        let settled = if raises { rest.raising } else { rest.calm };
        let wish = match settled {
            Some(wish) => wish,
            None => match question(waiting, (index + 1, all.len()), color, io) {
                Ok((wish, for_all)) => {
                    if for_all {
                        rest.calm = Some(wish);
                        // What gives somebody more is accepted one by one.
                        rest.raising = (wish != Wish::Accept).then_some(wish);
                    }
                    wish
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => return Ok(INTERRUPTED),
                Err(error) => return Err(error),
            },
        };
        match wish {
            Wish::Accept => {
                waiting.accept()?;
                accepted += 1;
            }
            Wish::Reject => {
                waiting.reject()?;
                rejected += 1;
            }
            Wish::Skip | Wish::Whole | Wish::More => skipped += 1,
        }
    }
    writeln!(io.out, "{accepted} accepted, {rejected} rejected, {skipped} left")?;
    Ok(left(skipped))
}

/// Shows one and waits for a key that settles it; says whether the key settles all that are left.
fn question(
    waiting: &Waiting,
    (number, count): (usize, usize),
    color: ColorWhen,
    io: &mut Io<'_>,
) -> io::Result<(Wish, bool)> {
    let raises = waiting.delta.may_raise();
    {
        let mut out = io.out(color);
        writeln!(out, "\n{number} of {count}")?;
        if raises {
            writeln!(
                out,
                "somebody may do more than before, or it cannot be told: this is asked for by itself"
            )?;
        }
        showing::one(waiting, AROUND, &mut out)?;
    }
    loop {
        let all = if raises { "R S all" } else { "A R S all" };
        write!(io.out, "\na accept  r reject  s skip  d whole text  i more  {all} that are left: ")?;
        io.out.flush()?;
        let key = match io.keys.as_mut() {
            Some(keys) => keys()?,
            None => 's',
        };
        writeln!(io.out, "{key}")?;
        match wish(key, raises) {
            Some((Wish::Whole, _)) => showing::one(waiting, WHOLE, &mut io.out(color))?,
            Some((Wish::More, _)) => showing::more(waiting, &mut io.out(color))?,
            Some(settled) => return Ok(settled),
            None => {}
        }
    }
}

fn wish(key: char, raises: bool) -> Option<(Wish, bool)> {
    match key {
        'a' => Some((Wish::Accept, false)),
        'A' if !raises => Some((Wish::Accept, true)),
        'r' => Some((Wish::Reject, false)),
        'R' => Some((Wish::Reject, true)),
        's' => Some((Wish::Skip, false)),
        'S' | 'q' => Some((Wish::Skip, true)),
        'd' => Some((Wish::Whole, false)),
        'i' => Some((Wish::More, false)),
        _ => None,
    }
}
