use super::*;

/// Ascending by precedence; the second column is the canonical form, empty for what is no version.
const VERSIONS: &[(&str, &str)] = &[
    ("bad", ""),
    ("v1-alpha.beta.gamma", ""),
    ("v1-pre", ""),
    ("v1+meta", ""),
    ("v1-pre+meta", ""),
    ("v1.2-pre", ""),
    ("v1.2+meta", ""),
    ("v1.2-pre+meta", ""),
    ("v1.0.0-alpha", "v1.0.0-alpha"),
    ("v1.0.0-alpha.1", "v1.0.0-alpha.1"),
    ("v1.0.0-alpha.beta", "v1.0.0-alpha.beta"),
    ("v1.0.0-beta", "v1.0.0-beta"),
    ("v1.0.0-beta.2", "v1.0.0-beta.2"),
    ("v1.0.0-beta.11", "v1.0.0-beta.11"),
    ("v1.0.0-rc.1", "v1.0.0-rc.1"),
    ("v1", "v1.0.0"),
    ("v1.0", "v1.0.0"),
    ("v1.0.0", "v1.0.0"),
    ("v1.2", "v1.2.0"),
    ("v1.2.0", "v1.2.0"),
    ("v1.2.3-456", "v1.2.3-456"),
    ("v1.2.3-456.789", "v1.2.3-456.789"),
    ("v1.2.3-456-789", "v1.2.3-456-789"),
    ("v1.2.3-456a", "v1.2.3-456a"),
    ("v1.2.3-pre", "v1.2.3-pre"),
    ("v1.2.3-pre+meta", "v1.2.3-pre"),
    ("v1.2.3-pre.1", "v1.2.3-pre.1"),
    ("v1.2.3-zzz", "v1.2.3-zzz"),
    ("v1.2.3", "v1.2.3"),
    ("v1.2.3+meta", "v1.2.3"),
    ("v1.2.3+meta-pre", "v1.2.3"),
    ("v1.2.3+meta-pre.sha.256a", "v1.2.3"),
];

/// Major version, tag before, pseudo-version of commit `hash` at 2006-01-02T15:04:05Z.
const PSEUDO: &[(&str, &str, &str)] = &[
    ("", "", "v0.0.0-20060102150405-hash"),
    ("v0", "", "v0.0.0-20060102150405-hash"),
    ("v1", "", "v1.0.0-20060102150405-hash"),
    ("v2", "", "v2.0.0-20060102150405-hash"),
    ("unused", "v0.0.0", "v0.0.1-0.20060102150405-hash"),
    ("unused", "v1.2.3", "v1.2.4-0.20060102150405-hash"),
    ("unused", "v1.2.99999999999999999", "v1.2.100000000000000000-0.20060102150405-hash"),
    ("unused", "v1.2.3-pre", "v1.2.3-pre.0.20060102150405-hash"),
    ("unused", "v1.3.0-pre", "v1.3.0-pre.0.20060102150405-hash"),
    ("unused", "v0.0.0--", "v0.0.0--.0.20060102150405-hash"),
    ("unused", "v1.0.0+metadata", "v1.0.1-0.20060102150405-hash+metadata"),
    ("unused", "v2.0.0+incompatible", "v2.0.1-0.20060102150405-hash+incompatible"),
    ("unused", "v2.3.0-pre+incompatible", "v2.3.0-pre.0.20060102150405-hash+incompatible"),
];

const TIME: i64 = 1_136_214_245;

#[test]
fn parts() {
    for &(version, wanted) in VERSIONS {
        assert_eq!(is_valid(version), !wanted.is_empty(), "{version}");
        assert_eq!(canonical(version).unwrap_or_default(), wanted, "{version}");
        assert_eq!(major(version), wanted.split('.').next().unwrap_or(""), "{version}");
        let line = wanted.splitn(3, '.').take(2).collect::<Vec<_>>().join(".");
        assert_eq!(major_minor(version).unwrap_or_default(), line, "{version}");
        assert_eq!(prerelease(version), wanted.find('-').map_or("", |i| &wanted[i..]), "{version}");
        let meta = version.find('+').filter(|_| !wanted.is_empty()).map_or("", |i| &version[i..]);
        assert_eq!(build(version), meta, "{version}");
    }
    assert_eq!(canonical_module("v2.0.0+incompatible").as_deref(), Some("v2.0.0+incompatible"));
    assert!(is_canonical("v2.0.0+incompatible") && !is_canonical("v2.0.0+meta") && !is_canonical("v2"));
}

#[test]
fn order() {
    for (i, &(a, canonical_a)) in VERSIONS.iter().enumerate() {
        for (j, &(b, canonical_b)) in VERSIONS.iter().enumerate() {
            let wanted = if canonical_a == canonical_b { Ordering::Equal } else { i.cmp(&j) };
            assert_eq!(compare(a, b), wanted, "{a} {b}");
        }
    }
    let mut list: Vec<&str> = VERSIONS.iter().map(|v| v.0).rev().collect();
    sort(&mut list);
    assert_eq!(
        list[..9].join(" "),
        "bad v1+meta v1-alpha.beta.gamma v1-pre v1-pre+meta v1.2+meta v1.2-pre v1.2-pre+meta v1.0.0-alpha"
    );
    assert_eq!(
        list[list.len() - 4..].join(" "),
        "v1.2.3 v1.2.3+meta v1.2.3+meta-pre v1.2.3+meta-pre.sha.256a"
    );
    assert_eq!(compare("v99999999999999999999.0.0", "v100000000000000000000.0.0"), Ordering::Less);
}

#[test]
fn pseudo_versions() {
    for &(major, older, version) in PSEUDO {
        assert_eq!(pseudo::make(major, older, TIME, "hash"), version);
        assert!(is_pseudo(version) && !is_pseudo(older), "{version}");
        assert_eq!(pseudo::time(version), Ok(TIME), "{version}");
        assert!(pseudo::time(older).is_err(), "{older}");
        assert_eq!(pseudo::rev(version), Ok("hash"), "{version}");
        assert!(pseudo::rev(older).is_err(), "{older}");
        assert_eq!(pseudo::base(version).unwrap().unwrap_or_default(), older, "{version}");
    }
    for bad in [
        "v0.0.0",
        "v0.0.0-",
        "v0.0.0-0.20060102150405-hash",
        "v0.1.0-0.20060102150405-hash",
        "v1.0.0-0.20060102150405-hash",
        "v0.0.0-20060102150405-hash+incompatible",
        "v0.0.0-20060102150405-hash+metadata",
    ] {
        assert!(pseudo::base(bad).is_err(), "{bad}");
    }
    assert!(pseudo::time("---").is_err());
    assert_eq!(
        pseudo::time("v0.0.0-20061302150405-hash").unwrap_err().to_string(),
        r#"pseudo-version "v0.0.0-20061302150405-hash" invalid: malformed time "20061302150405""#
    );
    assert!(pseudo::is_zero("v0.0.0-00010101000000-000000000000") && pseudo::is_zero(&pseudo::zero("v3")));
}

#[test]
fn decimals() {
    let down: Vec<_> = ["", "0", "00", "1", "2", "99", "100", "101"]
        .map(|n| pseudo::decrement(n).unwrap_or_default())
        .into();
    assert_eq!(down, ["", "", "", "0", "1", "98", "99", "100"]);
}

#[test]
fn queries() {
    use query::{Comparison, QueryError};
    assert_eq!(Query::parse("v1.2"), Ok(Query::Prefix("v1.2".into())));
    assert_eq!(Query::parse("v1.2.3+meta"), Ok(Query::Version("v1.2.3+meta".into())));
    assert_eq!(Query::parse("<v1.2"), Ok(Query::Range(Comparison::Less, "v1.2".into())));
    assert_eq!(Query::parse("main"), Ok(Query::Revision("main".into())));
    assert!(matches!(Query::parse("<=v1.2"), Err(QueryError::AmbiguousBound { .. })));
    assert!(matches!(Query::parse(">1.2.3"), Err(QueryError::InvalidBound { .. })));

    let known = ["v0.9.0", "v1.0.0", "v1.1.0-rc.1", "v1.1.0", "v1.2.0-beta", "v1.1.5", "v2.0.0+incompatible"];
    let choose = |query: &str, current: Option<&str>, go_mod: bool| {
        Query::parse(query).unwrap().choose("example.com/m", known, current, |_| go_mod).unwrap_or("")
    };
    assert_eq!(choose("latest", None, true), "v1.1.5");
    assert_eq!(choose("latest", None, false), "v2.0.0+incompatible");
    assert_eq!(choose("upgrade", Some("v1.2.0-beta"), true), "v1.2.0-beta");
    assert_eq!(choose("patch", Some("v1.1.0"), true), "v1.1.5");
    assert_eq!(choose("v1.1", None, true), "v1.1.5");
    assert_eq!(choose("v1.2", None, true), "");
    assert_eq!(choose(">v1.0.0", None, true), "v1.1.0");
    assert_eq!(choose("<v1.1.0", None, true), "v1.0.0");
    assert_eq!(choose("<v1.1", None, true), "v1.0.0");
    assert_eq!(choose(">=v2.0.0", None, true), "v2.0.0+incompatible");
    assert_eq!(choose("v3", None, true), "");
}
