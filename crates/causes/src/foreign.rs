//! Other languages: their tools, and what every C compiler says, whoever calls it.

use crate::sign::{Found, find};

/// What any C compiler or linker says.
const OF_ANY_C: &[(u8, &str)] = &[
    (93, "gcc: not found"),
    (93, "gcc: command not found"),
    (93, "make: gcc: "),
    (93, "make: cc: "),
    (93, "make: g++: "),
    (86, "Package {} was not found in the pkg-config search path"),
    (84, "No package '{}' found"),
    (88, "fatal error: {}.h: No such file or directory"),
    (88, "fatal error: {}.hpp: No such file or directory"),
    (86, "fatal error: '{}.h' file not found"),
    (86, "/usr/bin/ld: cannot find -l{}"),
    (86, "ld: cannot find -l{}"),
    (86, "cannot find -l{}"),
    (84, "ld: library not found for -l{}"),
    (84, "cannot find crt1.o"),
    (84, "cannot find Scrt1.o: "),
    (84, "error: stdlib.h: No such file or directory"),
    (84, "gcc: error: {}: No such file or directory"),
    (84, "gcc: error trying to exec '{}'"),
    (80, "stdlib.h: No such file"),
    (60, "collect2: error: ld returned"),
    (82, "configure: error: no acceptable C compiler found"),
    (82, "error: C compiler cannot create executables"),
    (76, "undefined reference to `{}'"),
    (80, "No CMAKE_CXX_COMPILER could be found"),
    (80, "No CMAKE_C_COMPILER could be found"),
    (82, "could not determine kind of name for C."),
];

/// Commands of other languages and their builders.
const FOREIGN: [&str; 48] = [
    "npm",
    "npx",
    "yarn",
    "pnpm",
    "node",
    "bower",
    "gulp",
    "grunt",
    "ng",
    "vite",
    "webpack",
    "tsc",
    "pip",
    "pip2",
    "pip3",
    "python",
    "python2",
    "python3",
    "poetry",
    "pipenv",
    "conda",
    "easy_install",
    "tox",
    "cargo",
    "rustup",
    "mvn",
    "./mvnw",
    "gradle",
    "./gradlew",
    "sbt",
    "lein",
    "javac",
    "bundle",
    "gem",
    "rake",
    "ruby",
    "composer",
    "php",
    "mix",
    "rebar3",
    "dotnet",
    "nuget",
    "swift",
    "cabal",
    "stack",
    "cmake",
    "./configure",
    "meson",
];

/// The instruction calls a tool of another language.
pub(crate) fn runs_foreign(instruction: &str) -> bool {
    instruction
        .split(|c: char| {
            c.is_whitespace() || matches!(c, ';' | '&' | '|' | '(' | ')' | '"' | ',' | '[' | ']' | '\'')
        })
        .any(|w| FOREIGN.contains(&w.rsplit_once("/bin/").map_or(w, |(_, w)| w)))
}

/// The complaint of a C compiler or linker in `text`: its weight for the cause it belongs to, and what it names.
pub(crate) fn of_any_c(text: &str) -> Option<(u8, Found<'_>)> {
    // Most lines have none of these words; the patterns need not be tried on them.
    const WORDS: [&str; 10] = [
        "fatal error",
        "ld",
        "gcc",
        "make: ",
        "error: ",
        "undefined reference",
        "ackage",
        "compiler",
        "COMPILER",
        "kind of name",
    ];
    if !WORDS.iter().any(|word| memchr::memmem::find(text.as_bytes(), word.as_bytes()).is_some()) {
        return None;
    }
    OF_ANY_C.iter().find_map(|(weight, pattern)| find(pattern, text).map(|found| (*weight, found)))
}

/// True for a complaint of a C compiler or linker.
pub(crate) fn is_of_any_c(text: &str) -> bool {
    of_any_c(text).is_some()
}
