use super::*;

/// Path, version, whether they are a valid pair: the facts of `golang.org/x/mod/module`.
const PAIRS: &[(&str, &str, bool)] = &[
    ("rsc.io/quote", "0.1.0", false),
    ("rsc io/quote", "v1.0.0", false),
    ("github.com/go-yaml/yaml", "v0.8.0", true),
    ("github.com/go-yaml/yaml", "v1.0.0", true),
    ("github.com/go-yaml/yaml", "v2.0.0", false),
    ("github.com/go-yaml/yaml", "v2.1.5", false),
    ("github.com/go-yaml/yaml", "v3.0.0", false),
    ("github.com/go-yaml/yaml/v2", "v1.0.0", false),
    ("github.com/go-yaml/yaml/v2", "v2.0.0", true),
    ("github.com/go-yaml/yaml/v2", "v2.1.5", true),
    ("github.com/go-yaml/yaml/v2", "v3.0.0", false),
    ("gopkg.in/yaml.v0", "v0.8.0", true),
    ("gopkg.in/yaml.v0", "v1.0.0", false),
    ("gopkg.in/yaml.v0", "v2.0.0", false),
    ("gopkg.in/yaml.v0", "v2.1.5", false),
    ("gopkg.in/yaml.v0", "v3.0.0", false),
    ("gopkg.in/yaml.v1", "v0.8.0", false),
    ("gopkg.in/yaml.v1", "v1.0.0", true),
    ("gopkg.in/yaml.v1", "v2.0.0", false),
    ("gopkg.in/yaml.v1", "v2.1.5", false),
    ("gopkg.in/yaml.v1", "v3.0.0", false),
    ("gopkg.in/check.v1", "v0.0.0", false),
    ("gopkg.in/check.v1", "v0.0.0-20160102150405-abcdef123456", true),
    ("gopkg.in/yaml.v2", "v1.0.0", false),
    ("gopkg.in/yaml.v2", "v2.0.0", true),
    ("gopkg.in/yaml.v2", "v2.1.5", true),
    ("gopkg.in/yaml.v2", "v3.0.0", false),
    ("rsc.io/quote", "v17.0.0", false),
    ("rsc.io/quote", "v17.0.0+incompatible", true),
];

/// Path, and whether it is a module, import and file path.
const PATHS: &[(&str, bool, bool, bool)] = &[
    ("x.y/z", true, true, true),
    ("x.y", true, true, true),
    ("", false, false, false),
    ("/x.y/z", false, false, false),
    ("x./z", false, false, false),
    (".x/z", false, true, true),
    ("-x/z", false, false, true),
    ("x..y/z", true, true, true),
    ("x.y/z/../../w", false, false, false),
    ("x.y//z", false, false, false),
    ("x.y/z//w", false, false, false),
    ("x.y/z/", false, false, false),
    ("x.y/z/v0", false, true, true),
    ("x.y/z/v1", false, true, true),
    ("x.y/z/v2", true, true, true),
    ("x.y/z/v2.0", false, true, true),
    ("X.y/z", false, true, true),
    ("!x.y/z", false, false, true),
    ("_x.y/z", false, true, true),
    ("x.y!/z", false, false, true),
    ("x.y\"/z", false, false, false),
    ("x.y#/z", false, false, true),
    ("x.y$/z", false, false, true),
    ("x.y%/z", false, false, true),
    ("x.y&/z", false, false, true),
    ("x.y'/z", false, false, false),
    ("x.y(/z", false, false, true),
    ("x.y)/z", false, false, true),
    ("x.y*/z", false, false, false),
    ("x.y+/z", false, true, true),
    ("x.y,/z", false, false, true),
    ("x.y-/z", true, true, true),
    ("x.y./zt", false, false, false),
    ("x.y:/z", false, false, false),
    ("x.y;/z", false, false, false),
    ("x.y</z", false, false, false),
    ("x.y=/z", false, false, true),
    ("x.y>/z", false, false, false),
    ("x.y?/z", false, false, false),
    ("x.y@/z", false, false, true),
    ("x.y[/z", false, false, true),
    ("x.y\\/z", false, false, false),
    ("x.y]/z", false, false, true),
    ("x.y^/z", false, false, true),
    ("x.y_/z", false, true, true),
    ("x.y`/z", false, false, false),
    ("x.y{/z", false, false, true),
    ("x.y}/z", false, false, true),
    ("x.y~/z", false, true, true),
    ("x.y/z!", false, false, true),
    ("x.y/z\"", false, false, false),
    ("x.y/z#", false, false, true),
    ("x.y/z$", false, false, true),
    ("x.y/z%", false, false, true),
    ("x.y/z&", false, false, true),
    ("x.y/z'", false, false, false),
    ("x.y/z(", false, false, true),
    ("x.y/z)", false, false, true),
    ("x.y/z*", false, false, false),
    ("x.y/z++", false, true, true),
    ("x.y/z,", false, false, true),
    ("x.y/z-", true, true, true),
    ("x.y/z.t", true, true, true),
    ("x.y/z/t", true, true, true),
    ("x.y/z:", false, false, false),
    ("x.y/z;", false, false, false),
    ("x.y/z<", false, false, false),
    ("x.y/z=", false, false, true),
    ("x.y/z>", false, false, false),
    ("x.y/z?", false, false, false),
    ("x.y/z@", false, false, true),
    ("x.y/z[", false, false, true),
    ("x.y/z\\", false, false, false),
    ("x.y/z]", false, false, true),
    ("x.y/z^", false, false, true),
    ("x.y/z_", true, true, true),
    ("x.y/z`", false, false, false),
    ("x.y/z{", false, false, true),
    ("x.y/z}", false, false, true),
    ("x.y/z~", true, true, true),
    ("x.y/x.foo", true, true, true),
    ("x.y/aux.foo", false, false, false),
    ("x.y/prn", false, false, false),
    ("x.y/prn2", true, true, true),
    ("x.y/com", true, true, true),
    ("x.y/com1", false, false, false),
    ("x.y/com1.txt", false, false, false),
    ("x.y/calm1", true, true, true),
    ("x.y/z~", true, true, true),
    ("x.y/z~0", false, false, true),
    ("x.y/z~09", false, false, true),
    ("x.y/z09", true, true, true),
    ("x.y/z09~", true, true, true),
    ("x.y/z09~09z", true, true, true),
    ("x.y/z09~09z~09", false, false, true),
    ("github.com/!123/logrus", false, false, true),
    ("github.com/user/unicode/испытание", false, false, true),
    ("../x", false, false, false),
    ("./y", false, false, false),
    ("x:y", false, false, false),
    (r"\temp\foo", false, false, false),
    (".gitignore", false, true, true),
    (".github/ISSUE_TEMPLATE", false, true, true),
    ("x☺y", false, false, false),
];

#[test]
fn pairs() {
    for &(path, version, ok) in PAIRS {
        assert_eq!(check(path, version).is_ok(), ok, "{path} {version}: {:?}", check(path, version));
    }
}

#[test]
fn module_import_and_file_paths() {
    for &(path, module, import, file) in PATHS {
        assert_eq!(check_path(path).is_ok(), module, "module {path}: {:?}", check_path(path));
        assert_eq!(check_import_path(path).is_ok(), import, "import {path}: {:?}", check_import_path(path));
        assert_eq!(check_file_path(path).is_ok(), file, "file {path}: {:?}", check_file_path(path));
    }
}

#[test]
fn what_is_wrong_is_said() {
    let text = |path| check_path(path).unwrap_err().to_string();
    assert_eq!(text("example/x"), r#"malformed module path "example/x": missing dot in first path element"#);
    assert_eq!(
        text("Example.com/x"),
        r#"malformed module path "Example.com/x": invalid char 'E' in first path element"#
    );
    assert_eq!(text("a.b/v1"), r#"malformed module path "a.b/v1": invalid version"#);
    assert_eq!(
        text("a.b/aux.go"),
        r#"malformed module path "a.b/aux.go": "aux" disallowed as path element component on Windows"#
    );
    assert_eq!(
        check("a.b/c", "v2.0.0").unwrap_err().to_string(),
        r#"a.b/c: version "v2.0.0" invalid: should be v0 or v1, not v2"#
    );
}

#[test]
fn major_version_suffixes() {
    for (prefix, major) in [
        ("x.y/z", ""),
        ("x.y/z", "/v2"),
        ("x.y/z", "/v3"),
        ("x.y/v", ""),
        ("gopkg.in/yaml", ".v0"),
        ("gopkg.in/yaml", ".v1"),
        ("gopkg.in/yaml", ".v2"),
        ("gopkg.in/yaml", ".v3"),
    ] {
        assert_eq!(split_path_version(&format!("{prefix}{major}")), Some((prefix, major)));
    }
    for bad in ["x.y/z/v0", "x.y/z/v1", "x.y/z/v02", "x.y/z/v2.1", "gopkg.in/yaml", "gopkg.in/yaml.v02"] {
        assert_eq!(split_path_version(bad), None, "{bad}");
    }
    for (version, major, fits) in [
        ("v0.0.0", "", true),
        ("v0.0.0", "/v2", false),
        ("v0.0.0", ".v0", true),
        ("v0.0.0-20190510104115-cbcb75029529", ".v1", true),
        ("v1.0.0", "/v2", false),
        ("v1.0.0", ".v1", true),
        ("v1.0.0", ".v1-unstable", true),
        ("v2.0.0+incompatible", "", true),
        ("v2.0.0", "", false),
        ("v2.0.0", "/v2", true),
        ("v2.0.0", ".v2", true),
    ] {
        assert_eq!(matches_path_major(version, major), fits, "{version} {major}");
    }
    assert_eq!(
        [path_major_prefix("/v2"), path_major_prefix(".v1-unstable"), path_major_prefix("")],
        ["v2", "v1", ""]
    );
}

#[test]
fn escaping() {
    for (path, escaped) in [
        (
            "ascii.com/abcdefghijklmnopqrstuvwxyz.-/~_0123456789",
            "ascii.com/abcdefghijklmnopqrstuvwxyz.-/~_0123456789",
        ),
        ("github.com/GoogleCloudPlatform/omega", "github.com/!google!cloud!platform/omega"),
    ] {
        assert_eq!(escape_path(path).as_deref(), Ok(escaped));
        assert_eq!(unescape_path(escaped).as_deref(), Ok(path));
    }
    for &(path, ok, _, _) in PATHS {
        if !ok {
            assert!(escape_path(path).is_err(), "{path}");
            assert!(unescape_path(path).is_err(), "{path}");
        }
    }
    for bad in [
        "github.com/GoogleCloudPlatform/omega",
        "github.com/!google!cloud!platform!/omega",
        "github.com/!0google!cloud!platform/omega",
        "github.com/!_google!cloud!platform/omega",
        "github.com/!!google!cloud!platform/omega",
        "",
    ] {
        assert!(unescape_path(bad).is_err(), "{bad}");
    }
    assert_eq!(escape_version("v1.0.0-RC1").as_deref(), Ok("v1.0.0-!r!c1"));
    assert_eq!(unescape_version("v1.0.0-!r!c1").as_deref(), Ok("v1.0.0-RC1"));
    for bad in ["", "a/b", "v1!", "..", "con", "\u{e4}", "a*"] {
        assert!(escape_version(bad).is_err(), "{bad}");
    }
    for bad in ["V1", "a/b", "../x", "v1.0.0-!R"] {
        assert!(unescape_version(bad).is_err(), "{bad}");
    }
}

#[test]
fn order_of_go_sum() {
    let mut list: Vec<_> =
        [("b.c", "v1.0.0"), ("a.b", "v1.10.0/go.mod"), ("a.b", "v1.10.0"), ("a.b", "v1.9.0/go.mod")]
            .into_iter()
            .map(|(path, version)| ModuleVersion::new(path, version))
            .collect();
    list.sort();
    let shown: Vec<_> = list.iter().map(ToString::to_string).collect();
    assert_eq!(shown, ["a.b@v1.9.0/go.mod", "a.b@v1.10.0", "a.b@v1.10.0/go.mod", "b.c@v1.0.0"]);
}

#[test]
fn names_that_are_one_file_elsewhere() {
    for (a, b) in [
        ("README", "readme"),
        ("\u{212a}elvin", "kelvin"),
        ("Stra\u{1e9e}e", "stra\u{df}e"),
        ("\u{3a3}", "\u{3c2}"),
    ] {
        assert_eq!(case_key(a), case_key(b), "{a} {b}");
    }
    assert_ne!(case_key("strasse"), case_key("stra\u{df}e"));
}
