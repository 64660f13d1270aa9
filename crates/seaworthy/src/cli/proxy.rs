//! The module proxy and what fills its cache.

use super::{many, operand, option, subcommand, text};
use crate::args::{Proxy, ProxyTask};
use crate::words as w;
use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, ArgMatches, value_parser};
use finding::{Lang, Words};
use modproxy::{ServeOptions, TlsOptions};
use std::path::PathBuf;

/// Their definitions.
pub(super) fn commands(lang: Lang) -> Vec<clap::Command> {
    let sub = |name: &'static str, about: &Words| subcommand(lang, name, about);
    let value = |id, value, help: &Words| option(id, help, lang).value_name(value);
    let file = |id, name, help: &Words| value(id, name, help).value_parser(value_parser!(PathBuf));
    let flag = |id, help: &Words| option(id, help, lang).action(ArgAction::SetTrue);
    let path = |id, name, help: &Words| operand(id, name, help, lang).value_parser(value_parser!(PathBuf));
    vec![
        sub("serve", &w::SERVE)
            .long_about(text(&w::SERVE_LONG, lang))
            .arg(value("listen", "ADDRESS", &w::LISTEN).action(ArgAction::Append))
            .args(fetching(lang))
            .args([
                flag("offline", &w::OFFLINE),
                value("quota", "SIZE", &w::QUOTA),
                value("min-age", "TIME", &w::MIN_AGE),
                value("drain", "TIME", &w::DRAIN),
                file("tls-certificate", "FILE", &w::TLS_CERTIFICATE).requires("tls-key"),
                file("tls-key", "FILE", &w::TLS_KEY).requires("tls-certificate"),
                flag("access-log", &w::ACCESS_LOG),
            ]),
        sub("prefetch", &w::PREFETCH)
            .arg(path("go-sums", "GO.SUM", &w::GO_SUMS).num_args(0..))
            .args(fetching(lang)),
        sub("export", &w::EXPORT)
            .arg(path("archive", "FILE", &w::ARCHIVE_OUT).required(true))
            .args([cache(lang), config(lang)])
            .arg(file("gosum", "FILE", &w::EXPORT_GOSUM).action(ArgAction::Append)),
        sub("import", &w::IMPORT)
            .arg(path("archive", "FILE", &w::ARCHIVE_IN).required(true))
            .args([cache(lang), config(lang)]),
    ]
}

fn cache(lang: Lang) -> Arg {
    option("cache", &w::CACHE, lang).value_name("DIR")
}

fn config(lang: Lang) -> Arg {
    option("config", &w::CONFIG, lang).value_name("FILE").value_parser(value_parser!(PathBuf))
}

/// Options of the commands that ask upstreams.
fn fetching(lang: Lang) -> [Arg; 10] {
    let value = |id, value, help: &Words| option(id, help, lang).value_name(value);
    [
        cache(lang),
        value("upstream", "LIST", &w::UPSTREAM),
        value("sumdb", "DATABASE", &w::SUMDB),
        value("verify", "HOW", &w::VERIFY)
            .value_parser(PossibleValuesParser::new(["sumdb", "gosum", "off"]))
            .hide_possible_values(true),
        value("gosum", "FILE", &w::GOSUM).action(ArgAction::Append).value_parser(value_parser!(PathBuf)),
        value("private", "PATTERNS", &w::PRIVATE),
        value("no-proxy", "PATTERNS", &w::NO_PROXY),
        value("no-sumdb", "PATTERNS", &w::NO_SUMDB),
        value("insecure", "PATTERNS", &w::INSECURE),
        config(lang),
    ]
}

/// What was typed after the name of such a command.
pub(super) fn parsed(name: &str, matches: &mut ArgMatches) -> Proxy {
    let config = matches.remove_one("config");
    let cache = matches.remove_one("cache");
    let task = match name {
        "prefetch" => ProxyTask::Prefetch(many(matches, "go-sums")),
        "export" => ProxyTask::Export {
            archive: matches.remove_one("archive").unwrap_or_default(),
            go_sums: many(matches, "gosum"),
        },
        "import" => ProxyTask::Import(matches.remove_one("archive").unwrap_or_default()),
        _ => ProxyTask::Serve,
    };
    let mut options = ServeOptions { cache, ..ServeOptions::default() };
    if matches!(task, ProxyTask::Serve | ProxyTask::Prefetch(_)) {
        options.upstream = matches.remove_one("upstream");
        options.sumdb = matches.remove_one("sumdb");
        options.verify = matches.remove_one("verify");
        options.gosum = given(matches, "gosum");
        options.private = matches.remove_one("private");
        options.no_proxy = matches.remove_one("no-proxy");
        options.no_sumdb = matches.remove_one("no-sumdb");
        options.insecure = matches.remove_one("insecure");
    }
    if matches!(task, ProxyTask::Serve) {
        options.listen = given(matches, "listen");
        options.offline = matches.get_flag("offline").then_some(true);
        options.quota = matches.remove_one("quota");
        options.min_age = matches.remove_one("min-age");
        options.drain = matches.remove_one("drain");
        options.access_log = matches.get_flag("access-log").then_some(true);
        let key = matches.remove_one("tls-key");
        options.tls = matches.remove_one("tls-certificate").zip(key).map(|(certificate, key)| TlsOptions {
            certificate,
            key,
            client_ca: None,
        });
    }
    Proxy { options: Box::new(options), config, task }
}

/// A list that was typed, if it was.
fn given<T: Clone + Send + Sync + 'static>(matches: &mut ArgMatches, id: &str) -> Option<Vec<T>> {
    matches.remove_many(id).map(Iterator::collect)
}
