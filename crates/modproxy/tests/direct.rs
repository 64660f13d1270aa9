//! `direct`, against real git repositories behind git's own HTTP server program.

#![allow(clippy::unwrap_used)]

mod common;

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use common::Front;
use gomod::ModuleVersion;
use seaworthy_modproxy::{CacheLocation, Fallback, ServeConfig, Target, UpstreamEntry, Verify};

/// Runs git in a folder with a fixed identity and time.
fn git(folder: &Path, arguments: &[&str]) -> String {
    let out = Command::new("git")
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap())
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_SYSTEM", "/dev/null")
        .envs(
            ["GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"]
                .map(|n| (n, "t")),
        )
        .envs(["GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"].map(|name| (name, "2020-01-02T03:04:05Z")))
        .output()
        .unwrap();
    assert!(out.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout).unwrap().trim().to_owned()
}

fn commit(folder: &Path, files: &[(&str, &str)]) -> String {
    for (name, content) in files {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }
    git(folder, &["add", "-A"]);
    git(folder, &["commit", "-q", "-m", "c"]);
    git(folder, &["rev-parse", "HEAD"])
}

/// A server of bare repositories below `root`: passes requests to `git http-backend`.
fn serve_git(root: PathBuf) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let root = root.clone();
            std::thread::spawn(move || {
                let _ = backend(stream, &root);
            });
        }
    });
    port
}

fn backend(mut stream: TcpStream, root: &Path) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let mut words = line.split_whitespace();
    let (method, target) =
        (words.next().unwrap_or_default().to_owned(), words.next().unwrap_or_default().to_owned());
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        headers.insert(name.to_ascii_lowercase(), value.to_owned());
    }
    let mut body = Vec::new();
    if let Some(length) = headers.get("content-length") {
        body.resize(length.parse().unwrap(), 0);
        reader.read_exact(&mut body)?;
    } else if headers.contains_key("transfer-encoding") {
        loop {
            let mut size = String::new();
            reader.read_line(&mut size)?;
            let mut piece = vec![0; usize::from_str_radix(size.trim(), 16).unwrap()];
            reader.read_exact(&mut piece)?;
            reader.read_line(&mut String::new())?;
            if piece.is_empty() {
                break;
            }
            body.extend(piece);
        }
    }
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    let mut child = Command::new("git")
        .arg("http-backend")
        .env("GIT_PROJECT_ROOT", root)
        .env("GIT_HTTP_EXPORT_ALL", "1")
        .env("REQUEST_METHOD", &method)
        .env("PATH_INFO", path)
        .env("QUERY_STRING", query)
        .env("CONTENT_TYPE", headers.get("content-type").map_or("", String::as_str))
        .env("HTTP_CONTENT_ENCODING", headers.get("content-encoding").map_or("", String::as_str))
        .env("GIT_PROTOCOL", headers.get("git-protocol").map_or("", String::as_str))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    child.stdin.take().unwrap().write_all(&body)?;
    let out = child.wait_with_output()?.stdout;
    let end = out.windows(4).position(|four| four == b"\r\n\r\n").unwrap_or(0);
    let head = String::from_utf8_lossy(&out[..end]).into_owned();
    let status = head.lines().find_map(|line| line.strip_prefix("Status: ")).unwrap_or("200 OK");
    let content = &out[end + 4..];
    write!(
        stream,
        "HTTP/1.1 {status}\r\n{head}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        content.len()
    )?;
    stream.write_all(content)
}

struct World {
    dir: tempfile::TempDir,
    front: Front,
    first: String,
    last: String,
}

/// Repository `git.test/r.git`: root module with tags v0.1.0, v1.0.0 and v2.0.0 (module path /v2), a module in `sub`
/// with tag sub/v1.2.3, and a commit after them.
async fn world() -> World {
    let dir = tempfile::tempdir().unwrap();
    let work = dir.path().join("work");
    std::fs::create_dir_all(&work).unwrap();
    git(&work, &["init", "-q", "-b", "main"]);
    let first = commit(&work, &[("a.go", "package r\n"), ("LICENSE", "free\n"), ("data/x", "1")]);
    git(&work, &["tag", "v0.1.0"]);
    commit(
        &work,
        &[
            ("go.mod", "module git.test/r.git\n\ngo 1.20\n"),
            ("secret.txt", "no"),
            (".gitattributes", "secret.txt export-ignore\n"),
        ],
    );
    git(&work, &["tag", "-a", "-m", "annotated", "v1.0.0"]);
    git(&work, &["tag", "not-a-version"]);
    git(&work, &["tag", "v1.0"]);
    commit(&work, &[("sub/go.mod", "module git.test/r.git/sub\n"), ("sub/s.go", "package sub\n")]);
    git(&work, &["tag", "sub/v1.2.3"]);
    commit(&work, &[("go.mod", "module git.test/r.git/v2\n")]);
    git(&work, &["tag", "v2.0.0"]);
    let last = commit(&work, &[("go.mod", "module git.test/r.git\n"), ("b.go", "package r\n")]);
    let bare = dir.path().join("served/r.git");
    std::fs::create_dir_all(bare.parent().unwrap()).unwrap();
    git(dir.path(), &["clone", "-q", "--bare", "work", bare.to_str().unwrap()]);
    let port = serve_git(dir.path().join("served"));
    let settings = dir.path().join("gitconfig");
    std::fs::write(
        &settings,
        format!("[url \"http://127.0.0.1:{port}/\"]\n\tinsteadOf = http://git.test/\n"),
    )
    .unwrap();
    let mut config = ServeConfig {
        listen: vec!["127.0.0.1:0".into()],
        cache: CacheLocation::Disk(dir.path().join("cache")),
        upstreams: vec![UpstreamEntry { target: Target::Direct, fallback: Fallback::NotFound }],
        verify: Verify::Off,
        insecure: "git.test".into(),
        ..ServeConfig::default()
    };
    config.vcs_env.insert("GIT_CONFIG_GLOBAL".into(), settings.display().to_string());
    config.vcs_env.insert("GIT_CONFIG_SYSTEM".into(), "/dev/null".into());
    let front = Front::start(config).await;
    World { dir, front, first, last }
}

#[tokio::test]
async fn versions_files_and_revisions_come_out_of_a_repository() {
    let world = world().await;
    let front = &world.front;
    for (path, want) in [
        ("/git.test/r.git/@v/list", "v0.1.0\nv1.0.0\n"),
        ("/git.test/r.git/v2/@v/list", "v2.0.0\n"),
        ("/git.test/r.git/sub/@v/list", "v1.2.3\n"),
        ("/git.test/r.git/@v/v0.1.0.mod", "module git.test/r.git\n"),
        ("/git.test/r.git/@v/v1.0.0.mod", "module git.test/r.git\n\ngo 1.20\n"),
        ("/git.test/r.git/v2/@v/v2.0.0.mod", "module git.test/r.git/v2\n"),
        ("/git.test/r.git/sub/@v/v1.2.3.mod", "module git.test/r.git/sub\n"),
    ] {
        let got = front.get(path).await;
        assert_eq!((got.status, got.text()), (200, want), "{path}");
    }
    let info = |text: &str| -> serde_json::Value { serde_json::from_str(text).unwrap() };
    let got = info(front.get("/git.test/r.git/@latest").await.text());
    assert_eq!((&got["Version"], &got["Time"]), (&"v1.0.0".into(), &"2020-01-02T03:04:05Z".into()));
    assert_eq!(got["Origin"]["Ref"], "refs/tags/v1.0.0");
    // A branch, a commit after the tags, a commit that has a tag, a short version.
    let pseudo = format!("v1.0.1-0.20200102030405-{}", &world.last[..12]);
    for (query, want) in [
        ("main", pseudo.as_str()),
        (&world.last, &pseudo),
        (&world.last[..8], &pseudo),
        (&world.first, "v0.1.0"),
        ("v1.0", "v1.0.0"),
    ] {
        let got = front.get(&format!("/git.test/r.git/@v/{query}.info")).await;
        assert_eq!(info(got.text())["Version"], want, "{query}");
    }
    let got = front.get(&format!("/git.test/r.git/@v/{pseudo}.info")).await;
    assert_eq!(info(got.text())["Origin"]["Hash"], world.last.as_str());
}

#[tokio::test]
async fn what_is_not_there_or_not_true_is_404() {
    let world = world().await;
    let twelve = &world.last[..12];
    for (path, why) in [
        ("/git.test/r.git/@v/v9.9.9.info".to_owned(), "unknown revision"),
        ("/git.test/r.git/@v/nobranch.info".to_owned(), "unknown revision"),
        ("/git.test/none.git/@v/list".to_owned(), "not found"),
        ("/git.test/r.git/@v/v2.0.0+incompatible.info".to_owned(), "go.mod"),
        (format!("/git.test/r.git/@v/v1.0.1-0.20210102030405-{twelve}.info"), "timestamp"),
        (format!("/git.test/r.git/@v/v1.0.2-0.20200102030405-{twelve}.info"), "preceding tag"),
        ("/git.test/r.git/@v/v1.0.1-0.20200102030405-000000000000.info".to_owned(), "unknown revision"),
    ] {
        let got = world.front.get(&path).await;
        assert_eq!(got.status, 404, "{path}: {}", got.text());
        assert!(got.text().contains(why), "{path}: {}", got.text());
    }
}

#[tokio::test]
async fn the_zip_is_what_go_would_make() {
    let world = world().await;
    let names = |zip: &[u8]| {
        let archive = gomod::zip::Archive::from_slice(zip).unwrap();
        archive.h1().unwrap()
    };
    let root = world.front.get("/git.test/r.git/@v/v1.0.0.zip").await;
    assert_eq!(root.status, 200, "{}", root.text());
    // The same files by hand: export-ignore is obeyed.
    let want = common::zip_of(
        "git.test/r.git",
        "v1.0.0",
        &[
            ("a.go", b"package r\n"),
            ("LICENSE", b"free\n"),
            ("data/x", b"1"),
            ("go.mod", b"module git.test/r.git\n\ngo 1.20\n"),
            (".gitattributes", b"secret.txt export-ignore\n"),
        ],
    );
    assert_eq!(names(root.bytes()), names(&want));
    let module = ModuleVersion::new("git.test/r.git", "v1.0.0");
    assert!(gomod::zip::Archive::from_slice(root.bytes()).unwrap().verify(&module).is_ok());
    // A module in a folder takes the licence along.
    let sub = world.front.get("/git.test/r.git/sub/@v/v1.2.3.zip").await;
    let want = common::zip_of(
        "git.test/r.git/sub",
        "v1.2.3",
        &[("go.mod", b"module git.test/r.git/sub\n"), ("s.go", b"package sub\n"), ("LICENSE", b"free\n")],
    );
    assert_eq!(names(sub.bytes()), names(&want));
    common::eventually(|| world.dir.path().join("cache/git.test/r.git/sub/@v/v1.2.3.zip").exists()).await;
}
