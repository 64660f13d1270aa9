use finding::{Severity, Words};

use super::common::{none, words};
use crate::Persona;
use crate::draft::{Check, Draft, Sink};
use crate::unit::Unit;
use dockerfile::edit::Edit;
use dockerfile::{Args, Keyword, Span};

/// Checks of what is downloaded are switched off.
pub(super) static CHECK: Check = Check {
    id: "checksum-off",
    summary: Words::fixed("Verification of downloaded modules is switched off", "关闭了对下载模块的校验"),
    persona: Persona::Regular,
    aliases: &[],
    run,
};

fn run(unit: &Unit<'_>, out: &mut Sink) {
    for (at, instruction) in unit.instructions() {
        let mut found: Vec<(String, String, Span)> = Vec::new();
        match (&instruction.keyword, &instruction.args) {
            (Keyword::Env, Args::Pairs(pairs)) => {
                for p in pairs {
                    found.push((p.key.text.clone(), p.value.text.trim_matches(['"', '\'']).to_owned(), p.key.span.to(p.value.span)));
                }
            }
            (Keyword::Run, _) => {
                let Some(script) = &unit.scripts[at] else { continue };
                for c in &script.commands {
                    for a in &c.assignments {
                        found.push((a.name.clone(), a.value.literal().unwrap_or("").to_owned(), script.word_span(&a.value)));
                    }
                    let words: Vec<&str> = c.words.iter().filter_map(|w| w.literal()).collect();
                    let sets = matches!(words.as_slice(), ["export", ..] | ["go", "env", "-w", ..]);
                    for w in c.words.iter().filter(|_| sets) {
                        if let Some((name, value)) = w.literal().and_then(|t| t.split_once('=')) {
                            found.push((name.to_owned(), value.to_owned(), script.word_span(w)));
                        }
                    }
                }
            }
            _ => continue,
        }
        for (name, value, span) in found {
            let what = match (name.as_str(), value.as_str()) {
                ("GOSUMDB", "off") => "the checksum database",
                ("GONOSUMDB" | "GONOSUMCHECK", "*" | "1") => "the checksum database",
                ("GOINSECURE", v) if !v.is_empty() => "TLS",
                ("GOFLAGS", v) if v.contains("-insecure") => "TLS",
                ("GIT_SSL_NO_VERIFY", "1" | "true") => "TLS",
                ("GONOSUMDB", v) if v.contains("github.com") && !v.contains('/') => "the checksum database",
                _ => continue,
            };
            let title = words!("{name}={value} switches {what} off", "{name}={value} 关闭了校验（{what}）");
            let why = Words::fixed("Nothing then notices a module that was changed on the way. For private modules name their hosts in GOPRIVATE; for a gateway that re-signs TLS add its certificate.", "这样模块在途中被篡改也不会被发现。私有模块请用 GOPRIVATE 列出主机；对于重签 TLS 的网关，请添加其证书。");
            let mut draft = Draft::new(&CHECK, Severity::Warning, title, why).at(&unit.path, span, none()).on(at).subject(name.clone());
            if let Args::Pairs(pairs) = &instruction.args
                && pairs.len() == 1
            {
                let line = unit.file.lines.line_span(instruction.first_line);
                draft = draft.fix(words!("Remove {name}", "删除 {name}"), false, &unit.path, vec![Edit::delete(line)]);
            }
            out.push(draft);
        }
    }
}
