//! The program as it runs: its flags, its folder, its end.

use std::fs;
use std::io;
use std::path::Path;
use std::process::{ChildStdin, ChildStdout, Command, Stdio};

use tempfile::TempDir;

use crate::transport::Started;

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

/// Chromium, which is ended with all that it has started when this is dropped.
#[derive(Debug)]
pub(super) struct Process {
    started: Started,
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
            .stdout(Stdio::piped());
        let mut started = Started::new(&mut shell)?;
        let pipes = started.child().stdout.take().zip(started.child().stdin.take());
        let process = Self { started, _folder: folder };
        let (says, hears) = pipes.ok_or_else(|| io::Error::other("it has no pipes"))?;
        Ok((process, says, hears))
    }

    /// Ends it, and gives what it wrote last to its error output.
    pub(super) fn last_words(self) -> String {
        self.started.last_words()
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
