//! Programs that are started beside this one.

use std::io::{self, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// How much of its last words is kept, in bytes.
const LAST_WORDS: usize = 2_000;

/// A program that runs. It is ended with all that it has started when this is dropped.
#[derive(Debug)]
pub struct Started {
    child: Child,
    words: Arc<Mutex<Vec<u8>>>,
    /// Takes down what it writes to its error output, until there will be no more.
    listener: Option<thread::JoinHandle<()>>,
}

impl Started {
    /// Starts a program. Its error output is taken down; the other pipes are as the command says.
    ///
    /// # Errors
    ///
    /// When the system does not start it.
    pub fn new(command: &mut Command) -> io::Result<Self> {
        // a group of its own: it can be ended with all that it starts, and Ctrl+C is for the harness alone
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(command, 0);
        let mut child = command.stderr(Stdio::piped()).spawn()?;
        let words: Arc<Mutex<Vec<u8>>> = Arc::default();
        let listener = child.stderr.take().map(|stderr| {
            let words = Arc::clone(&words);
            thread::spawn(move || take_down(stderr, &words))
        });
        Ok(Self { child, words, listener })
    }

    /// The program, for its pipes.
    pub const fn child(&mut self) -> &mut Child {
        &mut self.child
    }

    /// How it ended, if it has.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }

    /// Whether nothing more is to be heard of it.
    pub fn is_silent(&self) -> bool {
        self.listener.as_ref().is_none_or(thread::JoinHandle::is_finished)
    }

    /// What it wrote last to its error output.
    pub fn words(&self) -> String {
        let words = self.words.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&words).trim().to_owned()
    }

    /// Ends it, and gives what it wrote last to its error output.
    pub fn last_words(mut self) -> String {
        self.end();
        // nobody is left who could hold the pipe open
        if let Some(listener) = self.listener.take() {
            let _ = listener.join();
        }
        self.words()
    }

    /// The program and all that it started are one group; without such groups the program alone is ended.
    fn end(&mut self) {
        #[cfg(unix)]
        let _ = Command::new("kill")
            .args(["-KILL", "--", &format!("-{}", self.child.id())])
            .stderr(Stdio::null())
            .status();
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        self.end();
    }
}

fn take_down(mut stderr: impl Read, words: &Mutex<Vec<u8>>) {
    let mut read = [0; 512];
    while let Ok(count) = stderr.read(&mut read) {
        let Some(new) = read.get(..count).filter(|new| !new.is_empty()) else { break };
        let mut words = words.lock().unwrap_or_else(PoisonError::into_inner);
        words.extend_from_slice(new);
        let surplus = words.len().saturating_sub(LAST_WORDS);
        words.drain(..surplus);
    }
}
