//! Playing a module: once per process and entry by entry, and remembering what came of it.
//!
//! The test of a module and the page that lists all of them ask for the same outcome. Whoever asks first has it played; so
//! the page can say of an entry only what its run said a moment ago.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::{Arc, LazyLock};

use tokio::sync::OnceCell;

use super::plans::{Entry, Module, modules};
use super::suite::{Op, Run};

/// A module being played.
pub(crate) type Playing<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// What a module does with one entry. It panics where the suite would fail or warn.
#[derive(Clone, Copy)]
pub(crate) struct Script {
    /// The function, which is also the name of the test.
    pub(crate) function: &'static str,
    /// The Rust module that it stands in.
    pub(crate) place: &'static str,
    pub(crate) play: for<'a> fn(&'a mut Run) -> Playing<'a>,
}

/// What came of a module: every entry that was run, and why it failed if it did.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) module: Module,
    pub(crate) entries: Vec<(Entry, Result<(), String>)>,
}

/// Makes the test of each module from its script, and lists the scripts.
macro_rules! scripts {
    ($($function:ident),+ $(,)?) => {
        /// The modules of this group.
        pub(in crate::op) const SCRIPTS: &[$crate::op::script::Script] = &[$($crate::op::script::Script {
            function: stringify!($function),
            place: module_path!(),
            play: |run| Box::pin($function(run)),
        }),+];

        mod module {
            $(#[tokio::test]
            async fn $function() {
                let outcome = $crate::op::script::outcome_of(stringify!($function)).await;
                assert_eq!(outcome.failures(), Vec::<String>::new());
            })+
        }
    };
}
pub(in crate::op) use scripts;

/// A script, its module, and what came of it.
struct Scripted {
    script: Script,
    module: Module,
    outcome: OnceCell<Outcome>,
}

/// The scripts by the name of their function.
static SCRIPTED: LazyLock<BTreeMap<&'static str, Scripted>> = LazyLock::new(|| {
    let modules: BTreeMap<_, _> = modules().into_iter().map(|it| (function_of(it.name), it)).collect();
    let scripted = super::scripts().filter_map(|script| {
        let module = *modules.get(script.function)?;
        Some((script.function, Scripted { script, module, outcome: OnceCell::new() }))
    });
    scripted.collect()
});

/// The name of a module as Rust spells it.
pub(crate) fn function_of(module: &str) -> String {
    module.to_ascii_lowercase().replace('-', "_")
}

/// What came of a module, whose function this is. It is played if nobody has done so yet.
pub(crate) async fn outcome_of(function: &str) -> &'static Outcome {
    let it = SCRIPTED.get(function).expect("the function has the name of a module");
    it.outcome.get_or_init(|| play(it.script, it.module)).await
}

/// One provider for all entries of a module, and for each a client and a browser of its own.
async fn play(script: Script, module: Module) -> Outcome {
    let op = Arc::new(Op::start().await);
    let mut entries = Vec::new();
    for entry in module.entries() {
        let op = Arc::clone(&op);
        // a task of its own turns a panic into a result
        let played = tokio::spawn(async move {
            let mut run = Run::begin(op, entry).await;
            (script.play)(&mut run).await;
            run.end().await;
        });
        let result = played.await.map_err(|failure| match failure.try_into_panic() {
            Ok(panic) => said(panic.as_ref()),
            Err(failure) => failure.to_string(),
        });
        entries.push((entry, result));
    }
    Outcome { module, entries }
}

fn said(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("it panicked without a word").to_owned()
}

impl Outcome {
    pub(crate) fn failures(&self) -> Vec<String> {
        let failed = self.entries.iter().filter_map(|(entry, result)| Some((entry, result.as_ref().err()?)));
        failed.map(|(entry, why)| format!("{entry}: {why}")).collect()
    }
}
