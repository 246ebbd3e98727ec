//! What waits, what it means, and what nobody keeps.

use std::fs;
use std::path::PathBuf;

use rstest::rstest;

use super::{Direction, Waiting, orphans, remove_orphan, waiting};
use crate::scenario::{Case, LoadOptions, Loaded, load};

const SCENARIO: &str = r#"version: 1
name: Ben signs in
idp:
  clients: { bindplane: { secret: s, redirect_uris: ["https://bindplane.host/oidc/redirect"] } }
  users: { ben: { sub: u2, claims: { bindplane_projects: "viewer:P1" } } }
product:
  kind: bindplane
  config:
    network: { remoteURL: https://bindplane.host }
    auth: { type: oidc, oidc: { issuer: $(idp.issuer), oauth2ClientID: bindplane, oauth2ClientSecret: s, scopes: [openid] } }
  state: { projects: [P1] }
steps:
  - { id: login, login: ben, snapshot: true }
"#;

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("snapshots/x")).unwrap();
        fs::write(folder.path().join("x.scenario.yaml"), SCENARIO).unwrap();
        Self(folder)
    }

    fn root(&self) -> PathBuf {
        self.0.path().to_owned()
    }

    fn with(self, name: &str, body: &str) -> Self {
        let path = self.root().join("snapshots").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, format!("---\nsource: \"x\"\n---\n{body}")).unwrap();
        self
    }

    fn loaded(&self) -> Loaded {
        let options = LoadOptions::default();
        let loaded = load(&[self.root()], &options).unwrap();
        assert!(!loaded.has_errors(), "{:?}", loaded.diagnostics);
        loaded
    }

    fn waiting(&self) -> Vec<Waiting> {
        waiting(&self.loaded()).unwrap()
    }
}

const VIEWER: &str =
    "decision: signed_in\nproject_roles: { P1: viewer }\ntrace:\n  - \"BP-R13 fired: viewer\"\n";

#[rstest]
#[case::raised("decision: signed_in\nproject_roles: { P1: admin }\n", Some(Direction::Raised), true)]
#[case::granted(
    "decision: signed_in\nproject_roles: { P1: viewer, P2: viewer }\n",
    Some(Direction::Granted),
    true
)]
#[case::revoked("decision: signed_in\nproject_roles: {}\n", Some(Direction::Revoked), false)]
#[case::refused("decision: rejected\nreason: not_provisioned\n", Some(Direction::Revoked), false)]
#[case::only_the_trace("decision: signed_in\nproject_roles: { P1: viewer }\ntrace: []\n", None, false)]
#[case::nothing_to_tell_from(
    "decision: signed_in\nsession: { subject: u3 }\n",
    Some(Direction::Revoked),
    true
)]
fn permissions_are_compared_before_the_text(
    #[case] now: &str,
    #[case] first: Option<Direction>,
    #[case] raises: bool,
) {
    let folder = Folder::new().with("x/main.login.snap", VIEWER).with("x/main.login.snap.new", now);
    let [waiting] = folder.waiting().try_into().unwrap();
    assert_eq!(waiting.delta.permissions.first().map(|shift| shift.direction), first);
    assert_eq!(waiting.delta.may_raise(), raises);
}

#[test]
fn rules_that_came_and_went_are_told_apart() {
    let now = VIEWER.replace("BP-R13 fired: viewer", "BP-R14 fired: fallback");
    let folder = Folder::new().with("x/main.login.snap", VIEWER).with("x/main.login.snap.new", &now);
    let [waiting] = folder.waiting().try_into().unwrap();
    assert_eq!(waiting.delta.rules_before, ["BP-R13 fired: viewer"]);
    assert_eq!(waiting.delta.rules_now, ["BP-R14 fired: fallback"]);
}

#[test]
fn what_is_accepted_takes_the_place_and_what_is_rejected_is_gone() {
    let folder =
        Folder::new().with("x/main.login.snap", VIEWER).with("x/main.login.snap.new", "decision: rejected\n");
    folder.waiting()[0].accept().unwrap();
    assert!(folder.waiting().is_empty());
    let path = folder.root().join("snapshots/x/main.login.snap");
    assert!(fs::read_to_string(&path).unwrap().contains("rejected"));
    let folder = folder.with("x/main.login.snap.new", VIEWER);
    folder.waiting()[0].reject().unwrap();
    assert!(folder.waiting().is_empty() && path.exists());
}

#[test]
fn a_snapshot_that_no_step_keeps_is_an_orphan() {
    let folder = Folder::new()
        .with("x/main.login.snap", VIEWER)
        .with("x/main.renamed.snap", VIEWER)
        .with("gone/main.login.snap.new", VIEWER);
    let found = orphans(&folder.loaded(), &[folder.root()]).unwrap();
    let expected = ["gone/main.login.snap.new", "x/main.renamed.snap"]
        .map(|name| folder.root().join("snapshots").join(name));
    assert_eq!(found, expected);
    for path in &found {
        remove_orphan(path).unwrap();
    }
    assert_eq!(orphans(&folder.loaded(), &[folder.root()]).unwrap(), Vec::<PathBuf>::new());
    assert!(!folder.root().join("snapshots/gone").exists());
    assert!(folder.root().join("snapshots/x/main.login.snap").exists());
}

#[test]
fn snapshots_of_a_file_that_cannot_be_used_are_no_orphans() {
    let folder = Folder::new().with("x/main.login.snap", VIEWER).with("y/main.login.snap", VIEWER);
    fs::write(folder.root().join("y.scenario.yaml"), "version: 1\nnmae: y\n").unwrap();
    let options = LoadOptions::default();
    let loaded = load(&[folder.root()], &options).unwrap();
    assert!(loaded.has_errors());
    assert_eq!(orphans(&loaded, &[folder.root()]).unwrap(), Vec::<PathBuf>::new());
}

#[test]
fn snapshots_of_a_file_that_is_run_by_its_path_are_no_orphans() {
    let folder = Folder::new().with("x/main.login.snap", VIEWER).with("y/main.login.snap", VIEWER);
    fs::write(folder.root().join("y.yaml"), SCENARIO).unwrap();
    assert_eq!(orphans(&folder.loaded(), &[folder.root()]).unwrap(), Vec::<PathBuf>::new());
    fs::write(folder.root().join("y.yaml"), "version: 1\nnmae: y\n").unwrap();
    let options = LoadOptions::default();
    let path = folder.root().join("y.yaml");
    let loaded = load(std::slice::from_ref(&path), &options).unwrap();
    assert_eq!(orphans(&loaded, &[path]).unwrap(), Vec::<PathBuf>::new());
}

#[test]
fn two_paths_to_one_folder_make_no_orphans() {
    let folder = Folder::new().with("x/main.login.snap", VIEWER);
    fs::create_dir_all(folder.root().join("below")).unwrap();
    let paths = [folder.root(), folder.root().join("below/..")];
    let options = LoadOptions::default();
    let loaded = load(&paths, &options).unwrap();
    assert_eq!(loaded.cases.len(), 1);
    assert_eq!(orphans(&loaded, &paths).unwrap(), Vec::<PathBuf>::new());
}

#[rstest]
#[case::in_another_folder("below/x.scenario.yaml")]
#[case::with_another_word("x.other.scenario.yaml")]
fn files_of_one_short_name_keep_snapshots_of_their_own(#[case] other: &str) {
    let folder = Folder::new();
    fs::create_dir_all(folder.root().join("below")).unwrap();
    fs::write(folder.root().join(other), SCENARIO).unwrap();
    let kept: Vec<PathBuf> = folder.loaded().cases.iter().flat_map(Case::snapshots).map(|it| it.0).collect();
    assert_eq!(kept.len(), 2);
    assert_ne!(kept[0], kept[1]);
}

#[test]
fn two_files_that_would_share_a_snapshot_are_a_mistake_of_both() {
    let folder = Folder::new();
    fs::write(folder.root().join("x.scenario.yml"), SCENARIO).unwrap();
    let options = LoadOptions::default();
    let loaded = load(&[folder.root()], &options).unwrap();
    let [said] = loaded.diagnostics.try_into().unwrap();
    assert_eq!(said.code, "E0110");
    let help = said.help.concat();
    assert!(help.contains("x.scenario.yaml` or") && help.contains("x.scenario.yml`"), "{help}");
    assert!(loaded.cases.is_empty());
}
