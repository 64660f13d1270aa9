//! Go modules: files, names, archives and the checksum database.

use crate::{parts, text};
use gomod::modfile::{GoMod, GoWork, Mode, apply};
use gomod::sumdb::Setting;
use gomod::sumdb::note::{self, Verifier};
use gomod::sumdb::tile::{Plan, Tile};
use gomod::sumdb::tlog::{self, Hash, Record, Tree};
use gomod::version::{self, Query, pseudo};
use gomod::zip::Archive;
use gomod::{
    ModuleVersion, credentials, goenv, goproxy, gosum, gover, modfile, path, pattern, proxy, time, vendor,
};

/// The text forms: `go.mod`, `go.work`, `go.sum`, `modules.txt`, versions, paths, patterns, settings, requests.
pub fn modules(bytes: &[u8]) {
    let text = modfile::text_of(bytes);
    files(&text);
    let mut words = parts(&text).flat_map(str::lines);
    let (first, second) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    versions(first, second);
    paths(first);
    settings(&text, first, second);
}

fn files(text: &str) {
    let (_, errors) = GoMod::parse_partial(text, Mode::Main);
    let strict = GoMod::parse(text, Mode::Main);
    assert_eq!(strict.is_ok(), errors.is_empty(), "strict and partial parsing disagree");
    let _ = GoMod::parse(text, Mode::Dependency);
    let _ = modfile::module_path(text);
    if let Ok(file) = strict {
        let changed = apply(text, file.set_require("example.com/fuzz", "v1.2.3"));
        match GoMod::parse(&changed, Mode::Main) {
            Ok(file) => assert!(
                file.require
                    .iter()
                    .any(|r| r.module.path == "example.com/fuzz" && r.module.version == "v1.2.3"),
                "the requirement is not there:\n{changed}"
            ),
            Err(error) => panic!("the edited go.mod does not parse: {error}\n{changed}"),
        }
        let dropped = apply(
            &changed,
            match GoMod::parse(&changed, Mode::Main) {
                Ok(file) => file.drop_require("example.com/fuzz"),
                Err(_) => Vec::new(),
            },
        );
        assert!(
            GoMod::parse(&dropped, Mode::Main).is_ok(),
            "the go.mod without it does not parse:\n{dropped}"
        );
        let _ = vendor::ModulesTxt::parse(text).check(&file);
    }
    if let Ok(file) = GoWork::parse(text) {
        let changed = apply(text, file.add_use("./fuzz"));
        assert!(GoWork::parse(&changed).is_ok(), "the edited go.work does not parse:\n{changed}");
    }
    let sums = gosum::GoSum::parse(text);
    let tidy = sums.to_text();
    assert_eq!(gosum::GoSum::parse(&tidy).to_text(), tidy, "go.sum is not stable");
}

fn versions(a: &str, b: &str) {
    assert_eq!(version::compare(a, b), version::compare(b, a).reverse());
    assert_eq!(version::compare_total(a, b), version::compare_total(b, a).reverse());
    assert_eq!(version::is_valid(a), version::canonical(a).is_some());
    let _ = (version::major(a), version::major_minor(a), version::prerelease(a), version::build(a));
    if pseudo::is_pseudo(a) {
        let _ = (pseudo::time(a), pseudo::rev(a), pseudo::base(a));
    }
    if let Ok(query) = Query::parse(a) {
        let _ = query.admits(b, None);
    }
    assert_eq!(gover::compare(a, b), gover::compare(b, a).reverse());
    let _ = gover::lang(a);
    let _ = gover::GoToolchain::parse(a).map(|t| t.select("1.26.0", Some(b), None));
    let _ = time::parse_rfc3339(a).map(time::format_rfc3339);
}

fn paths(word: &str) {
    let _ = path::check_import_path(word);
    let _ = path::check_file_path(word);
    if let Ok(escaped) = path::escape_path(word) {
        assert_eq!(path::unescape_path(&escaped).ok().as_deref(), Some(word), "escaping loses something");
    }
    if let Ok(plain) = path::unescape_path(word) {
        assert_eq!(path::escape_path(&plain).ok().as_deref(), Some(word), "two names for one path");
    }
    if let Some((prefix, major)) = path::split_path_version(word) {
        assert_eq!(format!("{prefix}{major}"), word);
    }
    if let Ok(request) = proxy::Request::parse(word) {
        let _ = request.path();
    }
}

fn settings(text: &str, first: &str, second: &str) {
    let _ = pattern::matches(first, second);
    if let Ok(list) = goproxy::ProxyList::parse(first) {
        for url in list.proxies() {
            let _ = (url.host(), url.port(), url.authority(), url.path(), url.userinfo(), url.join(second));
        }
    }
    let _ = goproxy::redact(first);
    let _ = credentials::parse_netrc(text);
    let _ = credentials::parse_goauth(first);
    let _ = credentials::parse_command_output(text);
    let _ = credentials::parse_git_credential(text);
    let env = goenv::EnvFile::parse(text);
    let changed = goenv::EnvFile::parse(&env.set("GOPROXY", "off"));
    assert_eq!(changed.get("GOPROXY").map(|e| e.value.as_str()), Some("off"));
    let _ = goenv::parse_goflags(first);
    let _ = Setting::parse(first);
    let _ = proxy::Info::parse(text.as_bytes());
    let _ = proxy::latest_of_list(text);
}

/// The binary and signed forms: module zips, notes, records, tiles and proofs.
pub fn archives(bytes: &[u8]) {
    let module = ModuleVersion::new("example.com/m", "v1.0.0");
    if let Ok(archive) = Archive::from_slice(bytes) {
        let checked = archive.check(&module);
        let verified = archive.verify(&module);
        if verified.is_ok() {
            assert!(checked.is_ok_and(|c| c.ok().is_ok()), "verified what the check refuses");
        }
        let _ = archive.h1();
        let _ = archive.go_mod(&module);
    }
    let text = text(bytes);
    if let Ok(key) = Verifier::parse("sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8") {
        assert_eq!(Verifier::parse(&key.to_text()).map(|k| k.to_text()).ok(), Some(key.to_text()));
        if let Ok(note) = note::open(bytes, &[key]) {
            let _ = Tree::parse(&note.text);
        }
    }
    let _ = Verifier::parse(&text);
    let _ = Record::parse(bytes);
    if let Ok(tree) = Tree::parse(&text) {
        let written = Tree::parse(&tree.to_text());
        assert_eq!(written.ok().map(|t| (t.size, t.hash)), Some((tree.size, tree.hash)));
        // A server names any size it likes.
        let _ = Plan::new(tree, 8, &[0, tree.size / 2]);
        let _ = tlog::check_tree(&[], tree, Tree { size: tree.size / 3, hash: tree.hash });
        let _ = tlog::check_record(&[tree.hash], tree, tree.size / 2, tree.hash);
    }
    if let Ok(tile) = Tile::parse(&text) {
        assert_eq!(tile.to_string(), text, "a tile has one name");
    }
    proofs(bytes);
}

/// Numbers from the first bytes, hashes from the rest: no made-up proof may hold.
fn proofs(bytes: &[u8]) {
    let Some((numbers, rest)) = bytes.split_first_chunk::<3>() else { return };
    let [size, n, height] = numbers.map(u64::from);
    let hashes: Vec<Hash> = rest.chunks_exact(32).filter_map(|c| c.try_into().ok().map(Hash)).collect();
    let hash = hashes.first().copied().unwrap_or_else(Hash::empty);
    let tree = Tree { size, hash };
    let _ = tlog::check_record(&hashes, tree, n, hash);
    let _ = tlog::check_tree(&hashes, tree, Tree { size: n, hash });
    if let Ok(plan) = Plan::new(tree, height as u8, &[n]) {
        let data: Vec<&[u8]> = plan.tiles().iter().map(|t| rest.get(..t.len()).unwrap_or(rest)).collect();
        let _ = plan.verify(&data);
    }
}
