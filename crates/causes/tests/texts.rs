//! What is said of every cause: complete in both languages, and never advice that weakens a build.

use std::collections::BTreeSet;
use std::path::Path;

use buildlog::chain::fault;
use buildlog::{Build, Dialect};
use finding::{Fix, Lang, Words};
use seaworthy_causes::{Case, Cause, catalogue, index, page};

/// What a fix must not say: each switches a protection off for good.
const WEAKENING: [&str; 24] = [
    "777",
    "a+w",
    "o+w",
    "GOSUMDB=off",
    "GONOSUMCHECK",
    "GONOSUMDB",
    "GOINSECURE",
    "GOFLAGS=-insecure",
    " -insecure",
    "sslVerify",
    "NO_VERIFY",
    "curl -k",
    "--insecure",
    "--no-check-certificate",
    "allow-untrusted",
    "allow-unauthenticated",
    "trusted=yes",
    "StrictHostKeyChecking",
    "insecure-registries",
    "checklinkname",
    "GOPROXY=http://proxy",
    "GOPROXY=http://goproxy",
    "ARG TOKEN",
    "ENV TOKEN",
];

fn chinese(text: &str) -> bool {
    text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
}

fn both(words: &Words) -> [(Lang, &str); 2] {
    [(Lang::En, words.get(Lang::En)), (Lang::Zh, words.get(Lang::Zh))]
}

#[test]
fn every_cause_is_declared_in_the_file_that_bears_its_id() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/catalogue");
    let files: BTreeSet<String> = std::fs::read_dir(folder)
        .expect("the catalogue's folder")
        .filter_map(|e| e.ok()?.file_name().to_str()?.strip_suffix(".rs").map(|n| n.replace('_', "-")))
        .filter(|n| n != "mod")
        .collect();
    let ids: BTreeSet<String> = catalogue().iter().map(|c| c.id.to_owned()).collect();
    assert_eq!(files, ids);
    assert_eq!(ids.len(), catalogue().len(), "an id twice");
}

#[test]
fn every_text_is_there_in_both_languages() {
    for cause in catalogue() {
        let id = cause.id;
        for words in [&cause.title, &cause.explanation].into_iter().chain(&cause.pitfall) {
            assert!(!words.en.trim().is_empty() && !words.zh.trim().is_empty(), "{id}");
            assert!(chinese(&words.zh), "{id}: {}", words.zh);
            assert!(!chinese(&words.en), "{id}: {}", words.en);
            let chars: Vec<char> = words.zh.chars().collect();
            let wide =
                |c: char| ('\u{2e80}'..='\u{9fff}').contains(&c) || ('\u{ff00}'..='\u{ffef}').contains(&c);
            assert!(
                !chars.windows(3).any(|w| wide(w[0]) && w[1] == ' ' && wide(w[2])),
                "{id}: blank in {}",
                words.zh
            );
            for (_, text) in both(words) {
                assert!(!text.contains("  ") && !text.contains('\n'), "{id}: odd blanks in {text:?}");
            }
        }
        assert_ne!(cause.title, cause.explanation, "{id}");
        assert!(
            !cause.title.en.ends_with('.') && !cause.title.zh.ends_with('。'),
            "{id}: a title is no sentence"
        );
        assert!(cause.explanation.en.len() > 120 && cause.explanation.en.ends_with('.'), "{id}");
        assert!(cause.explanation.zh.ends_with('。'), "{id}");
    }
}

#[test]
fn references_are_secure_addresses() {
    for cause in catalogue() {
        assert!((1..=3).contains(&cause.references.len()), "{}", cause.id);
        for url in cause.references {
            assert!(url.starts_with("https://") && !url.contains(' '), "{}: {url}", cause.id);
        }
    }
}

/// Fixes and headline of `cause` for a message, inside and outside a builder.
fn told(cause: &Cause, text: &str, instruction: &str, subjects: &[String]) -> Vec<(Option<Words>, Vec<Fix>)> {
    let network = fault(text);
    [Dialect::Raw, Dialect::Plain, Dialect::Classic]
        .into_iter()
        .map(|dialect| {
            let build = Build { dialect, ..Build::default() };
            let case =
                Case { text, subjects, fault: network.as_ref(), build: &build, instruction, project: None };
            (cause.headline.map(|h| h(&case)), (cause.fixes)(&case))
        })
        .collect()
}

/// Texts and instructions that a cause may meet: its own wordings with ordinary and with hostile names in the
/// holes, and network faults.
fn samples(cause: &Cause) -> Vec<(String, &'static str)> {
    const NAMES: [&str; 9] = [
        "github.com/acme/lib",
        "example.com",
        "/go/pkg/mod/cache",
        "go.mod",
        "1.22",
        "",
        "x$(touch /tmp/owned)`id`;rm -rf ~",
        "\u{1b}[31mred\u{1b}[0m\u{202e}",
        "名字 é \u{0} 'quoted\" \\",
    ];
    const INSTRUCTIONS: [&str; 6] = [
        "RUN go mod download",
        "COPY go.mod go.sum ./",
        "FROM golang:${GO_VERSION}-alpine AS build",
        "RUN GOINSECURE=* GOFLAGS=-insecure go build ./... && chmod -R 777 /go",
        "RUN git config --global url.\"https://bot:hunter2@git.example.com/\".insteadOf \"https://git.example.com/\"",
        "",
    ];
    let mut samples = vec![(String::new(), "")];
    for (i, sign) in cause.signs.iter().enumerate() {
        let pattern = sign.pattern.trim_start_matches('^').trim_end_matches('$');
        for (j, name) in NAMES.iter().enumerate() {
            samples.push((pattern.replace("{}", name), INSTRUCTIONS[(i + j) % INSTRUCTIONS.len()]));
        }
    }
    const NETWORK: [&str; 6] = [
        "go: github.com/acme/lib@v1.0.0: Get \"https://proxy.golang.org/github.com/acme/lib/@v/v1.0.0.mod\": dial tcp 142.250.1.1:443: i/o timeout",
        "go: x@v1: Get \"http://localhost:3000/x/@v/v1.mod\": dial tcp [::1]:3000: connect: connection refused",
        "go: a.example/$(id)@v1.0.0: reading https://p.example/a.example/$(id)/@v/v1.0.0.mod: 403 Forbidden",
        "E: Failed to fetch http://deb.debian.org/debian/x.deb  404  Not Found",
        "fatal: unable to access 'https://git.example.com/a/b.git/': server certificate verification failed. CAfile: none",
        "Get \"https://registry-1.docker.io/v2/\": net/http: TLS handshake timeout",
    ];
    samples.extend(NETWORK.iter().flat_map(|t| INSTRUCTIONS.map(|i| ((*t).to_owned(), i))));
    samples
}

#[test]
fn fixes_are_complete_safe_and_harmless() {
    let hostile = ["x$(touch /tmp/owned)`id`;rm -rf ~".to_owned(), "\u{1b}[31mred".to_owned()];
    for cause in catalogue() {
        for (text, instruction) in samples(cause) {
            for (headline, fixes) in told(cause, &text, instruction, &hostile) {
                let id = cause.id;
                assert!((1..=4).contains(&fixes.len()), "{id}: {} fixes for {text:?}", fixes.len());
                for words in fixes.iter().map(|f| &f.title).chain(&headline) {
                    check_words(id, words);
                }
                for fix in &fixes {
                    check_fix(id, fix, &text, instruction);
                }
            }
        }
    }
}

fn check_words(id: &str, words: &Words) {
    assert!(!words.en.trim().is_empty() && chinese(&words.zh), "{id}: {words:?}");
    for (_, text) in both(words) {
        assert!(!text.chars().any(|c| c.is_control() || c == '\u{202e}'), "{id}: {text:?}");
    }
}

fn check_fix(id: &str, fix: &Fix, text: &str, instruction: &str) {
    let bodies = [fix.command.as_deref().unwrap_or(""), fix.diff.as_deref().unwrap_or("")];
    // A line that is taken out may name what it takes out.
    let kept: String =
        bodies[1].lines().filter(|l| !l.starts_with('-')).fold(String::new(), |all, l| all + l + "\n");
    let whole = format!("{}\n{}\n{}\n{kept}", fix.title.en, fix.title.zh, bodies[0]);
    for weak in WEAKENING {
        assert!(!whole.contains(weak), "{id}: {weak} in {whole} for {text:?} in {instruction:?}");
    }
    for hostile in ["touch /tmp", "`id`", "rm -rf ~", "\u{1b}", "\u{202e}", "\u{0}", "hunter2", "$(id)"] {
        assert!(!bodies.iter().any(|b| b.contains(hostile)), "{id}: {bodies:?} for {text:?}");
    }
    if let Some(diff) = &fix.diff {
        assert!(diff.lines().all(|l| l.starts_with(['+', '-', ' '])), "{id}: {diff}");
        assert!(diff.lines().any(|l| l.starts_with(['+', '-'])), "{id}: {diff}");
    }
    if fix.safe {
        // A safe fix may look, log in, hand in settings of the network, or use caches and secrets.
        let changes = ["+FROM", "+COPY", "+RUN apk add", "+RUN apt-get"];
        assert!(
            !bodies[1].lines().any(|l| changes.iter().any(|c| l.starts_with(c)) && !l.ends_with('/')),
            "{id}: {}",
            bodies[1]
        );
        for word in ["go get ", "go mod edit -go", "go mod edit -replace", "rm -rf", "git commit"] {
            assert!(!bodies[0].contains(word), "{id}: {}", bodies[0]);
        }
        assert!(!bodies[0].replace("go mod tidy -diff", "").contains("go mod tidy"), "{id}: {}", bodies[0]);
        for line in bodies[1].lines() {
            assert!(!line.starts_with("+ENV"), "{id}: {line} stays in the image");
        }
    }
}

#[test]
fn odd_subjects_do_no_harm() {
    let odd = ["", " ", "/", ":", "@", "://", "…", "a b c", "4127; INTERNAL_ERROR", "\"", "-rf", "1.22"]
        .map(str::to_owned);
    for cause in catalogue() {
        for one in &odd {
            for (headline, fixes) in told(cause, one, one, std::slice::from_ref(one)) {
                assert!(!fixes.is_empty(), "{}", cause.id);
                assert!(headline.is_none_or(|h| !h.en.trim().is_empty()), "{}", cause.id);
            }
        }
    }
}

#[test]
fn pages_are_whole_in_both_languages() {
    for cause in catalogue() {
        for lang in [Lang::En, Lang::Zh] {
            let page = page(cause, lang);
            assert!(page.starts_with(&format!("# {}\n\n`{}`", cause.title.get(lang), cause.id)), "{page}");
            assert!(!page.contains("\n<") && page.contains(cause.references[0]));
            assert!(page.contains(cause.references[0]));
            assert!(
                !page.contains("\n\n\n") && page.ends_with('\n') && !page.ends_with("\n\n"),
                "{}",
                cause.id
            );
            assert_eq!(page.matches("```").count() % 2, 0, "{}", cause.id);
        }
    }
    for lang in [Lang::En, Lang::Zh] {
        let index = index(lang);
        assert!(catalogue().iter().all(|c| index.contains(&format!("({}.md)", c.id))));
    }
}
