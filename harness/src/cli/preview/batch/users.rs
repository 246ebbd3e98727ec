//! The rows of a file of users, one after the other.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::rc::Rc;

use crate::decision::counted;
use crate::preview::batch::{Row, Written, csv_claims};

/// The longest line that is read: what is longer is no user.
const LONGEST_LINE: u64 = 1 << 20;

/// Users being read.
pub(super) struct Users<'i> {
    form: Form<'i>,
    length: Option<u64>,
    error: Option<io::Error>,
}

enum Form<'i> {
    Lines {
        input: Box<dyn BufRead + 'i>,
        line: u64,
        read: u64,
    },
    Csv {
        reader: Box<csv::Reader<BufReader<Box<dyn Read + 'i>>>>,
        header: csv::StringRecord,
        /// How many lines a record begins below where the reader sees it.
        below: u64,
        marks: Marks,
    },
}

impl<'i> Users<'i> {
    /// Opens a file; `-` is standard input. A name that ends in `.csv` is CSV.
    pub(super) fn open(path: &Path, stdin: &'i mut (dyn Read + 'i)) -> io::Result<Self> {
        let is_stdin = path == Path::new("-");
        let (input, length): (Box<dyn Read + 'i>, _) = if is_stdin {
            (Box::new(stdin), None)
        } else {
            let file = File::open(path)?;
            let length = file.metadata()?.len();
            (Box::new(file), Some(length))
        };
        let form = if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("csv")) {
            let marks = Marks::default();
            let input: Box<dyn Read + 'i> = Box::new(Marked { input, marks: marks.clone() });
            let mut input = BufReader::with_capacity(1 << 16, input);
            // a record ends for the reader at its carriage return, and the next one begins at the line feed
            let ends_in_two = |text: &[u8]| text.split(|byte| *byte == b'\n').next()?.last().copied();
            let below = u64::from(ends_in_two(input.fill_buf()?) == Some(b'\r'));
            let mut reader = Box::new(csv::ReaderBuilder::new().flexible(true).from_reader(input));
            let header = reader.headers().map_err(io::Error::other)?.clone();
            if let Some(twice) = header.iter().find(|name| header.iter().filter(|it| it == name).count() > 1)
            {
                return Err(io::Error::other(format!("the column `{twice}` is there twice")));
            }
            Form::Csv { reader, header, below, marks }
        } else {
            Form::Lines { input: Box::new(BufReader::with_capacity(1 << 16, input)), line: 0, read: 0 }
        };
        Ok(Self { form, length, error: None })
    }

    /// How long the file is.
    pub(super) const fn length(&self) -> Option<u64> {
        self.length
    }

    /// How many bytes have been read.
    pub(super) fn read_so_far(&self) -> u64 {
        match &self.form {
            Form::Lines { read, .. } => *read,
            Form::Csv { reader, .. } => reader.position().byte(),
        }
    }

    /// What went wrong while reading, once.
    pub(super) fn error(&mut self) -> Option<io::Error> {
        self.error.take()
    }

    fn read(&mut self) -> io::Result<Option<Row>> {
        match &mut self.form {
            Form::Lines { input, line, read } => loop {
                let mut text = Vec::new();
                let length = input.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut text)? as u64;
                if length == 0 {
                    return Ok(None);
                }
                *line += 1;
                *read += length;
                if length == LONGEST_LINE && !text.ends_with(b"\n") {
                    let message = format!("line {line} is longer than {LONGEST_LINE} bytes");
                    return Err(io::Error::new(io::ErrorKind::InvalidData, message));
                }
                if !text.trim_ascii().is_empty() {
                    return Ok(Some(Row { line: *line, text: Written::Line(text) }));
                }
            },
            Form::Csv { reader, header, below, marks } => {
                let mut record = csv::StringRecord::new();
                let line = match reader.read_record(&mut record) {
                    Ok(false) => return Ok(None),
                    Ok(true) => record.position().map_or(0, csv::Position::line) + *below,
                    // A record that is no text is one user's fault; the next one is read.
                    Err(error) => match unreadable(&error) {
                        Some(line) => {
                            let why = "this is no UTF-8".to_owned();
                            return Ok(Some(Row { line: line + *below, text: Written::Nothing(why) }));
                        }
                        None => return Err(io::Error::other(error)),
                    },
                };
                let open = marks.is_open_at(reader.position().byte());
                let text = if open {
                    let (inside, behind) =
                        (record.iter().map(lines_in).sum::<u64>(), record.iter().next_back());
                    let opened = line + inside - behind.map_or(0, lines_in);
                    let title = format!("a quote that is opened here, in line {opened}, is never closed");
                    let rest = counted(inside, "line");
                    Written::Nothing(format!("{title}; the rest of the file, {rest}, was taken for one cell"))
                } else if record.len() == header.len() {
                    Written::Claims(csv_claims(header.iter().zip(record.iter())))
                } else {
                    let (cells, columns) = (counted(record.len(), "cell"), counted(header.len(), "column"));
                    Written::Nothing(format!("{cells}, where the header has {columns}"))
                };
                Ok(Some(Row { line, text }))
            }
        }
    }
}

fn lines_in(cell: &str) -> u64 {
    cell.matches('\n').count() as u64
}

/// What has been seen of a CSV file: a quote that is never closed makes one record of all that follows, and the reader says
/// nothing of it.
#[derive(Clone, Debug, Default)]
struct Marks {
    quotes: Rc<Cell<u64>>,
    length: Rc<Cell<u64>>,
    ended: Rc<Cell<bool>>,
}

impl Marks {
    /// Whether the file ends at this byte, inside a quoted cell: quotes come in pairs, also where they stand for one.
    fn is_open_at(&self, byte: u64) -> bool {
        self.ended.get() && byte >= self.length.get() && !self.quotes.get().is_multiple_of(2)
    }
}

/// Input whose quotes are counted.
struct Marked<R> {
    input: R,
    marks: Marks,
}

impl<R: Read> Read for Marked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.input.read(buffer)?;
        let quotes = buffer.iter().take(length).filter(|byte| **byte == b'"').count() as u64;
        self.marks.quotes.set(self.marks.quotes.get() + quotes);
        self.marks.length.set(self.marks.length.get() + length as u64);
        self.marks.ended.set(length == 0);
        Ok(length)
    }
}

/// The line of a record that is no UTF-8.
fn unreadable(error: &csv::Error) -> Option<u64> {
    let csv::ErrorKind::Utf8 { pos, .. } = error.kind() else { return None };
    Some(pos.as_ref().map_or(0, csv::Position::line))
}

impl Iterator for Users<'_> {
    type Item = Row;

    fn next(&mut self) -> Option<Row> {
        match self.read() {
            Ok(row) => row,
            Err(error) => {
                self.error = Some(error);
                None
            }
        }
    }
}
