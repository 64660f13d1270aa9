//! Commands that look at a project's files.

use super::{TABLE_FORMATS, format, many, operand, option, outputs, subcommand, text};
use crate::args::{Check, Command, Init, ProjectArgs, ReportArgs, StageForm};
use crate::words as w;
use checks::Persona;
use checks::init::InitOptions;
use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use clap::{Arg, ArgAction, ArgMatches, value_parser};
use finding::{Lang, Severity, Words};
use std::path::PathBuf;

/// Their definitions.
pub(super) fn commands(lang: Lang) -> Vec<clap::Command> {
    let sub = |name: &'static str, about: &Words| subcommand(lang, name, about);
    let flag = |id, help: &Words| option(id, help, lang).action(ArgAction::SetTrue);
    vec![
        sub("check", &w::CHECK)
            .long_about(text(&w::CHECK_LONG, lang))
            .arg(project(lang))
            .args(parts(lang))
            .arg(
                option("persona", &w::PERSONA, lang)
                    .value_name("WHO")
                    .hide_possible_values(true)
                    .value_parser(PossibleValuesParser::new(["regular", "pedantic"]).map(
                        |name| match &*name {
                            "pedantic" => Persona::Pedantic,
                            _ => Persona::Regular,
                        },
                    )),
            )
            .arg(
                option("fail-on", &w::FAIL_ON, lang)
                    .value_name("SEVERITY")
                    .hide_possible_values(true)
                    .value_parser(PossibleValuesParser::new(["error", "warning", "never"]).map(|name| {
                        match &*name {
                            "error" => Some(Severity::Error),
                            "warning" => Some(Severity::Warning),
                            _ => None,
                        }
                    })),
            )
            .arg(flag("no-ignores", &w::NO_IGNORES))
            .args(outputs(lang))
            .arg(flag("no-redact", &w::NO_REDACT_FILES)),
        sub("fix", &w::FIX)
            .long_about(text(&w::FIX_LONG, lang))
            .arg(project(lang))
            .args(parts(lang))
            .arg(flag("diff", &w::DIFF).conflicts_with("apply"))
            .arg(flag("apply", &w::APPLY))
            .arg(flag("unsafe", &w::UNSAFE)),
        sub("context", &w::CONTEXT)
            .args_conflicts_with_subcommands(true)
            .subcommand_help_heading(text(&w::COMMANDS, lang))
            .arg(project(lang))
            .args(parts(lang))
            .arg(format(lang, &TABLE_FORMATS))
            .subcommand(
                sub("why", &w::CONTEXT_WHY)
                    .arg(operand("path", "PATH", &w::WHY_PATH, lang).required(true))
                    .arg(
                        project(lang).long("project").value_name("DIR").help_heading(text(&w::OPTIONS, lang)),
                    )
                    .args(parts(lang)),
            ),
        sub("stages", &w::STAGES).arg(project(lang)).args(parts(lang)).arg(
            option("format", &w::FORMAT, lang)
                .help(w::FORMAT.fill(lang, &["text, mermaid, svg"]))
                .short('f')
                .value_name("FORMAT")
                .hide_possible_values(true)
                .value_parser(PossibleValuesParser::new(["text", "mermaid", "svg"]).map(
                    |name| match &*name {
                        "mermaid" => StageForm::Mermaid,
                        "svg" => StageForm::Svg,
                        _ => StageForm::Text,
                    },
                )),
        ),
        sub("init", &w::INIT)
            .arg(project(lang))
            .arg(option("main", &w::MAIN, lang).value_name("DIR"))
            .arg(option("private", &w::INIT_PRIVATE, lang).value_name("PATTERN").action(ArgAction::Append))
            .arg(flag("compose", &w::COMPOSE))
            .arg(
                option("port", &w::PORT, lang)
                    .value_name("PORT")
                    .value_parser(value_parser!(u16).range(1..))
                    .requires("compose"),
            )
            .arg(flag("workflow", &w::WORKFLOW))
            .arg(flag("print", &w::PRINT)),
    ]
}

fn project(lang: Lang) -> Arg {
    operand("project", "PROJECT", &w::CHECKED_PROJECT, lang).value_parser(value_parser!(PathBuf))
}

/// Options that choose a part of a project.
fn parts(lang: Lang) -> [Arg; 2] {
    [
        option("dockerfile", &w::DOCKERFILE, lang).value_name("FILE").action(ArgAction::Append),
        option("context", &w::CONTEXT_DIR, lang).value_name("DIR"),
    ]
}

/// What was typed after the name of such a command.
pub(super) fn parsed(name: &str, matches: &mut ArgMatches) -> Command {
    match name {
        "check" => Command::Check(Check {
            project: project_args(matches),
            persona: matches.remove_one("persona").unwrap_or_default(),
            fail_on: matches.remove_one("fail-on").unwrap_or(Some(Severity::Warning)),
            no_ignores: matches.get_flag("no-ignores"),
            report: ReportArgs {
                format: matches.remove_one("format"),
                files: many(matches, "report"),
                project: None,
                no_redact: matches.get_flag("no-redact"),
            },
        }),
        "fix" => Command::Fix {
            project: project_args(matches),
            apply: matches.get_flag("apply"),
            allow_unsafe: matches.get_flag("unsafe"),
        },
        "init" => Command::Init(Init {
            folder: matches.remove_one("project"),
            options: InitOptions {
                main: matches.remove_one("main"),
                private: many(matches, "private"),
                port: matches.remove_one("port"),
                compose: matches.get_flag("compose"),
                workflow: matches.get_flag("workflow"),
            },
            print: matches.get_flag("print"),
        }),
        "stages" => Command::Stages {
            form: matches.remove_one("format").unwrap_or_default(),
            project: project_args(matches),
        },
        _ => match matches.remove_subcommand() {
            Some((_, mut why)) => Command::ContextWhy {
                path: why.remove_one("path").unwrap_or_default(),
                project: project_args(&mut why),
            },
            None => Command::Context { format: matches.remove_one("format"), project: project_args(matches) },
        },
    }
}

fn project_args(matches: &mut ArgMatches) -> ProjectArgs {
    ProjectArgs {
        folder: matches.remove_one("project"),
        dockerfiles: many(matches, "dockerfile"),
        context: matches.remove_one("context"),
    }
}
