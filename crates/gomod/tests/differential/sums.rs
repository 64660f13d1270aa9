//! Zips, hashes and the checksum database.

use std::collections::BTreeMap;
use std::future::{Future, ready};
use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use seaworthy_gomod::sumdb::note::{Signer, Verifier, open};
use seaworthy_gomod::sumdb::{Client, MemoryLog, Ops, Options, poll_now};
use seaworthy_gomod::zip::{Archive, create_from_dir};
use seaworthy_gomod::{ModuleVersion, dirhash};

use crate::oracle::{Question, Random, ask};

const PATH: &str = "example.com/m";
const VERSION: &str = "v1.0.0";

fn folder(name: &str) -> PathBuf {
    let dir = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&dir);
    std::fs::create_dir_all(&dir).expect("make folder");
    dir
}

fn shown(path: &std::path::Path) -> String {
    path.to_str().expect("a path in UTF-8").to_owned()
}

#[test]
fn zips() {
    let mut random = Random::new(21);
    let dir = folder("zips");
    let names = [
        "a.go", "b.go", "A.go", "a", "a/", "a/b.go", "a/b/", "A/c", "go.mod", "GO.MOD", "x/go.mod",
        "LICENSE", "x//y", "x/../y", "../y", "/y", "x'", "x\\y", "\u{e9}", "\u{c9}", "k", "\u{212a}", "aux",
        "x/.", "", "com1.go", "a b", "\u{2160}", "x:y",
    ];
    let mut questions: Vec<Question> = Vec::new();
    let mut files = Vec::new();
    for i in 0..1500 {
        let file = dir.join(format!("{i}.zip"));
        let mut args = vec![shown(&file)];
        for _ in 0..random.below(5) {
            let prefix = random.pick(&[
                "example.com/m@v1.0.0/",
                "example.com/m@v1.0.0/",
                "example.com/m@v1.0.0/",
                "example.com/m@v1.0.0/",
                "",
                "x/",
            ]);
            let size = [0, 1, 100, 5000][random.below(4)];
            args.push(format!("{prefix}{}", random.pick(&names)));
            args.push("text ".repeat(size));
        }
        questions.push(("makeZip", args));
        questions.push(("checkZip", vec![PATH.into(), VERSION.into(), shown(&file)]));
        questions.push(("hashZip", vec![shown(&file)]));
        files.push(file);
    }
    let Some(answers) = ask(&questions) else { return };
    let module = ModuleVersion::new(PATH, VERSION);
    let mut good = 0;
    for (file, answers) in files.iter().zip(answers.chunks(3)) {
        let names = &questions[files.iter().position(|f| f == file).unwrap_or(0) * 3];
        let archive = Archive::from_file(std::fs::File::open(file).expect("open zip")).expect("read zip");
        let checked = archive.check(&module).expect("check zip");
        let valid = checked.ok().map(|()| checked.valid.clone()).map_err(|e| e.to_string());
        match (&valid, &answers[1]) {
            (Ok(ours), Ok(theirs)) => {
                assert_eq!(ours, theirs);
                let verified = archive.verify(&module).expect("verify zip");
                assert_eq!(answers[2].as_deref(), Ok(&[verified.h1][..]));
                good += 1;
            }
            (Err(_), Err(_)) => {}
            _ => panic!("{names:?}: {valid:?} {:?}", answers[1]),
        }
        // Without the rules Go also hashes zips with a name twice, which nobody should trust.
        if let Ok(ours) = archive.h1() {
            assert_eq!(answers[2].as_deref(), Ok(&[ours][..]), "{names:?}");
        }
    }
    println!("{} zips, {good} of them good", files.len());
    assert!(good > 100);
}

#[test]
fn zips_of_folders() {
    let mut random = Random::new(22);
    let base = folder("folders");
    let names = [
        "a.go",
        "b/b.go",
        "b/c/c.go",
        "vendor/modules.txt",
        "vendor/x/y.go",
        "vendor/x.go",
        "b/vendor/x.go",
        "b/vendor/c/x.go",
        "b/vendor/vendor.go",
        "c/go.mod",
        "c/x.go",
        "c/d/x.go",
        "d/GO.MOD",
        "d/x.go",
        ".git/config",
        "e/.hg/x",
        ".hg_archival.txt",
        "LICENSE",
        "go.mod/x",
        "\u{e9}.go",
        "a'b",
        "f/aux.go",
        "testdata/A",
        "testdata/a",
    ];
    let mut questions: Vec<Question> = Vec::new();
    let mut cases = Vec::new();
    for i in 0..250 {
        let dir = base.join(format!("{i}"));
        std::fs::create_dir_all(&dir).expect("make folder");
        if random.below(3) > 0 {
            let go = random.pick(&["1.13", "1.23", "1.24", "1.24.1", "1.25rc1"]);
            std::fs::write(dir.join("go.mod"), format!("module {PATH}\n\ngo {go}\n")).expect("write go.mod");
        }
        for _ in 0..random.below(8) {
            let name = random.pick(&names);
            let file = dir.join(name);
            let parent = file.parent().expect("a folder");
            // `go.mod` may be there as a file already.
            if std::fs::create_dir_all(parent).is_ok() {
                let _ = std::fs::write(&file, format!("content of {name}"));
            }
        }
        let theirs = base.join(format!("{i}.theirs.zip"));
        let ours = base.join(format!("{i}.ours.zip"));
        let made = create_from_dir(Vec::new(), &ModuleVersion::new(PATH, VERSION), &dir);
        if let Ok(bytes) = &made {
            std::fs::write(&ours, bytes).expect("write zip");
        }
        questions.push(("createFromDir", vec![PATH.into(), VERSION.into(), shown(&theirs), shown(&dir)]));
        questions.push(("hashZip", vec![shown(&theirs)]));
        questions.push(("hashZip", vec![shown(&ours)]));
        questions.push(("unzip", vec![PATH.into(), VERSION.into(), shown(&ours)]));
        cases.push((dir, made.map(|_| ()).map_err(|e| e.to_string())));
    }
    let Some(answers) = ask(&questions) else { return };
    let mut good = 0;
    for ((dir, made), answers) in cases.iter().zip(answers.chunks(4)) {
        assert_eq!(made.is_ok(), answers[0].is_ok(), "{}: {made:?} {:?}", dir.display(), answers[0]);
        if made.is_ok() {
            assert_eq!(answers[1], answers[2], "{}", dir.display());
            assert_eq!(answers[3], Ok(vec!["ok".to_owned()]), "{}", dir.display());
            good += 1;
        }
    }
    println!("{} folders, {good} of them good", cases.len());
    assert!(good > 50);
}

#[test]
fn hashes_of_go_mod() {
    let mut random = Random::new(23);
    let texts: Vec<String> =
        (0..200).map(|_| random.join(&["module a.b\n", "go 1.21\n", "\u{e9}", "\r\n", "//"], 6)).collect();
    let questions: Vec<Question> = texts.iter().map(|t| ("hashGoMod", vec![t.clone()])).collect();
    let Some(answers) = ask(&questions) else { return };
    for (text, theirs) in texts.iter().zip(answers) {
        assert_eq!(theirs, Ok(vec![dirhash::h1_go_mod(text.as_bytes())]), "{text:?}");
    }
}

const SECRET: &str =
    "PRIVATE+KEY+localhost.localdev/sumdb+00000c67+AXu6+oaVaOYuQOFrf1V59JK1owcFlJcHwwXHDfDGxSPk";

fn signer() -> Signer {
    Signer::parse(SECRET).expect("the key of cmd/go's tests")
}

#[test]
fn notes() {
    let mut random = Random::new(24);
    let note = signer().sign("text\n\nmore\n").expect("sign");
    let key = signer().verifier().to_text();
    let known = [signer().verifier().clone()];
    let texts: Vec<String> = (0..3000)
        .map(|_| {
            random.mutate(
                &note,
                &["\n", "\n\n", " ", "\u{2014}", "A", "=", "\u{1}", "x", "\u{2014} other AAAAAAAAAA==\n"],
            )
        })
        .collect();
    let questions: Vec<Question> = texts.iter().map(|t| ("openNote", vec![key.clone(), t.clone()])).collect();
    let Some(answers) = ask(&questions) else { return };
    for (text, theirs) in texts.iter().zip(answers) {
        let ours = open(text.as_bytes(), &known).map(|n| vec![n.text]);
        assert_eq!(ours.ok(), theirs.ok(), "{text:?}");
    }
}

#[test]
fn our_database_and_the_client_of_go() {
    let mut questions: Vec<Question> = Vec::new();
    let mut wanted = Vec::new();
    for size in [1u64, 2, 3, 255, 256, 257, 600] {
        let mut log = MemoryLog::new(signer());
        for n in 0..size {
            log.add(&format!("example.com/m{n}"), VERSION, &format!("h1:zip{n}="), "h1:mod=")
                .expect("add record");
        }
        for n in [0, size / 2, size - 1] {
            let path = format!("example.com/m{n}");
            let mut args = vec![signer().verifier().to_text(), path.clone(), VERSION.to_owned()];
            let lookup = format!("lookup/{path}@{VERSION}");
            let mut paths = vec![lookup];
            let mut level = 0;
            while size >> (8 * level) > 0 {
                let hashes = size >> (8 * level);
                for tile in 0..hashes.div_ceil(256) {
                    let width = (hashes - tile * 256).min(256);
                    let partial = if width < 256 { format!(".p/{width}") } else { String::new() };
                    paths.push(format!("tile/8/{level}/{tile:03}{partial}"));
                }
                level += 1;
            }
            for path in paths {
                let data = log.answer(&path).unwrap_or_else(|| panic!("no {path}"));
                args.extend([path, STANDARD.encode(data)]);
            }
            questions.push(("sumdbLookup", args));
            wanted.push(format!("{path} {VERSION} h1:zip{n}="));
        }
    }
    let Some(answers) = ask(&questions) else { return };
    for (theirs, wanted) in answers.into_iter().zip(wanted) {
        assert_eq!(theirs, Ok(vec![wanted]));
    }
}

/// A database made of its answers.
struct Answers(BTreeMap<String, Vec<u8>>);

impl Ops for Answers {
    type Error = std::io::Error;

    fn fetch(&self, paths: Vec<String>) -> impl Future<Output = Vec<Result<Vec<u8>, std::io::Error>>> + Send {
        let answer = |path: String| self.0.get(&path).cloned().ok_or_else(|| std::io::Error::other(path));
        ready(paths.into_iter().map(answer).collect())
    }

    fn read_cache(&self, _: String) -> impl Future<Output = Option<Vec<u8>>> + Send {
        ready(None)
    }

    fn write_cache(&self, _: String, _: Vec<u8>) -> impl Future<Output = ()> + Send {
        ready(())
    }

    fn read_latest(&self, _: String) -> impl Future<Output = Result<Vec<u8>, std::io::Error>> + Send {
        ready(Ok(Vec::new()))
    }

    fn write_latest(
        &self,
        _: String,
        _: Vec<u8>,
        _: Vec<u8>,
    ) -> impl Future<Output = Result<bool, std::io::Error>> + Send {
        ready(Ok(true))
    }
}

#[test]
fn the_database_of_go_and_our_client() {
    let sizes = [1u64, 2, 255, 256, 257, 1000, 66_000];
    let questions: Vec<Question> =
        sizes.iter().map(|size| ("sumdbServe", vec![SECRET.to_owned(), size.to_string()])).collect();
    let Some(answers) = ask(&questions) else { return };
    for (size, answer) in sizes.into_iter().zip(answers) {
        let pairs = answer.expect("a database");
        let decoded =
            pairs.chunks(2).map(|p| (p[0].clone(), STANDARD.decode(&p[1]).expect("base64"))).collect();
        let key = Verifier::parse(&signer().verifier().to_text()).expect("key");
        let client = Client::new(Answers(decoded), key, Options::default());
        for n in [0, size / 2, size - 1] {
            let module = ModuleVersion::new(format!("example.com/m{n}"), VERSION);
            let h1 = poll_now(client.h1(&module, false))
                .expect("no waiting")
                .unwrap_or_else(|e| panic!("{size}: {e}"));
            assert_eq!(h1, Some(format!("h1:zip{n}=")));
        }
    }
}
