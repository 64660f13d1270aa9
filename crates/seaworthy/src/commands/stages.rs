//! `seaworthy stages`: the stages of a Dockerfile and what a change rebuilds.

use crate::args::{ProjectArgs, StageForm};
use crate::console::Console;
use crate::fault::Fault;
use crate::project::{self, Opened};
use crate::words::{self as w, plain, with};
use checks::Project;
use checks::graph::{self, Edge, StageGraph};
use finding::{Lang, exit};

/// Runs the command; gives the exit code.
pub(crate) fn execute(args: &ProjectArgs, form: StageForm, console: Console) -> u8 {
    match draw(args, form, console.lang).and_then(|text| console.print(&text)) {
        Ok(()) => exit::OK,
        Err(fault) => {
            console.complain(&fault);
            fault.exit_code()
        }
    }
}

fn draw(args: &ProjectArgs, form: StageForm, lang: Lang) -> Result<String, Fault> {
    let opened = project::open(args.folder.as_deref())?;
    let project = Project::scan(&opened.tree);
    let options = Opened::options(args);
    let dockerfiles = opened.dockerfiles(&project, &options)?;
    if form != StageForm::Text && dockerfiles.len() > 1 {
        let hint = with(&w::NAME_DOCKERFILE, &[plain(dockerfiles.join(", "))]);
        return Err(Fault::usage(w::ONE_DOCKERFILE.clone(), Some(hint)));
    }
    let mut parts = Vec::new();
    for path in &dockerfiles {
        let graph = graph::graph(&project, &options, path).ok_or_else(|| Fault::Read {
            what: plain(opened.typed(path)),
            reason: w::NO_SUCH_FILE.clone(),
        })?;
        parts.push(match form {
            StageForm::Mermaid => graph.to_mermaid(),
            StageForm::Svg => graph.to_svg(),
            StageForm::Text if dockerfiles.len() > 1 => {
                format!("# {}\n{}", opened.typed(path), describe(&graph, lang))
            }
            StageForm::Text => describe(&graph, lang),
        });
    }
    Ok(parts.join("\n"))
}

/// One stage a paragraph.
fn describe(graph: &StageGraph, lang: Lang) -> String {
    let mut out = String::new();
    for (index, stage) in graph.stages.iter().enumerate() {
        let mark = match (stage.last, stage.needed) {
            (true, _) => format!(" {}", w::FINAL_STAGE.get(lang)),
            (_, true) => String::new(),
            _ => format!(" {}", w::UNNEEDED_STAGE.get(lang)),
        };
        let (first, last) = (stage.lines.0.to_string(), stage.lines.1.to_string());
        let label = format!("{}{mark}", stage.label);
        out += &w::STAGE_HEAD.fill(lang, &[&label, &first, &last, &stage.steps.to_string()]);
        let mut lines = vec![w::STAGE_BASE.fill(lang, &[&stage.base])];
        lines
            .extend(graph.edges.iter().filter(|edge| edge.to == index).filter_map(|e| taken(graph, e, lang)));
        let rebuilt = |line: Option<u32>, words: &finding::Words| {
            line.map(|line| words.fill(lang, &[&line.to_string()]))
        };
        lines.extend(rebuilt(stage.source_rebuilds, &w::SOURCE_REBUILDS));
        lines.extend(rebuilt(stage.module_rebuilds, &w::MODULE_REBUILDS));
        out.push('\n');
        out.extend(lines.iter().map(|line| format!("  {line}\n")));
    }
    out
}

fn taken(graph: &StageGraph, edge: &Edge, lang: Lang) -> Option<String> {
    let from = match edge.from {
        Some(index) => &graph.stages.get(index)?.label,
        None => edge.image.as_ref()?,
    };
    let line = edge.line.to_string();
    match edge.kind {
        dockerfile::StageEdgeKind::Base => None,
        dockerfile::StageEdgeKind::Copy => Some(w::STAGE_COPIES.fill(lang, &[&edge.what, from, &line])),
        dockerfile::StageEdgeKind::Mount => Some(w::STAGE_MOUNTS.fill(lang, &[from, &line])),
    }
}
