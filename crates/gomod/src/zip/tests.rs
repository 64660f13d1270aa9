use std::io::{self, Read, Write};

use rawzip::path::EntryPath;
use rawzip::{CompressionMethod, ZipArchiveWriter};

use super::*;
use crate::path::ModuleVersion;

const M: &str = "example.com/m";

fn module() -> ModuleVersion {
    ModuleVersion::new(M, "v1.0.0")
}

/// A zip of names as they are and contents.
fn zip<N: AsRef<[u8]>>(entries: &[(N, &[u8])], method: CompressionMethod) -> Vec<u8> {
    let mut out = ZipArchiveWriter::new(Vec::new());
    for (name, content) in entries {
        let path = EntryPath::verbatim(name.as_ref());
        let (mut entry, config) = out.new_file(path).compression_method(method).start().unwrap();
        let descriptor = if method == CompressionMethod::DEFLATE {
            let mut writer =
                config.wrap(flate2::write::DeflateEncoder::new(&mut entry, flate2::Compression::fast()));
            writer.write_all(content).unwrap();
            let (encoder, descriptor) = writer.finish().unwrap();
            encoder.finish().unwrap();
            descriptor
        } else {
            let mut writer = config.wrap(&mut entry);
            writer.write_all(content).unwrap();
            writer.finish().unwrap().1
        };
        entry.finish(descriptor).unwrap();
    }
    out.finish().unwrap()
}

/// A deflated zip of `example.com/m@v1.0.0` with these files.
fn of(files: &[(&str, &str)]) -> Vec<u8> {
    let entries: Vec<_> = files.iter().map(|(n, c)| (format!("{M}@v1.0.0/{n}"), c.as_bytes())).collect();
    zip(&entries, CompressionMethod::DEFLATE)
}

fn verify(bytes: &[u8]) -> String {
    match Archive::from_slice(bytes).and_then(|a| a.verify(&module())) {
        Ok(verified) => verified.h1,
        Err(e) => e.to_string(),
    }
}

struct Mem {
    path: String,
    kind: FileKind,
    content: String,
}

impl SourceFile for Mem {
    fn path(&self) -> &str {
        &self.path
    }

    fn kind(&self) -> io::Result<FileKind> {
        Ok(self.kind)
    }

    fn open(&self) -> io::Result<Box<dyn Read + '_>> {
        Ok(Box::new(self.content.as_bytes()))
    }
}

fn mem(files: &[(&str, &str)]) -> Vec<Mem> {
    let kind = |content: &str| FileKind::Regular(content.len() as u64);
    let one = |&(path, content): &(&str, &str)| Mem {
        path: path.to_owned(),
        kind: kind(content),
        content: content.to_owned(),
    };
    files.iter().map(one).collect()
}

fn shown(checked: &Checked) -> String {
    let list = |name: &str, items: Vec<String>| {
        items.into_iter().map(|item| format!("{name} {item}\n")).collect::<String>()
    };
    list("+", checked.valid.clone())
        + &list("-", checked.omitted.iter().map(ToString::to_string).collect())
        + &list("!", checked.invalid.iter().map(ToString::to_string).collect())
}

#[test]
fn hashes_of_x_mod() {
    for (files, hash) in [
        (
            &[
                ("go.mod", "module example.com/m\n\ngo 1.13\n"),
                ("m.go", "package m\n\nfunc Foo() int { return 42 }\n"),
                (
                    "cmd/hello/hello.go",
                    "package main\n\nimport (\n  \"fmt\"\n  \"example.com/m\"\n)\n\nfunc main() {\n  fmt.Println(m.Foo())\n}\n",
                ),
            ][..],
            "h1:tpqYOOmuilagXzyqoJ3roUjp8gneQeTv5YVpL6BG7/k=",
        ),
        (&[("go.mod/a.go", "package a\n")][..], "h1:Mun5l9cBlDnnV6JasTpio2aZJSbFj++h+814mnKC/OM="),
    ] {
        assert_eq!(verify(&of(files)), hash);
        assert_eq!(Archive::from_slice(&of(files)).unwrap().h1().unwrap(), hash);
        let made = create(Vec::new(), &module(), &mem(files)).unwrap();
        assert_eq!(verify(&made), hash);
        assert_eq!(made, create(Vec::new(), &module(), &mem(files)).unwrap());
    }
    let made = create(
        Vec::new(),
        &module(),
        &mem(&[("a.go", "package a\n"), ("b/GO.MOD", "MODULE EXAMPLE.COM/M/B\n"), ("b/b.go", "package b\n")]),
    );
    assert_eq!(verify(&made.unwrap()), "h1:xctQQey8/y7IcBjFZDP/onWLSXhlqcsC3i1fgSdpMHk=");
}

#[test]
fn names_in_zips() {
    let p = |name: &str| format!("{M}@v1.0.0/{name}");
    let cases: &[(&[String], &str)] = &[
        (&[p("a.go")], ""),
        (&[p("")], ""),
        (&[p("a/"), p("a/b")], ""),
        (&["x".into()], "x: path does not have prefix \"example.com/m@v1.0.0/\""),
        (&[p("a/../b")], "example.com/m@v1.0.0/a/../b: file path is not clean"),
        (&[p("a//b")], "example.com/m@v1.0.0/a//b: file path is not clean"),
        (
            &[p("../b")],
            "example.com/m@v1.0.0/../b: malformed file path \"../b\": invalid path element \"..\"",
        ),
        (&[p("/b")], "example.com/m@v1.0.0//b: malformed file path \"/b\": empty path element"),
        (&[p("a'")], "example.com/m@v1.0.0/a': malformed file path \"a'\": invalid char '\\''"),
        (&[p("a\\b")], "example.com/m@v1.0.0/a\\b: malformed file path \"a\\\\b\": invalid char '\\\\'"),
        (&[p("GO.MOD")], "example.com/m@v1.0.0/GO.MOD: go.mod files must have lowercase names"),
        (&[p("b/Go.mod")], "example.com/m@v1.0.0/b/Go.mod: go.mod file not in module root directory"),
        (&[p("a"), p("a")], "example.com/m@v1.0.0/a: multiple entries for file \"a\""),
        (&[p("a"), p("a/b")], "example.com/m@v1.0.0/a/b: entry \"a\" is both a file and a directory"),
        (&[p("a/b"), p("a")], "example.com/m@v1.0.0/a: entry \"a\" is both a file and a directory"),
        (
            &[p("a/b"), p("A/c")],
            "example.com/m@v1.0.0/A/c: case-insensitive file name collision: \"a\" and \"A\"",
        ),
        (
            &[p("x/\u{212a}"), p("x/k")],
            "example.com/m@v1.0.0/x/k: case-insensitive file name collision: \"x/\u{212a}\" and \"x/k\"",
        ),
    ];
    for (names, wanted) in cases {
        let entries: Vec<(&String, &[u8])> = names.iter().map(|n| (n, &b""[..])).collect();
        let bytes = zip(&entries, CompressionMethod::STORE);
        let checked = Archive::from_slice(&bytes).unwrap().check(&module()).unwrap();
        let found = checked.ok().err().map_or(String::new(), |e| e.to_string());
        assert_eq!(&found, wanted, "{names:?}");
    }
    let bytes = zip(&[(&b"example.com/m@v1.0.0/\xff"[..], &b""[..])], CompressionMethod::STORE);
    assert!(verify(&bytes).ends_with("invalid UTF-8"), "{}", verify(&bytes));
}

#[test]
fn modules_that_are_none() {
    let bytes = of(&[]);
    let archive = Archive::from_slice(&bytes).unwrap();
    assert_eq!(archive.verify(&module()).unwrap().h1, "h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
    for (path, version, wanted) in [
        (M, "v1", "version \"v1\" is not canonical (should be \"v1.0.0\")"),
        (M, "main", "version \"main\" is not canonical (should be \"\")"),
        (M, "v2.0.0", "example.com/m: version \"v2.0.0\" invalid: should be v0 or v1, not v2"),
        ("m", "v1.0.0", "malformed module path \"m\": missing dot in first path element"),
    ] {
        let e = archive.check(&ModuleVersion::new(path, version)).unwrap_err();
        assert_eq!(e.to_string(), wanted);
    }
}

#[test]
fn what_the_pass_finds() {
    let bytes = of(&[("go.mod", "module example.com/m\n"), ("a/b.go", "package b\n")]);
    let archive = Archive::from_slice(&bytes).unwrap();
    let verified = archive.verify(&module()).unwrap();
    assert_eq!((verified.files, verified.unpacked), (2, 31));
    assert_eq!(verified.go_mod.as_deref(), Some(&b"module example.com/m\n"[..]));
    assert_eq!(archive.go_mod(&module()).unwrap(), verified.go_mod);
    let mut seen = Vec::new();
    let visit = |name: &str, content: &mut dyn Read| {
        let mut text = String::new();
        content.read_to_string(&mut text)?;
        seen.push(format!("{name}: {}", text.len()));
        Ok(())
    };
    archive.for_each_file(&module(), visit).unwrap();
    assert_eq!(seen, ["go.mod: 21", "a/b.go: 10"]);
}

#[test]
fn damaged_contents() {
    let content = "package a // with some text that is stored as it is\n";
    let good = zip(&[(format!("{M}@v1.0.0/a.go"), content.as_bytes())], CompressionMethod::STORE);
    assert!(verify(&good).starts_with("h1:"));
    let at = good.windows(9).position(|w| w == b"package a").unwrap();
    let mut bad = good.clone();
    bad[at] = b'P';
    assert_eq!(verify(&bad), "example.com/m@v1.0.0/a.go: checksum error");
    // The size in the directory: 24 bytes behind its signature.
    let directory = good.windows(4).rposition(|w| w == b"PK\x01\x02").unwrap();
    for (size, wanted) in [(10, "larger"), (90, "smaller")] {
        let mut bad = good.clone();
        bad[directory + 24] = size;
        assert_eq!(
            verify(&bad),
            format!("example.com/m@v1.0.0/a.go: content is {wanted} than its declared size")
        );
    }
    let deflated = of(&[("a.go", content)]);
    let wanted = verify(&deflated);
    let directory = deflated.windows(4).rposition(|w| w == b"PK\x01\x02").unwrap();
    let names = directory + 46..deflated.len() - 22;
    for at in 0..deflated.len() {
        for bit in [1, 0x80] {
            let mut bad = deflated.clone();
            bad[at] ^= bit;
            // Some bits do not matter (times, versions), and a new name gives a new hash.
            let found = verify(&bad);
            assert!(!found.starts_with("h1:") || found == wanted || names.contains(&at), "{at} {bit}");
        }
        verify(&deflated[..at]);
    }
}

#[test]
fn bombs() {
    // 40 MiB of zeros are next to nothing here; the size in the directory is a lie.
    let zeros = vec![0; 40 << 20];
    let mut bytes = zip(&[(format!("{M}@v1.0.0/a"), &zeros[..])], CompressionMethod::DEFLATE);
    assert!(bytes.len() < 1 << 20);
    let directory = bytes.windows(4).rposition(|w| w == b"PK\x01\x02").unwrap();
    bytes[directory + 24..directory + 28].copy_from_slice(&1000u32.to_le_bytes());
    assert_eq!(verify(&bytes), "example.com/m@v1.0.0/a: content is larger than its declared size");
    bytes[directory + 24..directory + 28].copy_from_slice(&(600u32 << 20).to_le_bytes());
    assert_eq!(
        verify(&bytes),
        "total uncompressed size of module contents too large (max size is 524288000 bytes)"
    );
    let limits = Limits { entries: 1, name_bytes: 1000 };
    let two = of(&[("a", ""), ("b", "")]);
    let open = |limits| Archive::open(io::Cursor::new(&two[..]), two.len() as u64, limits);
    assert_eq!(
        open(limits).err().unwrap().to_string(),
        "too many entries in zip (limit is 1 entries with 1000 bytes of names)"
    );
    assert!(open(Limits { entries: 2, name_bytes: 30 }).unwrap().h1().is_err());
    let sized = |name: &str, size: u32| {
        let mut bytes = of(&[(name, "x")]);
        let directory = bytes.windows(4).rposition(|w| w == b"PK\x01\x02").unwrap();
        bytes[directory + 24..directory + 28].copy_from_slice(&size.to_le_bytes());
        verify(&bytes)
    };
    assert!(sized("go.mod", (16 << 20) + 1).contains("go.mod file too large"));
    assert!(sized("LICENSE", (16 << 20) + 1).contains("LICENSE file too large"));
    assert!(!sized("x/LICENSE", (16 << 20) + 1).contains("LICENSE file too large"));
}

#[test]
fn zips_that_can_be_read_in_two_ways() {
    let good = of(&[("a", "x")]);
    assert!(verify(&good).starts_with("h1:"));
    let mut behind = good.clone();
    behind.extend(b"behind");
    assert_eq!(verify(&behind), "not a valid zip file: bytes behind its end, or a truncated end");
    let mut before = b"before".to_vec();
    before.extend(&good);
    assert_eq!(verify(&before), "not a valid zip file: its directory does not lie in front of its end");
    let mut count = good.clone();
    let end = good.len() - 22;
    count[end + 10] = 2;
    assert_eq!(
        verify(&count),
        "not a valid zip file: its directory has another number of entries than it says"
    );
    let mut twice = good.clone();
    twice.extend(&good);
    assert_eq!(verify(&twice), "not a valid zip file: its directory does not lie in front of its end");
    assert_eq!(verify(b"not a zip"), "not a valid zip file: missing end of central directory");
    assert_eq!(verify(b""), "not a valid zip file: missing end of central directory");
    let same = zip(&[("x", &b"1"[..]), ("x", &b"2"[..])], CompressionMethod::STORE);
    assert!(matches!(Archive::from_slice(&same).unwrap().h1(), Err(ZipError::Ambiguous(_))));
}

#[test]
fn many_entries_need_the_64_bit_end() {
    let names: Vec<String> = (0..70_000).map(|i| format!("{M}@v1.0.0/f{i}")).collect();
    let entries: Vec<(&String, &[u8])> = names.iter().map(|n| (n, &b""[..])).collect();
    let bytes = zip(&entries, CompressionMethod::STORE);
    assert_eq!(Archive::from_slice(&bytes).unwrap().verify(&module()).unwrap().files, 70_000);
}

#[test]
fn files_for_a_zip() {
    let old = mem(&[
        ("valid.go", ""),
        ("not/../clean", ""),
        ("/abs", ""),
        ("GO.MOD", ""),
        ("invalid.go'", ""),
        ("vendor/x/y", ""),
        ("vendor/modules.txt", ""),
        ("sub/go.mod", ""),
        ("sub/x/y.go", ""),
        (".hg_archival.txt", ""),
        ("valid.go", "duplicate"),
        ("valid.go", "another duplicate"),
        ("pkg/vendor/vendor.go", ""),
    ]);
    assert_eq!(
        shown(&check_files(&old)),
        "+ valid.go\n\
         + vendor/modules.txt\n\
         - vendor/x/y: file is in vendor directory\n\
         - sub/go.mod: file is in another module\n\
         - sub/x/y.go: file is in another module\n\
         - .hg_archival.txt: file is inserted by 'hg archive' and is always omitted\n\
         - pkg/vendor/vendor.go: file is in vendor directory\n\
         ! not/../clean: file path is not clean\n\
         ! /abs: file path is not relative\n\
         ! GO.MOD: go.mod files must have lowercase names\n\
         ! invalid.go': malformed file path \"invalid.go'\": invalid char '\\''\n\
         ! valid.go: multiple entries for file \"valid.go\"\n"
    );
    let new = mem(&[
        ("go.mod", "go 1.24\nmodules.txt is no directive, but nobody minds"),
        ("vendor/x/y", ""),
        ("vendor/modules.txt", ""),
        ("sub/vendor/sub.txt", ""),
        ("pkg/vendor/a/vendor.go", ""),
    ]);
    assert_eq!(
        shown(&check_files(&new)),
        "+ go.mod\n\
         + sub/vendor/sub.txt\n\
         - vendor/x/y: file is in vendor directory\n\
         - vendor/modules.txt: file is in vendor directory\n\
         - pkg/vendor/a/vendor.go: file is in vendor directory\n"
    );
    let mut odd = mem(&[("link", ""), ("dir", ""), ("pipe", ""), ("big", "")]);
    odd[0].kind = FileKind::Symlink;
    odd[1].kind = FileKind::Folder;
    odd[2].kind = FileKind::Other;
    odd[3].kind = FileKind::Regular(MAX_ZIP + 1);
    let checked = check_files(&odd);
    assert!(checked.too_large);
    assert_eq!(
        shown(&checked),
        "+ big\n- link: file is a symbolic link\n- dir: not a regular file\n- pipe: not a regular file\n"
    );
    let mut grown = mem(&[("a", "12")]);
    grown[0].kind = FileKind::Regular(1);
    let e = create(Vec::new(), &module(), &grown).unwrap_err();
    assert_eq!(e.to_string(), "a: file changed its size while it was read");
}

#[test]
#[cfg(unix)]
fn folders() {
    let dir = std::env::temp_dir().join(format!("gomod-zip-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&dir);
    for (path, content) in [
        ("go.mod", "module example.com/m\n\ngo 1.13\n"),
        ("a/a.go", "package a\n"),
        (".git/config", ""),
        ("sub/go.mod", ""),
        ("sub/x.go", ""),
        ("vendor/modules.txt", "kept before Go 1.24\n"),
        ("vendor/example.com/x/x.go", ""),
    ] {
        let file = dir.join(path);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, content).unwrap();
    }
    std::os::unix::fs::symlink("go.mod", dir.join("link")).unwrap();
    let (files, omitted) = list_dir(&dir).unwrap();
    let names: Vec<_> = files.iter().map(|f| f.path.as_str()).collect();
    assert_eq!(names, ["a/a.go", "go.mod", "vendor/modules.txt"]);
    let omitted: Vec<_> = omitted.iter().map(ToString::to_string).collect();
    assert_eq!(
        omitted,
        [
            ".git: directory is a version control repository",
            "link: not a regular file",
            "sub: directory is in another module",
            "vendor/example.com/x: file is in vendor directory",
            "vendor/example.com/x/x.go: file is in vendor directory",
        ]
    );
    let bytes = create_from_dir(Vec::new(), &module(), &dir).unwrap();
    std::fs::remove_dir_all(&dir).unwrap();
    assert_eq!(Archive::from_slice(&bytes).unwrap().verify(&module()).unwrap().files, 3);
}
