//! The program as it runs: its flags, its folder, its end.

use std::fs;
use std::io;
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use tempfile::TempDir;

/// Chromium speaks over the descriptors 3 and 4; the pipes of a child are 0 and 1.
const OVER_PIPES: &str = r#"exec "$0" "$@" 3<&0 4>&1 0</dev/null 1>/dev/null"#;

/// Headless and silent: no first steps, no updates, no accounts, no calls of its own; and nothing that slows down what is
/// not in front. Frames stay in the process of their page, so that one session sees all of its requests.
const FLAGS: [&str; 23] = [
    "--headless=new",
    "--remote-debugging-pipe",
    "--no-startup-window",
    "--no-first-run",
    "--no-default-browser-check",
    "--no-service-autorun",
    "--password-store=basic",
    "--use-mock-keychain",
    "--disable-gpu",
    "--disable-quic",
    "--disable-extensions",
    "--disable-sync",
    "--disable-component-update",
    "--disable-background-networking",
    "--disable-domain-reliability",
    "--disable-breakpad",
    "--disable-popup-blocking",
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
    "--disable-dev-shm-usage",
    "--disable-site-isolation-trials",
    "--disable-features=IsolateOrigins,site-per-process,HttpsUpgrades,HttpsFirstBalancedModeAutoEnable,\
     LocalNetworkAccessChecks,Translate,OptimizationHints,MediaRouter,DialMediaRouteProvider,\
     SpareRendererForSitePerProcess,PreloadTopChromeWebUI",
];

/// Windows of their own block cookies of third parties; whoever has not changed the settings does not.
const PREFERENCES: &str = r#"{"profile":{"cookie_controls_mode":0}}"#;

/// How much of its last words is kept.
const LAST_WORDS: usize = 2_000;

/// Chromium, which is ended with all that it has started when this is dropped.
#[derive(Debug)]
pub(super) struct Process {
    child: Child,
    words: Arc<Mutex<Vec<u8>>>,
    listener: Option<thread::JoinHandle<()>>,
    /// Its profile, and all else that it writes; gone with it.
    _folder: TempDir,
}

impl Process {
    /// Starts the program, with an empty profile; it connects to these hosts and to this machine, and to nobody else.
    pub(super) fn start<'h>(
        program: &Path,
        hosts: impl IntoIterator<Item = &'h str>,
    ) -> io::Result<(Self, ChildStdout, ChildStdin)> {
        let folder = tempfile::Builder::new().prefix("harness-chromium-").tempdir()?;
        let profile = folder.path().join("profile");
        fs::create_dir_all(profile.join("Default"))?;
        fs::write(profile.join("Default").join("Preferences"), PREFERENCES)?;
        let mut shell = Command::new("sh");
        shell
            .args(["-c", OVER_PIPES])
            .arg(program)
            .args(FLAGS)
            .arg(resolver_rules(hosts))
            .arg(format!("--user-data-dir={}", profile.display()))
            .args(is_root(folder.path())?.then_some("--no-sandbox"))
            .env("TMPDIR", folder.path())
            .env("XDG_CONFIG_HOME", folder.path())
            .env("XDG_CACHE_HOME", folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        // a group of its own: Ctrl+C is for the run, which ends its browser when the cases under way are over
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut shell, 0);
        let mut child = shell.spawn()?;
        let words: Arc<Mutex<Vec<u8>>> = Arc::default();
        let listener = child.stderr.take().map(|stderr| {
            let words = Arc::clone(&words);
            thread::spawn(move || take_down(stderr, &words))
        });
        let pipes = child.stdout.take().zip(child.stdin.take());
        let process = Self { child, words, listener, _folder: folder };
        let (says, hears) = pipes.ok_or_else(|| io::Error::other("it has no pipes"))?;
        Ok((process, says, hears))
    }

    /// Ends it, and gives what it wrote last to its error output.
    pub(super) fn last_words(mut self) -> String {
        self.end();
        // nobody is left who could hold the pipe open
        if let Some(listener) = self.listener.take() {
            let _ = listener.join();
        }
        let words = self.words.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&words).trim().to_owned()
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

impl Drop for Process {
    fn drop(&mut self) {
        self.end();
    }
}

/// No name is anybody's but these; this machine's addresses always are.
fn resolver_rules<'h>(hosts: impl IntoIterator<Item = &'h str>) -> String {
    let known = ["127.0.0.1", "[::1]", "localhost"].into_iter().chain(hosts);
    let known: Vec<String> = known.map(|host| format!(", EXCLUDE {host}")).collect();
    format!("--host-resolver-rules=MAP * ~NOTFOUND{}", known.concat())
}

/// Chromium's sandbox refuses to run as root; whose the folder is that we have just made tells who we are.
#[cfg(unix)]
fn is_root(own: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt as _;
    Ok(fs::metadata(own)?.uid() == 0)
}

#[cfg(not(unix))]
fn is_root(_own: &Path) -> io::Result<bool> {
    Ok(false)
}

fn take_down(mut stderr: impl io::Read, words: &Mutex<Vec<u8>>) {
    let mut read = [0; 512];
    while let Ok(count) = stderr.read(&mut read) {
        let Some(new) = read.get(..count).filter(|new| !new.is_empty()) else { break };
        let mut words = words.lock().unwrap_or_else(PoisonError::into_inner);
        words.extend_from_slice(new);
        let surplus = words.len().saturating_sub(LAST_WORDS);
        words.drain(..surplus);
    }
}

#[cfg(test)]
mod tests {
    use super::resolver_rules;

    #[test]
    fn nobody_is_reached_but_this_machine_and_who_is_named() {
        assert_eq!(
            resolver_rules(["app.test"]),
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE [::1], EXCLUDE localhost, \
             EXCLUDE app.test"
        );
    }
}
