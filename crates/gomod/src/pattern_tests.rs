use super::*;

#[test]
fn facts_of_x_mod() {
    for (globs, target, wanted) in [
        ("", "rsc.io/quote", false),
        ("/", "rsc.io/quote", false),
        ("*/quote", "rsc.io/quote", true),
        ("*/quo", "rsc.io/quote", false),
        ("*/quo??", "rsc.io/quote", true),
        ("*/quo*", "rsc.io/quote", true),
        ("*quo*", "rsc.io/quote", false),
        ("rsc.io", "rsc.io/quote", true),
        ("*.io", "rsc.io/quote", true),
        ("rsc.io/", "rsc.io/quote", true),
        ("rsc", "rsc.io/quote", false),
        ("rsc*", "rsc.io/quote", true),
        ("rsc.io", "rsc.io/quote/v3", true),
        ("*/quote", "rsc.io/quote/v3", true),
        ("*/quote/", "rsc.io/quote/v3", true),
        ("*/quote/*", "rsc.io/quote/v3", true),
        ("*/quote/*/", "rsc.io/quote/v3", true),
        ("*/v3", "rsc.io/quote/v3", false),
        ("*/*/v3", "rsc.io/quote/v3", true),
        ("*/*/*", "rsc.io/quote/v3", true),
        ("*/*/*/", "rsc.io/quote/v3", true),
        ("*/*/*", "rsc.io/quote", false),
        ("*/*/*/", "rsc.io/quote", false),
        ("*/*/*,,", "rsc.io/quote", false),
        ("*/*/*,,*/quote", "rsc.io/quote", true),
        (",,*/quote", "rsc.io/quote", true),
    ] {
        assert_eq!(matches(globs, target), wanted, "{globs} {target}");
        assert_eq!(Patterns::parse(globs).matches(target), wanted, "{globs} {target}");
    }
}

#[test]
fn globs() {
    for (pattern, name, wanted) in [
        ("abc", "abc", Ok(true)),
        ("*", "abc", Ok(true)),
        ("*c", "abc", Ok(true)),
        ("a*", "a", Ok(true)),
        ("a*", "abc", Ok(true)),
        ("a*", "ab/c", Ok(false)),
        ("a*/b", "abc/b", Ok(true)),
        ("a*/b", "a/c/b", Ok(false)),
        ("a*b*c*d*e*/f", "axbxcxdxe/f", Ok(true)),
        ("a*b*c*d*e*/f", "axbxcxdxexxx/f", Ok(true)),
        ("a*b*c*d*e*/f", "axbxcxdxe/xxx/f", Ok(false)),
        ("a*b?c*x", "abxbbxdbxebxczzx", Ok(true)),
        ("a*b?c*x", "abxbbxdbxebxczzy", Ok(false)),
        ("ab[c]", "abc", Ok(true)),
        ("ab[b-d]", "abc", Ok(true)),
        ("ab[^c]", "abc", Ok(false)),
        ("ab[^b-d]", "abc", Ok(false)),
        ("a\\*b", "a*b", Ok(true)),
        ("a\\*b", "ab", Ok(false)),
        ("a?b", "a\u{263a}b", Ok(true)),
        ("a[^a]b", "a\u{263a}b", Ok(true)),
        ("[a-\u{3b6}]*", "\u{3b1}", Ok(true)),
        ("*[a-\u{3b6}]", "A", Ok(false)),
        ("a?b", "a/b", Ok(false)),
        ("a*b", "a/b", Ok(false)),
        ("[\\]a]", "]", Ok(true)),
        ("[\\-]", "-", Ok(true)),
        ("[x\\-]", "x", Ok(true)),
        ("[]a]", "]", Err(BadPattern)),
        ("[-]", "-", Err(BadPattern)),
        ("[x-]", "x", Err(BadPattern)),
        ("[a-b-c]", "a", Err(BadPattern)),
        ("[", "a", Err(BadPattern)),
        ("[^", "a", Err(BadPattern)),
        ("[^bc", "a", Err(BadPattern)),
        ("a[", "ab", Err(BadPattern)),
        ("a\\", "a", Err(BadPattern)),
        ("*x", "xxx", Ok(true)),
        ("", "", Ok(true)),
        ("*", "", Ok(true)),
        ("?", "", Ok(false)),
    ] {
        assert_eq!(glob_match(pattern, name), wanted, "{pattern} {name}");
    }
}

#[test]
fn what_is_odd_is_seen() {
    let list = Patterns::parse("a.b, c.d,,e.f/[x");
    let shown: Vec<_> = list.globs().iter().map(|g| (g.text.as_str(), g.span.clone())).collect();
    assert_eq!(shown, [("a.b", 0..3), (" c.d", 4..8), ("e.f/[x", 10..16)]);
    assert!(list.globs()[1].has_outer_space() && !list.matches("c.d/x"));
    assert!(list.globs()[2].is_malformed() && !list.matches("e.f/[x"));
}

#[test]
fn goprivate_is_the_default_of_both() {
    let privacy = Privacy::resolve("corp.io", None, Some("none"));
    assert!(privacy.noproxy.matches("corp.io/x"));
    assert!(!privacy.nosumdb.matches("corp.io/x"));
    assert!(Privacy::resolve("corp.io", Some(""), None).noproxy.matches("corp.io/x"));
}
