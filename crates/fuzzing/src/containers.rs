//! Dockerfiles and ignore files.

use crate::{parts, text};
use dockerfile::edit::{self, Edit};
use dockerfile::ignore::IgnoreFile;
use dockerfile::scope::BuildArgs;
use dockerfile::sh::ShellOptions;
use dockerfile::{Dockerfile, ImageRef, Mount};

/// A Dockerfile: parsed, asked everything, edited and parsed again.
pub fn dockerfile(bytes: &[u8]) {
    let text = text(bytes);
    let file = Dockerfile::parse(&text);
    let scopes = file.scopes(&BuildArgs::new(), &|_| None);
    assert_eq!(scopes.len(), file.instructions.len(), "a scope for each instruction");
    let mut last = 0;
    for instruction in &file.instructions {
        let span = instruction.span;
        assert!(span.start >= last && span.end >= span.start, "instructions overlap");
        assert!(text.get(span.start..span.end).is_some(), "a span outside the text");
        last = span.end;
        for flag in &instruction.flags {
            let _ = flag.value.as_deref().map(Mount::parse);
        }
        for errexit in [false, true] {
            let options = ShellOptions { foreign: false, errexit, pipefail: false };
            if let Some(script) = file.script(instruction, options) {
                for command in &script.commands {
                    let span = script.command_span(command);
                    assert!(text.get(span.start..span.end).is_some(), "a command outside the text");
                }
            }
        }
    }
    for error in &file.errors {
        assert!(
            error.span.start <= error.span.end && error.span.end <= text.len(),
            "an error outside the text"
        );
    }
    for target in 0..file.stages.len() {
        assert_eq!(file.needed_by(target).len(), file.stages.len());
    }
    for line in text.lines().take(50) {
        let _ = file.find_instruction(line);
        let _ = ImageRef::parse(line);
        let _ = Mount::parse(line);
    }
    edits(&text, &file);
}

/// An edit changes its span and nothing else, and its diff says so.
fn edits(text: &str, file: &Dockerfile) {
    let again: Vec<Edit> = file
        .instructions
        .iter()
        .filter(|i| i.span.end > i.span.start)
        .map(|i| Edit::replace(i.span, &text[i.span.start..i.span.end]))
        .collect();
    match edit::apply(text, &again) {
        Ok(same) => assert_eq!(same, text, "replacing instructions by themselves changed the text"),
        Err(error) => panic!("instructions cannot be edited together: {error}"),
    }
    let Some(first) = file.instructions.first() else { return };
    let line = "ENV SEAWORTHY=1\n";
    let inserted = match edit::apply(text, &[Edit::insert(first.span.start, line)]) {
        Ok(inserted) => inserted,
        Err(error) => panic!("nothing can be inserted before the first instruction: {error}"),
    };
    assert_eq!(inserted.len(), text.len() + line.len());
    assert!(!edit::unified_diff("Dockerfile", text, &inserted).is_empty(), "no diff for a change");
}

/// An ignore file, then the paths to ask it about.
pub fn ignore(bytes: &[u8]) {
    let text = text(bytes);
    let mut parts = parts(&text);
    // Patterns and paths may cost each other's product.
    let rules: String = parts.next().unwrap_or_default().chars().take(2000).collect();
    let file = IgnoreFile::parse(&rules);
    for path in parts.take(8).filter(|path| path.len() < 300) {
        let ignored = file.is_ignored(path);
        assert_eq!(file.why(path).ignored, ignored, "the reason and the answer differ for {path:?}");
        let _ = file.step(path, None);
        let _ = file.prunes(path);
    }
}
