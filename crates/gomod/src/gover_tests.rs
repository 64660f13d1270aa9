use super::*;

#[test]
fn order() {
    for (a, b, wanted) in [
        ("", "", 0),
        ("x", "x", 0),
        ("", "x", 0),
        ("1", "1.1", -1),
        ("1.5", "1.6", -1),
        ("1.5", "1.10", -1),
        ("1.6", "1.6.1", -1),
        ("1.19", "1.19.0", 0),
        ("1.19rc1", "1.19", -1),
        ("1.20", "1.20.0", 0),
        ("1.20rc1", "1.20", -1),
        ("1.21", "1.21.0", -1),
        ("1.21", "1.21rc1", -1),
        ("1.21rc1", "1.21.0", -1),
        ("1.6", "1.19", -1),
        ("1.19", "1.19.1", -1),
        ("1.19rc1", "1.19.1", -1),
        ("1.19rc1", "1.19rc2", -1),
        ("1.19.0", "1.19.1", -1),
        ("1.19rc1", "1.19.0", -1),
        ("1.19alpha3", "1.19beta2", -1),
        ("1.19beta2", "1.19rc1", -1),
        ("1.1", "1.99999999999999998", -1),
        ("1.99999999999999998", "1.99999999999999999", -1),
    ] {
        assert_eq!(compare(a, b) as i32, wanted, "{a} {b}");
        assert_eq!(compare(b, a) as i32, -wanted, "{b} {a}");
    }
}

#[test]
fn parts() {
    for (v, wanted) in
        [("1.2rc3", "1.2"), ("1.2.3", "1.2"), ("1.2", "1.2"), ("1", "1"), ("1.999testmod", "1.999")]
    {
        assert_eq!(lang(v).as_deref(), Some(wanted), "{v}");
    }
    for (v, wanted) in [
        ("0", "0"),
        ("1.3rc4", "1.2"),
        ("1.3.5", "1.2"),
        ("1.3", "1.2"),
        ("1", "1"),
        ("1.99999999999999999", "1.99999999999999998"),
        ("1.40000000000000000", "1.39999999999999999"),
    ] {
        assert_eq!(previous(v).as_deref(), Some(wanted), "{v}");
    }
    for (v, wanted) in [
        ("1.2rc3", false),
        ("1.2.3", false),
        ("1.999testmod", false),
        ("1.22", true),
        ("1.21", true),
        ("1.20", false),
        ("1.19", false),
        ("1.3", false),
        ("1.2", false),
        ("1", false),
    ] {
        assert_eq!(is_lang(v), wanted, "{v}");
    }
    for (v, wanted) in [
        ("1.2rc3", true),
        ("1.2.3", true),
        ("1.999testmod", true),
        ("1.600+auto", false),
        ("1.22", true),
        ("1.21.0", true),
        ("1.21rc2", true),
        ("1.21", true),
        ("1.20.0", true),
        ("1.20", true),
        ("1.19", true),
        ("1.3", true),
        ("1.2", true),
        ("1", true),
    ] {
        assert_eq!(is_valid(v), wanted, "{v}");
    }
    assert!(is_prerelease("1.21rc2") && !is_prerelease("1.21.0"));
}

#[test]
fn toolchain_names() {
    for (name, wanted) in [
        ("go1.2.3", "1.2.3"),
        ("1.2.3", ""),
        ("go1.2.3+bigcorp", ""),
        ("go1.2.3-bigcorp", "1.2.3"),
        ("go1.2.3-bigcorp more text", "1.2.3"),
        ("gccgo-go1.23rc4", ""),
        ("gccgo-go1.23rc4-bigdwarf", ""),
        ("go1.2.3/x", ""),
    ] {
        assert_eq!(of_toolchain(name).unwrap_or(""), wanted, "{name}");
    }
    let version = toolchain_version("go1.21.3", "linux", "amd64");
    assert_eq!(version, "v0.0.1-go1.21.3.linux-amd64");
    assert_eq!(parse_toolchain_version(&version), Some(("go1.21.3", "linux", "amd64")));
    assert_eq!(
        parse_toolchain_version("v0.0.1-go1.22rc1.windows-arm64"),
        Some(("go1.22rc1", "windows", "arm64"))
    );
    for bad in ["v0.0.1-go1.21.3", "v0.0.1", "v0.0.1-x.linux-amd64", "v0.0.2-go1.21.3.linux-amd64"] {
        assert_eq!(parse_toolchain_version(bad), None, "{bad}");
    }
}

#[test]
fn settings() {
    for (text, minimum, mode) in [
        ("", None, Switching::Auto),
        ("auto", None, Switching::Auto),
        ("path", None, Switching::Path),
        ("local", None, Switching::Never),
        ("local+auto", None, Switching::Auto),
        ("go1.21.3", Some("go1.21.3"), Switching::Never),
        ("go1.21.3-custom+path", Some("go1.21.3-custom"), Switching::Path),
    ] {
        let wanted = GoToolchain { minimum: minimum.map(str::to_owned), mode };
        assert_eq!(GoToolchain::parse(text), Ok(wanted), "{text}");
    }
    for bad in ["bash", "go", "1.21.3", "go1.21.3+local", "auto+path", "go1.2/x"] {
        assert!(GoToolchain::parse(bad).is_err(), "{bad}");
    }
}

#[test]
fn selection() {
    for (setting, local, go, toolchain, wanted) in [
        ("auto", "1.22.1", Some("1.21"), None, "local"),
        ("auto", "1.22.1", Some("1.23"), None, "go1.23.0"),
        ("auto", "1.22.1", Some("1.23.4"), Some("go1.23.1"), "go1.23.4"),
        ("auto", "1.22.1", Some("1.21"), Some("go1.24rc1"), "go1.24rc1"),
        ("auto", "1.22.1", Some("1.22.1"), Some("go1.22.1"), "local"),
        ("auto", "1.22.1", Some("1.23"), Some("default"), "local, too old for 1.23"),
        ("auto", "1.22.1", None, None, "local"),
        ("local", "1.22.1", Some("1.22.2"), None, "local, too old for 1.22.2"),
        ("local", "1.22.1", Some("1.22"), Some("go1.24.0"), "local"),
        ("local", "1.22rc1", Some("1.22"), None, "local"),
        ("go1.20.1", "1.22.1", Some("1.21"), None, "go1.20.1, too old for 1.21"),
        ("go1.22.1", "1.22.1", Some("1.21"), None, "local"),
        ("go1.23.0+auto", "1.22.1", Some("1.21"), Some("default"), "go1.23.0"),
        ("go1.23.0+path", "1.22.1", Some("1.24"), None, "go1.24.0"),
        ("auto", "1.19.1", Some("1.20"), None, "go1.20"),
    ] {
        let selection = GoToolchain::parse(setting).unwrap().select(local, go, toolchain);
        let old = selection.too_old_for.map_or(String::new(), |v| format!(", too old for {v}"));
        let shown = format!("{}{old}", selection.toolchain.as_deref().unwrap_or("local"));
        assert_eq!(shown, wanted, "{setting} {local} {go:?} {toolchain:?}");
    }
}
