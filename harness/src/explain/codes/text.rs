//! `E01..`: the text of a file, before anything in it means something.

use super::{Code, code, part, whole};

pub(super) const CODES: &[Code] = &[
    code(
        "E0101",
        "the text is not YAML",
        "Files are YAML 1.2; JSON is a part of it, and a file whose name ends in `.json` must be JSON. What cannot be \
         parsed is told where the parser gave up, which may be a line below the mistake: look for a bracket or quote \
         that was not closed, and for tabs, which YAML does not allow as indentation.",
        whole("steps: [\n  login: ada\n", "steps:\n  - login: ada\n"),
        &["YAML 1.2.2", "RFC 8259"],
    ),
    code(
        "E0102",
        "the file is not UTF-8",
        "A file is text in UTF-8. The caret is under the first byte that is not. Editors on Windows may save in another \
         encoding: save the file again as UTF-8.",
        super::Example::Command {
            wrong: "harness check latin1.scenario.yaml",
            right: "iconv -f latin1 -t utf8 latin1.scenario.yaml > utf8.scenario.yaml",
        },
        &["YAML 1.2.2, 5.2"],
    ),
    code(
        "E0103",
        "a file cannot be read",
        "A file that is included, or named as a key file, is looked for beside the file that names it. Either the name \
         is wrong or the file may not be read.",
        whole("version: 1\ninclude: [gone.fragment.yaml]\n", "version: 1\ninclude: [part.fragment.yaml]\n"),
        &[],
    ),
    code(
        "E0104",
        "a key stands twice in one map",
        "Readers of YAML disagree about which of the two counts, so neither does. Keep one of them; for several \
         entries of one kind use a list.",
        whole("version: 1\nname: one\nname: two\n", "version: 1\nname: one\n"),
        &["YAML 1.2.2, 3.2.1.3"],
    ),
    code(
        "E0105",
        "YAML that has no meaning here",
        "A file is read as what JSON can say. Tags (`!secret`), several documents in one file and keys that are not \
         text are YAML, but nothing here would know what to do with them.",
        whole("version: 1\nname: !secret x\n", "version: 1\nname: x\n"),
        &["YAML 1.2.2, 10.2"],
    ),
    code(
        "E0106",
        "the document is too large once its aliases are followed",
        "Aliases of aliases grow without end: a file of a few lines can fill the memory. Write values out, or name them \
         under `vars` and refer to them with `$(vars.…)`.",
        whole(
            "a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]\n\
             c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]\nd: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]\n\
             e: &e [*d, *d, *d, *d, *d, *d, *d, *d, *d, *d]\nf: &f [*e, *e, *e, *e, *e, *e, *e, *e, *e, *e]\n\
             g: &g [*f, *f, *f, *f, *f, *f, *f, *f, *f, *f]\nh: [*g, *g, *g, *g, *g, *g, *g, *g, *g, *g]\n",
            "vars: { a: [1, 1, 1] }\n",
        ),
        &[],
    ),
    code(
        "E0107",
        "an integer would lose digits",
        "Numbers beyond 64 bits cannot be kept exactly, and a relying party would get other digits than were written. \
         Identifiers are texts: put them in quotes.",
        whole(
            "vars: { account: 12345678901234567890123 }\n",
            "vars: { account: \"12345678901234567890123\" }\n",
        ),
        &["RFC 8259, 6"],
    ),
    code(
        "E0108",
        "a file includes itself",
        "Included files may include others, but not one that is being read already: there would be no end. Move what \
         both need into a third file.",
        whole("version: 1\ninclude: [circle.fragment.yaml]\n", "version: 1\ninclude: [part.fragment.yaml]\n"),
        &[],
    ),
    code(
        "E0109",
        "a scenario where a fragment is expected, or a fragment where a scenario is",
        "A fragment is a part to include (`kind: fragment`, named `….fragment.yaml`); a scenario is something to run. \
         Including a scenario would drag its steps along, and a fragment has nothing to run.",
        part("kind: fragment\n", "kind: scenario\n"),
        &[],
    ),
    code(
        "E0110",
        "two steps keep their snapshots in one file",
        "A snapshot is named after the scenario's file, the case and the step: `snapshots/<scenario>/<case>.<step>.snap`. \
         Where two names come to the same, one would overwrite the other and each run would tell of a difference. Rename \
         a case, a step, or one of two files that differ only in `.yaml` and `.json`.",
        part(
            "cases: [{ id: a }, { id: a.b }]\nsteps:\n  - { id: b.c, login: ada, snapshot: true }\n  \
             - { id: c, login: ada, snapshot: true }\n",
            "cases: [{ id: a }, { id: b }]\nsteps:\n  - { id: first, login: ada, snapshot: true }\n  \
             - { id: second, login: ada, snapshot: true }\n",
        ),
        &[],
    ),
];
