//! Runs `tests/go/oracle`, Go's own code, and makes random inputs.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use serde_json::{Value, json};

/// What the oracle says: words, or an error's text.
pub(crate) type Answer = Result<Vec<String>, String>;

/// A question: operation and arguments.
pub(crate) type Question = (&'static str, Vec<String>);

/// Builds the oracle once. `None`, with a message, when there is no `go` or it cannot be built without the network.
fn program() -> Option<&'static Path> {
    static PROGRAM: OnceLock<Option<PathBuf>> = OnceLock::new();
    PROGRAM
        .get_or_init(|| {
            let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/go/oracle");
            let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join("gomod-oracle");
            let built = Command::new("go")
                .args(["build", "-o"])
                .arg(&program)
                .arg(".")
                .current_dir(&source)
                .env("GOPROXY", "off")
                .env("GOFLAGS", "-mod=readonly")
                .env("GOTOOLCHAIN", "local")
                .env("GOWORK", "off")
                .output();
            match built {
                Err(e) => {
                    eprintln!("skipped: no go command: {e}");
                    None
                }
                Ok(output) if !output.status.success() => {
                    eprintln!(
                        "skipped: the oracle does not build; run `go mod download` in {} first\n{}",
                        source.display(),
                        String::from_utf8_lossy(&output.stderr)
                    );
                    None
                }
                Ok(_) => Some(program),
            }
        })
        .as_deref()
}

/// Asks all questions at once. `None` when there is no oracle, so that the test is skipped.
pub(crate) fn ask(questions: &[Question]) -> Option<Vec<Answer>> {
    let mut child =
        Command::new(program()?).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("start oracle");
    let mut input = child.stdin.take().expect("oracle's input");
    let text: String =
        questions.iter().map(|(op, args)| format!("{}\n", json!({ "op": op, "args": args }))).collect();
    let writer = std::thread::spawn(move || input.write_all(text.as_bytes()));
    let output = child.wait_with_output().expect("oracle's output");
    writer.join().expect("writer").expect("write questions");
    assert!(output.status.success(), "oracle failed");
    let text = String::from_utf8(output.stdout).expect("oracle prints text");
    let answers: Vec<Answer> = text
        .lines()
        .map(|line| {
            let value: Value = serde_json::from_str(line).expect("oracle prints JSON");
            if let Some(e) = value["err"].as_str() {
                return Err(e.to_owned());
            }
            let words = value["out"].as_array().cloned().unwrap_or_default();
            Ok(words.iter().map(|w| w.as_str().unwrap_or_default().to_owned()).collect())
        })
        .collect();
    assert_eq!(answers.len(), questions.len());
    Some(answers)
}

/// A small generator (xorshift), the same numbers each time unless GOMOD_SEED says otherwise.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(salt: u64) -> Self {
        let seed = std::env::var("GOMOD_SEED").ok().and_then(|s| s.parse().ok()).unwrap_or(1u64);
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ (salt << 32) | 1)
    }

    pub(crate) fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % n
    }

    pub(crate) fn pick<'a, T: ?Sized>(&mut self, list: &[&'a T]) -> &'a T {
        list[self.below(list.len())]
    }

    /// Up to `most` of the parts in a row.
    pub(crate) fn join(&mut self, parts: &[&str], most: usize) -> String {
        (0..=self.below(most)).map(|_| self.pick(parts)).collect()
    }

    /// The text with a few characters gone, doubled or replaced.
    pub(crate) fn mutate(&mut self, text: &str, with: &[&str]) -> String {
        let mut chars: Vec<String> = text.chars().map(String::from).collect();
        for _ in 0..self.below(3) {
            if chars.is_empty() {
                break;
            }
            let at = self.below(chars.len());
            match self.below(3) {
                0 => drop(chars.remove(at)),
                1 => chars.insert(at, self.pick(with).to_owned()),
                _ => chars[at] = self.pick(with).to_owned(),
            }
        }
        chars.concat()
    }
}
