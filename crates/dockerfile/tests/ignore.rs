//! The facts about ignore patterns as tables. The cases follow what moby's own tests establish.

use seaworthy_dockerfile::ignore::IgnoreFile;

fn ignored(patterns: &[&str], path: &str) -> bool {
    let file = IgnoreFile::from_patterns(patterns.iter().copied());
    assert!(file.errors.is_empty(), "{patterns:?}");
    file.is_ignored(path)
}

#[test]
fn single_patterns() {
    let table: &[(&str, &str, bool)] = &[
        ("*", "main.go", true),
        ("*.go", "main.go", true),
        ("*.go", "cmd/main.go", false),
        ("**", "file", true),
        ("**", "file/", true),
        ("**/", "file", true),
        ("**/", "file/", true),
        ("**", "dir/file", true),
        ("**/", "dir/file/", true),
        ("**/**", "dir/file", true),
        ("**/**", "dir/file/", true),
        ("dir/**", "dir/file", true),
        ("dir/**", "dir/dir2/file/", true),
        ("**/dir", "dir", true),
        ("**/dir", "dir/file", true),
        ("**/dir2/*", "dir/dir2/file", true),
        ("**/dir2/*", "dir/dir2/file/", true),
        ("**/dir2/**", "dir/dir2/dir3/file", true),
        ("**file", "file", true),
        ("**file", "dir/file", true),
        ("**file", "dir/xfile", true),
        ("**/file", "dir/file", true),
        ("**file", "dir/dir/file", true),
        ("**/file", "dir/dir/file", true),
        ("**/file*", "dir/dir/file", true),
        ("**/file*", "dir/dir/file.txt", true),
        ("**/file*txt", "dir/dir/file.txt", true),
        ("**/file*.txt*", "dir/dir/file.txt", true),
        ("**/**/*.txt", "dir/dir/file.txt", true),
        ("**/**/*.txt2", "dir/dir/file.txt", false),
        ("**/*.txt", "file.txt", true),
        ("**/**/*.txt", "file.txt", true),
        ("a**/*.txt", "a/file.txt", true),
        ("a**/*.txt", "a/dir/dir/file.txt", true),
        ("a/*.txt", "a/dir/file.txt", false),
        ("a/*.txt", "a/file.txt", true),
        ("a/*.txt**", "a/file.txt", true),
        ("a[b-d]e", "ae", false),
        ("a[b-d]e", "ace", true),
        ("a[b-d]e", "aae", false),
        ("a[^b-d]e", "aze", true),
        (".*", ".foo", true),
        (".*", "foo", false),
        ("abc.def", "abcdef", false),
        ("abc.def", "abc.def", true),
        ("abc.def", "abcZdef", false),
        ("abc?def", "abcZdef", true),
        ("abc?def", "abcdef", false),
        ("a\\\\", "a\\", true),
        ("a\\*b", "a*b", true),
        ("**/foo/bar", "foo/bar", true),
        ("**/foo/bar", "dir/dir2/foo/bar", true),
        ("abc/**", "abc", false),
        ("abc/**", "abc/def", true),
        ("abc/**", "abc/def/ghi", true),
        ("**/.foo", ".foo", true),
        ("**/.foo", "bar.foo", false),
        ("a(b)c/def", "a(b)c/def", true),
        ("a(b)c/def", "a(b)c/xyz", false),
        ("a.|)$(}+{bc", "a.|)$(}+{bc", true),
        ("dist/*.whl", "dist/proxy.py-2.4.0rc3.dev36+g08acad9-py3-none-any.whl", true),
        // filepath.Match's own table, as far as moby agrees with it
        ("*c", "abc", true),
        ("a*", "a", true),
        ("a*", "ab/c", true),
        ("a*/b", "abc/b", true),
        ("a*/b", "a/c/b", false),
        ("a*b*c*d*e*/f", "axbxcxdxexxx/f", true),
        ("a*b*c*d*e*/f", "axbxcxdxe/xxx/f", false),
        ("a*b*c*d*e*/f", "axbxcxdxexxx/fff", false),
        ("a*b?c*x", "abxbbxdbxebxczzx", true),
        ("a*b?c*x", "abxbbxdbxebxczzy", false),
        ("ab[c]", "abc", true),
        ("ab[e-g]", "abc", false),
        ("ab[^c]", "abc", false),
        ("ab[^e-g]", "abc", true),
        ("a\\*b", "ab", false),
        ("a?b", "a☺b", true),
        ("a[^a]b", "a☺b", true),
        ("a???b", "a☺b", false),
        ("[a-ζ]*", "α", true),
        ("*[a-ζ]", "A", false),
        ("a?b", "a/b", false),
        ("a*b", "a/b", false),
        ("[\\]a]", "]", true),
        ("[\\-]", "-", true),
        ("[x\\-]", "x", true),
        ("[x\\-]", "z", false),
        ("[\\-x]", "a", false),
        ("*x", "xxx", true),
    ];
    for &(pattern, path, want) in table {
        assert_eq!(ignored(&[pattern], path), want, "{pattern} {path}");
    }
}

#[test]
fn malformed_patterns_are_errors() {
    for bad in ["[", "[]a]", "[-]", "[x-]", "[-x]", "\\", "[a-b-c]", "[^", "[^bc", "a[", "!"] {
        let file = IgnoreFile::parse(bad);
        assert_eq!((file.patterns.len(), file.errors.len()), (0, 1), "{bad}");
    }
}

#[test]
fn several_patterns() {
    let table: &[(&[&str], &str, bool)] = &[
        (&["!main.go", "*.go"], "main.go", true),
        (&["*.go", "!main.go"], "main.go", false),
        (&["docs", "!docs/README.md"], "docs/README.md", false),
        (&["docs/", "!docs/README.md"], "docs/README.md", false),
        (&["docs/*", "!docs/README.md"], "docs/README.md", false),
        (&["**", "!util/docker/web"], "util/docker/web/foo", false),
        (&["**", "!util/docker/web", "util/docker/web/foo"], "util/docker/web/foo", true),
        (&["**", "!dist/*.whl"], "dist/a.whl", false),
        (&["*", "!go.mod"], "go.sum", true),
        (&["*", "!cmd"], "cmd/x/main.go", false),
        (&[], "any/path", false),
    ];
    for &(patterns, path, want) in table {
        assert_eq!(ignored(patterns, path), want, "{patterns:?} {path}");
    }
}

#[test]
fn a_folder_is_visited_before_what_is_in_it() {
    // `!a` cannot flip anything when the walk comes to `a`, so it is not handed down to `a/x`.
    assert!(ignored(&["**/x", "!a"], "a/x"));
    assert!(!ignored(&["a", "!a"], "a/x"));
}

#[test]
fn reading_a_file() {
    let text = "\u{feff}test1\n/test2\r\n/a/file/here\n\n  lastfile  \n# comment\n #not a comment\n! /inverted/abs/path\n./b/../c/\nfoo/..\n";
    let file = IgnoreFile::parse(text);
    let got: Vec<_> = file.patterns.iter().map(|p| (p.line, p.negated, p.text.as_str())).collect();
    let want = [
        (1, false, "test1"),
        (2, false, "test2"),
        (3, false, "a/file/here"),
        (5, false, "lastfile"),
        (7, false, "#not a comment"),
        (8, true, "inverted/abs/path"),
        (9, false, "c"),
        (10, false, "."),
    ];
    assert_eq!(got, want);
    assert!(file.patterns.iter().all(|p| !p.span.of(text).starts_with(' ')));
}

#[test]
fn why_names_the_line_and_what_it_matched() {
    let file = IgnoreFile::parse("# keep it small\n*\n!go.*\n!cmd\ncmd/**/*_test.go\n");
    let why = |path: &str| {
        let d = file.why(path);
        (d.ignored, d.pattern.map(|i| file.patterns[i].line), d.matched)
    };
    assert_eq!(why("go.sum"), (false, Some(3), "go.sum".into()));
    assert_eq!(why("internal/a.go"), (true, Some(2), "internal".into()));
    assert_eq!(why("cmd/x/main.go"), (false, Some(4), "cmd".into()));
    assert_eq!(why("cmd/x/main_test.go"), (true, Some(5), "cmd/x/main_test.go".into()));
}

#[test]
fn pruning() {
    let file = IgnoreFile::parse("*\n!cmd/server\n");
    assert!(!file.prunes("cmd") && file.prunes("vendor") && !file.walks_everything());
    let file = IgnoreFile::parse("*\n!**/*.go\n");
    assert!(!file.prunes("node_modules") && file.walks_everything());
}
