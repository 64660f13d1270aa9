//! The `go` command itself: GOPROXY lists, GOTOOLCHAIN, the env file, vendoring. Without the network: proxies are folders.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use seaworthy_gomod::goenv::EnvFile;
use seaworthy_gomod::goproxy::{Failure, ProxyList, ProxyUrl};
use seaworthy_gomod::gover::GoToolchain;
use seaworthy_gomod::modfile::{GoMod, Mode};
use seaworthy_gomod::pattern::Patterns;
use seaworthy_gomod::proxy::{FileKind, Found, Request, Transport, fetch};
use seaworthy_gomod::sumdb::poll_now;
use seaworthy_gomod::vendor::ModulesTxt;

/// The output of `go` in a scrubbed environment, or its errors. `None` when there is no `go`.
fn go(dir: &Path, args: &[&str], env: &[(&str, &str)]) -> Option<Result<String, String>> {
    let mut command = Command::new("go");
    let path = std::env::var_os("PATH").unwrap_or_default();
    command.args(args).current_dir(dir).env_clear().env("PATH", path).env("HOME", dir);
    command
        .env("GOTOOLCHAIN", "local")
        .env("GOSUMDB", "off")
        .env("GOFLAGS", "-modcacherw")
        .env("GOENV", "off");
    let output = match command.envs(env.iter().copied()).output() {
        Ok(output) => output,
        Err(e) => {
            eprintln!("skipped: no go command: {e}");
            return None;
        }
    };
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
    Some(if output.status.success() { Ok(text(&output.stdout)) } else { Err(text(&output.stderr)) })
}

fn folder(name: &str) -> PathBuf {
    let dir = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&dir);
    fs::create_dir_all(&dir).expect("make folder");
    dir
}

/// Proxies in folders.
struct Folders;

impl Transport for Folders {
    type Body = String;
    type Error = String;

    fn get(
        &self,
        proxy: &ProxyUrl,
        path: &str,
    ) -> impl Future<Output = Result<String, (Failure, String)>> + Send {
        let file = proxy.join(path).replace("file://", "");
        std::future::ready(fs::read_to_string(&file).map_err(|e| {
            let missing = e.kind() == std::io::ErrorKind::NotFound;
            (if missing { Failure::NotFound } else { Failure::Other }, e.to_string())
        }))
    }
}

#[test]
fn proxy_lists() {
    let dir = folder("proxies");
    for (proxy, time) in [("one", "2001-01-01T00:00:00Z"), ("two", "2002-01-01T00:00:00Z")] {
        let versions = dir.join(proxy).join("github.com/seaworthy/m/@v");
        fs::create_dir_all(&versions).expect("make proxy");
        let info = format!("{{\"Version\":\"v1.0.0\",\"Time\":\"{time}\"}}");
        fs::write(versions.join("v1.0.0.info"), info).expect("write info");
    }
    fs::create_dir_all(dir.join("none")).expect("make proxy");
    // A folder where a file should be: a failure that is not "not found".
    fs::create_dir_all(dir.join("broken/github.com/seaworthy/m/@v/v1.0.0.info")).expect("make proxy");
    let url = |name: &str| format!("file://{}", dir.join(name).display());
    let names = ["one", "two", "none", "broken"];
    let lists = [
        "one",
        "two",
        "none",
        "broken",
        "none,one",
        "none|two",
        "broken,one",
        "broken|one",
        "one,two",
        "none,broken|two",
        " one , two ",
        ",,one",
        "|one",
        ",",
        " ",
        "off",
        "one,off",
        "none,off",
        "off,one",
        "none,direct",
        "direct,one",
        "nonsense",
        "ftp://a.b",
        "none,ftp://a.b",
        "off,ftp://a.b",
        "direct,ftp://a.b",
        "one,file://host/path",
        "/srv/one",
        "one,https://a b",
        "1a://b",
        "one,https://a.b:x/",
        "one,https://a.b/%zz",
        "one,example.org",
        "one,localhost:1",
        "one,[::1]:1",
        "one,https://[::1",
        "one,http:",
    ];
    let request = Request::File {
        module: "github.com/seaworthy/m".into(),
        version: "v1.0.0".into(),
        kind: FileKind::Info,
    };
    let path = request.path().expect("a path");
    for list in lists {
        let text: String = list
            .split_inclusive([',', '|'])
            .map(|part| {
                let word = part.trim_end_matches([',', '|']).trim();
                if names.contains(&word) { part.replace(word, &url(word)) } else { part.to_owned() }
            })
            .collect();
        let cache = folder("proxies/cache");
        let cache = cache.to_str().expect("UTF-8");
        let env =
            [("GOPROXY", text.as_str()), ("GOMODCACHE", cache), ("GOVCS", "*:off"), ("GO111MODULE", "on")];
        let args = ["list", "-m", "-f", "{{.Time}}", "github.com/seaworthy/m@v1.0.0"];
        let Some(theirs) = go(&dir, &args, &env) else { return };
        let theirs = match &theirs {
            Ok(time) => time[..4].to_owned(),
            Err(e) if e.contains("disabled by GOPROXY=off") => "off".to_owned(),
            // Asking where modules come from is forbidden here, before anything is sent.
            Err(e) if e.contains("GOVCS disallows") => "direct".to_owned(),
            Err(e) if e.contains("no such file") => "not found".to_owned(),
            Err(e) if e.contains("is a directory") => "broken".to_owned(),
            Err(_) => "bad list".to_owned(),
        };
        let ours = match ProxyList::parse(&text) {
            Err(_) => "bad list".to_owned(),
            Ok(parsed) => match poll_now(fetch(&parsed, &Patterns::default(), &request, &path, &Folders)) {
                Some(Ok(Found::Answer { body, .. })) => body[28..32].to_owned(),
                Some(Ok(Found::Direct)) => "direct".to_owned(),
                Some(Ok(Found::Off)) => "off".to_owned(),
                Some(Err(e)) if e.shown().1 == Failure::NotFound => "not found".to_owned(),
                _ => "broken".to_owned(),
            },
        };
        assert_eq!(ours, theirs, "{list:?}");
    }
}

#[test]
fn toolchain_settings() {
    let dir = folder("toolchains");
    for setting in [
        "local",
        "auto",
        "path",
        "bash",
        "go",
        "go1",
        "1.21.3",
        "go1.1+auto",
        "go1.1+path",
        "go1.1+local",
        "auto+path",
        "local+auto",
        "go1.1/x+auto",
    ] {
        let Some(theirs) = go(&dir, &["version"], &[("GOTOOLCHAIN", setting)]) else { return };
        let refused = theirs.as_ref().err().is_some_and(|e| e.contains("invalid GOTOOLCHAIN"));
        let ours = GoToolchain::parse(setting);
        // A name alone is looked for in PATH first, whatever it is; what is no version is refused there.
        assert_eq!(ours.is_err(), refused, "{setting}: {ours:?} {theirs:?}");
    }
}

#[test]
fn env_files() {
    let dir = folder("env");
    let file = dir.join("env");
    let name = file.to_str().expect("UTF-8");
    let text = "# mine\nGOPRIVATE=a.b\nnothing\nGONOPROXY= c.d \n";
    fs::write(&file, text).expect("write env");
    let ours = EnvFile::parse(text);
    for key in ["GOPRIVATE", "GONOPROXY"] {
        let Some(theirs) = go(&dir, &["env", "-json", key], &[("GOENV", name)]) else { return };
        let theirs: serde_json::Value = serde_json::from_str(&theirs.expect("go env")).expect("JSON");
        assert_eq!(theirs[key].as_str(), ours.get(key).map(|e| e.value.as_str()), "{key}");
    }
    // The command sorts the lines; what they say must be the same.
    go(&dir, &["env", "-w", "GOPRIVATE=x.y"], &[("GOENV", name)]).expect("go").expect("go env -w");
    let theirs = EnvFile::parse(&fs::read_to_string(&file).expect("read env"));
    let ours = EnvFile::parse(&ours.set("GOPRIVATE", "x.y"));
    for key in ["GOPRIVATE", "GONOPROXY"] {
        assert_eq!(ours.get(key).map(|e| &e.value), theirs.get(key).map(|e| &e.value), "{key}");
    }
}

#[test]
fn vendor_folders() {
    let dir = folder("vendoring");
    fs::create_dir_all(dir.join("vendor/a.b/c")).expect("make vendor");
    fs::write(dir.join("vendor/a.b/c/c.go"), "package c\n").expect("write package");
    fs::write(dir.join("m.go"), "package m\n\nimport _ \"a.b/c\"\n").expect("write package");
    let go_mods = [
        "require a.b/c v1.0.0",
        "require a.b/c v1.1.0",
        "require (\n\ta.b/c v1.0.0\n\td.e/f v1.0.0 // indirect\n)",
        "require a.b/c v1.0.0\nreplace a.b/c => ../c",
        "require a.b/c v1.0.0\nreplace a.b/c v1.0.0 => g.h/i v1.0.0",
        "require a.b/c v1.0.0\nreplace d.e/f => ../f",
        "",
    ];
    let texts = [
        "# a.b/c v1.0.0\n## explicit\na.b/c\n",
        "# a.b/c v1.0.0\na.b/c\n",
        "# a.b/c v1.0.0 => ../c\n## explicit; go 1.20\na.b/c\n",
        "# a.b/c v1.0.0 => ../c\n## explicit\na.b/c\n# a.b/c => ../c\n",
        "# a.b/c v1.0.0 => g.h/i v1.0.0\n## explicit\na.b/c\n",
        "# a.b/c v1.0.0\n## explicit\na.b/c\n# d.e/f v1.0.0\n## explicit\n# d.e/f => ../f\n",
        "",
    ];
    for version in ["1.12", "1.21"] {
        for go_mod in go_mods {
            for text in texts {
                let go_mod = format!("module m.n/o\n\ngo {version}\n\n{go_mod}\n");
                fs::write(dir.join("go.mod"), &go_mod).expect("write go.mod");
                fs::write(dir.join("vendor/modules.txt"), text).expect("write modules.txt");
                let Some(theirs) = go(&dir, &["list", "-mod=vendor", "."], &[("GOPROXY", "off")]) else {
                    return;
                };
                let theirs =
                    theirs.err().filter(|e| e.contains("inconsistent vendoring")).unwrap_or_default();
                let theirs: Vec<&str> =
                    theirs.lines().filter(|l| l.contains("vendor/modules.txt")).map(str::trim).collect();
                let file = GoMod::parse(&go_mod, Mode::Main).expect("go.mod");
                let ours: Vec<String> =
                    ModulesTxt::parse(text).check(&file).iter().map(ToString::to_string).collect();
                assert_eq!(ours, theirs, "{go_mod}\n{text}");
            }
        }
    }
}
