//! The command line as clap sees it, built from [`crate::words`] in the reader's language.

mod project;
#[cfg(unix)]
mod proxy;

use crate::args::{Args, Color, Command, Diagnose, ReportArgs, ReportFile};
use crate::words as w;
use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use clap::{Arg, ArgAction, ArgMatches, value_parser};
use finding::{Format, Lang, Words};
use std::ffi::OsString;
use std::path::PathBuf;
use std::str::FromStr as _;

/// Formats of lists and tables.
const TABLE_FORMATS: [Format; 2] = [Format::Text, Format::Json];

/// The whole command line.
pub(crate) fn command(lang: Lang) -> clap::Command {
    let sub = |name: &'static str, about: &Words| subcommand(lang, name, about);
    let program = clap::Command::new("seaworthy")
        .version(env!("CARGO_PKG_VERSION"))
        .about(text(&w::ABOUT, lang))
        .after_help(text(&w::AFTER_HELP, lang))
        .help_template(template(lang, true))
        .subcommand_help_heading(text(&w::COMMANDS, lang))
        .disable_help_subcommand(true)
        .disable_help_flag(true)
        .disable_version_flag(true)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .args(general(lang))
        .arg(
            option("version", &w::VERSION, lang)
                .short('V')
                .action(ArgAction::Version)
                .help_heading(text(&w::GENERAL, lang)),
        )
        .subcommand(
            sub("diagnose", &w::DIAGNOSE)
                .long_about(text(&w::DIAGNOSE_LONG, lang))
                .arg(
                    operand("inputs", "INPUT", &w::INPUTS, lang)
                        .num_args(0..)
                        .value_parser(value_parser!(PathBuf)),
                )
                .arg(option("last", &w::LAST, lang).action(ArgAction::SetTrue).conflicts_with("inputs"))
                .arg(option("builder", &w::BUILDER, lang).value_name("NAME"))
                .args(report(lang)),
        )
        .subcommand(
            sub("run", &w::RUN)
                .long_about(text(&w::RUN_LONG, lang))
                .arg(
                    operand("command", "COMMAND", &w::RUN_COMMAND, lang)
                        .required(true)
                        .num_args(1..)
                        .trailing_var_arg(true)
                        .value_parser(value_parser!(OsString)),
                )
                .args(report(lang)),
        )
        .subcommands(project::commands(lang));
    #[cfg(unix)]
    let program = program.subcommands(proxy::commands(lang));
    program
        .subcommand(
            sub("downloads", &w::DOWNLOADS)
                .arg(operand("input", "FILE", &w::DOWNLOADS_INPUT, lang).value_parser(value_parser!(PathBuf)))
                .arg(format(lang, &TABLE_FORMATS)),
        )
        .subcommand(
            sub("explain", &w::EXPLAIN)
                .arg(operand("cause", "CAUSE", &w::CAUSE, lang).required(true))
                .arg(format(lang, &TABLE_FORMATS)),
        )
        .subcommand(sub("causes", &w::CAUSES).arg(format(lang, &TABLE_FORMATS)))
        .subcommand(sub("example", &w::EXAMPLE).args(report(lang)))
        .subcommand(sub("completions", &w::COMPLETIONS).arg({
            let shells = value_parser!(clap_complete::Shell);
            let help = w::SHELL.fill(lang, &["bash, elvish, fish, powershell, zsh"]);
            operand("shell", "SHELL", &w::SHELL, lang)
                .help(help)
                .required(true)
                .value_parser(shells)
                .hide_possible_values(true)
        }))
        .subcommand(sub("man", &w::MAN).arg(operand("command", "COMMAND", &w::MAN_COMMAND, lang)))
        .subcommand(sub("help", &w::HELP_COMMAND).arg(operand("command", "COMMAND", &w::MAN_COMMAND, lang)))
}

fn text(words: &Words, lang: Lang) -> String {
    words.get(lang).to_owned()
}

fn template(lang: Lang, top: bool) -> String {
    let usage = w::USAGE.get(lang);
    let after = if top { "{after-help}" } else { "" };
    format!("{{about-with-newline}}\n{usage} {{usage}}\n\n{{all-args}}{after}")
}

fn subcommand(lang: Lang, name: &'static str, about: &Words) -> clap::Command {
    clap::Command::new(name)
        .about(text(about, lang))
        .help_template(template(lang, false))
        .disable_help_flag(true)
        .disable_version_flag(true)
}

fn operand(id: &'static str, value: &'static str, help: &Words, lang: Lang) -> Arg {
    Arg::new(id).value_name(value).help(text(help, lang)).help_heading(text(&w::ARGUMENTS, lang))
}

fn option(id: &'static str, help: &Words, lang: Lang) -> Arg {
    operand(id, "", help, lang).long(id).help_heading(text(&w::OPTIONS, lang))
}

/// Options that every command takes.
fn general(lang: Lang) -> [Arg; 4] {
    let heading = text(&w::GENERAL, lang);
    let langs = PossibleValuesParser::new(Lang::ALL.map(Lang::name)).try_map(|name| Lang::from_str(&name));
    let colors = PossibleValuesParser::new(["auto", "always", "never"])
        .try_map(|name| Color::from_name(&name).ok_or("no such colour"));
    [
        option("lang", &w::LANG, lang).value_name("LANG").value_parser(langs).hide_possible_values(true),
        option("color", &w::COLOR, lang).value_name("WHEN").value_parser(colors).hide_possible_values(true),
        option("quiet", &w::QUIET, lang).short('q').action(ArgAction::SetTrue),
        option("help", &w::HELP, lang).short('h').action(ArgAction::Help),
    ]
    .map(|arg| arg.global(true).help_heading(heading.clone()))
}

fn format(lang: Lang, formats: &'static [Format]) -> Arg {
    let names = formats.iter().copied().map(Format::name);
    let parser = PossibleValuesParser::new(names.clone()).try_map(|name| Format::from_str(&name));
    let help = w::FORMAT.fill(lang, &[&names.collect::<Vec<_>>().join(", ")]);
    option("format", &w::FORMAT, lang)
        .help(help)
        .short('f')
        .value_name("FORMAT")
        .value_parser(parser)
        .hide_possible_values(true)
}

/// Options of the commands that diagnose.
fn report(lang: Lang) -> [Arg; 4] {
    let [format, report] = outputs(lang);
    [
        format,
        report,
        option("project", &w::PROJECT, lang).value_name("DIR").value_parser(value_parser!(PathBuf)),
        option("no-redact", &w::NO_REDACT, lang).action(ArgAction::SetTrue),
    ]
}

/// Options of the commands that report.
fn outputs(lang: Lang) -> [Arg; 2] {
    [
        format(lang, Format::all()),
        option("report", &w::REPORT, lang).value_name("FORMAT=FILE").action(ArgAction::Append).value_parser(
            move |value: &str| report_file(value).map_err(|reason| reason.get(lang).to_owned()),
        ),
    ]
}

fn report_file(value: &str) -> Result<ReportFile, Words> {
    let bad_form = || w::with(&w::REPORT_FORM, &[w::plain(value)]);
    let (name, path) = value.split_once('=').ok_or_else(bad_form)?;
    let format = Format::from_str(name).map_err(|_| w::with(&w::UNKNOWN_FORMAT, &[w::plain(name)]))?;
    // Standard output is what --format is for.
    if path.is_empty() || path == "-" {
        return Err(bad_form());
    }
    Ok(ReportFile { format, path: path.into() })
}

/// Parses `arguments`, program name first.
///
/// # Errors
/// Wrong usage, and also what clap treats as one: help and version.
pub(crate) fn parse(arguments: &[OsString], lang: Lang) -> Result<Args, clap::Error> {
    let mut matches = command(lang).try_get_matches_from(arguments)?;
    let (lang, color) = (matches.remove_one("lang"), matches.remove_one("color"));
    let quiet = matches.get_flag("quiet");
    let Some((name, mut matches)) = matches.remove_subcommand() else {
        return Err(command(Lang::En).error(clap::error::ErrorKind::MissingSubcommand, ""));
    };
    let command = match name.as_str() {
        "diagnose" => Command::Diagnose(Diagnose {
            inputs: many(&mut matches, "inputs"),
            last: matches.get_flag("last"),
            builder: matches.remove_one("builder"),
            report: report_args(&mut matches),
        }),
        "run" => Command::Run { command: many(&mut matches, "command"), report: report_args(&mut matches) },
        "downloads" => {
            Command::Downloads { input: matches.remove_one("input"), format: matches.remove_one("format") }
        }
        "explain" => Command::Explain {
            cause: matches.remove_one("cause").unwrap_or_default(),
            format: matches.remove_one("format"),
        },
        "causes" => Command::Causes { format: matches.remove_one("format") },
        "example" => Command::Example(report_args(&mut matches)),
        "completions" => {
            Command::Completions(matches.remove_one("shell").unwrap_or(clap_complete::Shell::Bash))
        }
        "man" => Command::Man(matches.remove_one("command")),
        "check" | "fix" | "init" | "context" | "stages" => project::parsed(&name, &mut matches),
        #[cfg(unix)]
        "serve" | "prefetch" | "export" | "import" => Command::Proxy(proxy::parsed(&name, &mut matches)),
        _ => Command::Help(matches.remove_one("command")),
    };
    Ok(Args { lang, color, quiet, command })
}

fn many<T: Clone + Send + Sync + 'static>(matches: &mut ArgMatches, id: &str) -> Vec<T> {
    matches.remove_many(id).map(Iterator::collect).unwrap_or_default()
}

fn report_args(matches: &mut ArgMatches) -> ReportArgs {
    ReportArgs {
        format: matches.remove_one("format"),
        files: many(matches, "report"),
        project: matches.remove_one("project"),
        no_redact: matches.get_flag("no-redact"),
    }
}

/// The command named by `arguments`, also where the rest of them is wrong: the first word that is no option.
pub(crate) fn names_run(arguments: &[OsString]) -> bool {
    let mut words = arguments.iter().skip(1).map(|argument| argument.to_string_lossy());
    while let Some(word) = words.next() {
        match &*word {
            "--lang" | "--color" => drop(words.next()),
            option if option.starts_with('-') => {}
            name => return name == "run",
        }
    }
    false
}

/// The value of `--lang` in `arguments`, before they are parsed: errors about them have a language too.
pub(crate) fn typed_lang(arguments: &[OsString]) -> Option<Lang> {
    let mut words = arguments.iter().skip(1).map(|argument| argument.to_string_lossy());
    while let Some(word) = words.next() {
        let value = match &*word {
            "--" => return None,
            "--lang" => words.next(),
            other => other.strip_prefix("--lang=").map(|value| value.to_owned().into()),
        };
        if let Some(lang) = value.and_then(|value| value.parse().ok()) {
            return Some(lang);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<OsString> {
        line.split(' ').map(OsString::from).collect()
    }

    #[test]
    fn the_definition_is_sound() {
        for lang in Lang::ALL {
            command(lang).debug_assert();
        }
    }

    #[test]
    fn what_follows_the_command_of_run_is_the_commands() {
        let args = parse(&words("seaworthy run --format json docker build --lang zh --format x ."), Lang::En)
            .unwrap();
        let Command::Run { command, report } = args.command else { panic!("not run") };
        assert_eq!(command, words("docker build --lang zh --format x ."));
        assert_eq!(report.format, Some(Format::Json));
        assert_eq!(args.lang, None);
    }

    #[test]
    fn the_language_is_known_before_parsing() {
        for (line, lang) in [
            ("seaworthy --lang zh diagnose", Some(Lang::Zh)),
            ("seaworthy diagnose --lang=zh", Some(Lang::Zh)),
            ("seaworthy diagnose x --nonsense --lang en", Some(Lang::En)),
            ("seaworthy diagnose", None),
            ("seaworthy run -- x --lang zh", None),
            ("seaworthy --lang", None),
        ] {
            assert_eq!(typed_lang(&words(line)), lang, "{line}");
        }
    }

    #[test]
    fn run_is_recognised_in_wrong_usage() {
        for (line, run) in [
            ("seaworthy run", true),
            ("seaworthy --lang zh -q run --nonsense", true),
            ("seaworthy --color=never run", true),
            ("seaworthy diagnose run", false),
            ("seaworthy", false),
        ] {
            assert_eq!(names_run(&words(line)), run, "{line}");
        }
    }

    #[test]
    fn report_files() {
        let file = |value| report_file(value).map_err(|reason| reason.en.into_owned());
        assert_eq!(file("json=a=b"), Ok(ReportFile { format: Format::Json, path: "a=b".into() }));
        assert_eq!(file("yaml=x"), Err("there is no format `yaml`".to_owned()));
        assert_eq!(file("json"), Err("--report wants FORMAT=FILE, got `json`".to_owned()));
        assert!(file("json=-").is_err());
    }
}
