//! The lab's container world: an engine, current BuildKit, a registry and base images, on a machine that may have
//! none of them. Everything lives in one folder and is started and stopped by process id.

use super::{authority, net};
use crate::run::{checked, find, has, is_root, output, root, succeeds};
use anyhow::{Context, Result, bail};
use std::fs::{self, File};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, thread, time::Duration};

/// Version of BuildKit the world is built with.
const BUILDKIT: &str = "v0.34.2";
/// Version of buildx.
const BUILDX: &str = "v0.38.2";
/// Where the lab's registry listens; it stands for Docker Hub in both BuildKits.
pub(crate) const REGISTRY: &str = "127.0.0.1:5000";
/// Where the current BuildKit listens.
const BUILDKITD: &str = "tcp://127.0.0.1:1234";
/// buildx's name for it.
pub(crate) const BUILDER: &str = "modern";

/// Debian packages the world is made of, with a file that shows each is there.
const PACKAGES: [(&str, &str); 13] = [
    ("docker.io", "/usr/sbin/dockerd"),
    ("debootstrap", "/usr/sbin/debootstrap"),
    ("iptables", "/usr/sbin/iptables"),
    ("iproute2", "/usr/bin/ip"),
    ("docker-registry", "/usr/bin/docker-registry"),
    ("busybox-static", "/bin/busybox"),
    ("musl", "/lib/ld-musl-x86_64.so.1"),
    ("buildah", "/usr/bin/buildah"),
    ("docker-compose", "/usr/bin/docker-compose"),
    ("openssh-server", "/usr/sbin/sshd"),
    ("git", "/usr/bin/git"),
    ("bsdutils", "/usr/bin/script"),
    ("util-linux", "/usr/bin/unshare"),
];

/// The world's folder and what is in it.
pub(crate) struct World {
    pub(crate) folder: PathBuf,
}

impl World {
    /// The world in `dir`, or `SEAWORTHY_LAB`, or `lab-world/` of the repository.
    pub(crate) fn at(dir: Option<&Path>) -> Result<Self> {
        let folder = match (dir, env::var_os("SEAWORTHY_LAB")) {
            (Some(dir), _) => dir.to_path_buf(),
            (None, Some(dir)) => dir.into(),
            (None, None) => root().join("lab-world"),
        };
        Ok(Self { folder: std::path::absolute(folder)? })
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The host names file the daemons and the lab's clients see as `/etc/hosts`.
    pub(crate) fn hosts(&self) -> PathBuf {
        self.path("hosts")
    }

    /// The resolver configuration they see.
    pub(crate) fn resolv(&self) -> PathBuf {
        self.path("resolv.conf")
    }

    /// A build cache for containers of an image. One each: Go keeps its index of GOROOT there, which two images with
    /// the same path and version would share wrongly.
    pub(crate) fn go_cache(&self, image: &str) -> PathBuf {
        self.folder.join("go-build").join(image.replace(['/', ':'], "-"))
    }

    fn pid(&self, name: &str) -> Option<u32> {
        let pid = fs::read_to_string(self.path(&format!("{name}.pid"))).ok()?.trim().parse().ok()?;
        Path::new(&format!("/proc/{pid}")).exists().then_some(pid)
    }

    /// Starts a daemon in a mount namespace of its own, in which names resolve as the lab wants it; the rest of
    /// the machine does not notice.
    fn start(&self, name: &str, program: &str, args: &[String], own_pid_file: bool) -> Result<()> {
        let log =
            File::create(self.path(&format!("{name}.log"))).with_context(|| format!("log of {name}"))?;
        let child = Command::new("unshare")
            .args(["--mount", "--propagation", "slave", "sh", "-c"])
            .arg("mount --bind \"$1\" /etc/hosts && mount --bind \"$2\" /etc/resolv.conf && shift 2 && exec \"$@\"")
            .arg("sh")
            .args([self.hosts(), self.resolv()])
            .arg(program)
            .args(args)
            .env("SSL_CERT_FILE", self.path("ca-bundle.crt"))
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .with_context(|| format!("start {name}"))?;
        if !own_pid_file {
            fs::write(self.path(&format!("{name}.pid")), child.id().to_string())?;
        }
        Ok(())
    }

    /// Builds what is missing, starts what is not running.
    pub(crate) fn up(&self) -> Result<()> {
        packages()?;
        fs::create_dir_all(self.path("bin")).with_context(|| format!("create {}", self.folder.display()))?;
        for (theirs, name) in [("/etc/hosts", "hosts"), ("/etc/resolv.conf", "resolv")] {
            let text = fs::read(theirs).with_context(|| format!("read {theirs}"))?;
            fs::write(self.path(&format!("{name}.machine")), &text)?;
            let ours = if name == "hosts" { self.hosts() } else { self.resolv() };
            if !ours.exists() {
                fs::write(ours, text)?;
            }
        }
        authority::create(&self.folder)?;
        self.engine()?;
        net::up()?;
        self.registry()?;
        self.binaries()?;
        self.buildkitd()?;
        self.plugin()?;
        self.buildah()?;
        checked(
            Command::new("bash")
                .arg(root().join("lab/world/images.sh"))
                .args([self.folder.as_os_str(), ENGINE_CLIENT.as_ref(), REGISTRY.as_ref()])
                .env("GOTOOLCHAIN", "local")
                .env("GOFLAGS", ""),
        )?;
        self.status();
        Ok(())
    }

    fn engine(&self) -> Result<()> {
        if engine_answers() {
            return Ok(());
        }
        let args = [
            "--data-root".to_owned(),
            self.path("docker").display().to_string(),
            "--exec-root".to_owned(),
            self.path("docker-exec").display().to_string(),
            "--pidfile".to_owned(),
            self.path("docker.pid").display().to_string(),
        ];
        self.start("docker", "dockerd", &args, true)?;
        wait("the engine", engine_answers).with_context(|| {
            format!("see {}; an engine needs root, iptables and overlayfs", self.path("docker.log").display())
        })
    }

    fn registry(&self) -> Result<()> {
        let there = || succeeds(Command::new("curl").args(["-fsS", &format!("http://{REGISTRY}/v2/")]));
        if there() {
            return Ok(());
        }
        let config = self.path("registry.yml");
        fs::write(
            &config,
            format!(
                "version: 0.1\nstorage: {{filesystem: {{rootdirectory: {}}}, delete: {{enabled: true}}}}\nhttp: {{addr: \"{REGISTRY}\"}}\n",
                self.path("registry").display()
            ),
        )?;
        self.start("registry", "docker-registry", &["serve".into(), config.display().to_string()], false)?;
        wait("the registry", there)
    }

    /// BuildKit and buildx out of the Go module proxy. BuildKit's module excludes others, so `go install` refuses
    /// it: it is built from a scratch module that requires it and repeats its exclusions.
    fn binaries(&self) -> Result<()> {
        if !self.path("bin/buildx").exists() {
            checked(
                Command::new("go")
                    .args(["install", &format!("github.com/docker/buildx/cmd/buildx@{BUILDX}")])
                    .env("GOTOOLCHAIN", "auto")
                    .env("GOBIN", self.path("bin")),
            )?;
        }
        if self.path("bin/buildkitd").exists() && self.path("bin/buildctl").exists() {
            return Ok(());
        }
        let scratch = self.path("buildkit-module");
        fs::create_dir_all(&scratch)?;
        fs::write(scratch.join("go.mod"), "module lab/buildkit\n\ngo 1.26\n")?;
        let go = |args: &[&str]| {
            let mut command = Command::new("go");
            command.current_dir(&scratch).args(args).env("GOTOOLCHAIN", "auto").env("GOFLAGS", "-mod=mod");
            command
        };
        let (daemon, control) =
            ("github.com/moby/buildkit/cmd/buildkitd", "github.com/moby/buildkit/cmd/buildctl");
        checked(&mut go(&["get", &format!("{daemon}@{BUILDKIT}"), &format!("{control}@{BUILDKIT}")]))?;
        let facts =
            output(&mut go(&["mod", "download", "-json", &format!("github.com/moby/buildkit@{BUILDKIT}")]))?;
        let facts: serde_json::Value = serde_json::from_str(&facts).context("parse go mod download -json")?;
        let theirs =
            fs::read_to_string(facts["GoMod"].as_str().unwrap_or_default()).context("BuildKit's go.mod")?;
        let exclusions: String = theirs
            .split("\nexclude (")
            .skip(1)
            .map(|block| format!("\nexclude ({}\n)\n", block.split("\n)").next().unwrap_or("")))
            .collect();
        let ours = fs::read_to_string(scratch.join("go.mod"))?;
        fs::write(scratch.join("go.mod"), ours + &exclusions)?;
        checked(&mut go(&["build", "-o", &format!("{}/", self.path("bin").display()), daemon, control]))
    }

    fn buildkitd(&self) -> Result<()> {
        let control = self.path("bin/buildctl");
        let there = || succeeds(Command::new(&control).args(["--addr", BUILDKITD, "debug", "workers"]));
        if there() {
            return Ok(());
        }
        let config = self.path("buildkitd.toml");
        fs::write(
            &config,
            format!(
                "[worker.oci]\nenabled = true\n[worker.containerd]\nenabled = false\n\
                 [registry.\"docker.io\"]\nmirrors = [\"{REGISTRY}\"]\n[registry.\"{REGISTRY}\"]\nhttp = true\n"
            ),
        )?;
        let args = [
            "--config",
            &config.display().to_string(),
            "--root",
            &self.path("buildkit").display().to_string(),
            "--addr",
            BUILDKITD,
        ]
        .map(str::to_owned);
        self.start("buildkitd", &self.path("bin/buildkitd").display().to_string(), &args, false)?;
        wait("BuildKit", there)
    }

    /// Makes buildx known to the client, as a plugin of this user, and the current BuildKit known to buildx.
    fn plugin(&self) -> Result<()> {
        let home = env::var_os("HOME").map(PathBuf::from).context("HOME is not set")?;
        let plugins = home.join(".docker/cli-plugins");
        fs::create_dir_all(&plugins)?;
        let link = plugins.join("docker-buildx");
        let ours = self.path("bin/buildx");
        if fs::read_link(&link).is_ok_and(|to| to == ours || !to.exists()) {
            fs::remove_file(&link)?;
        }
        if !link.exists() {
            std::os::unix::fs::symlink(&ours, &link)?;
        }
        if !succeeds(Command::new("docker").args(["buildx", "inspect", BUILDER])) {
            checked(
                Command::new("docker")
                    .args(["buildx", "create", "--name", BUILDER, "--driver", "remote", BUILDKITD])
                    .stdout(Stdio::null()),
            )?;
        }
        Ok(())
    }

    /// Buildah reads images from the lab's registry in place of Docker Hub.
    fn buildah(&self) -> Result<()> {
        fs::write(
            self.path("registries.conf"),
            format!(
                "unqualified-search-registries = [\"docker.io\"]\n\n[[registry]]\nlocation = \"docker.io\"\n\
                 [[registry.mirror]]\nlocation = \"{REGISTRY}\"\ninsecure = true\n\n[[registry]]\nlocation = \"{REGISTRY}\"\ninsecure = true\n"
            ),
        )?;
        fs::write(self.path("policy.json"), "{\"default\": [{\"type\": \"insecureAcceptAnything\"}]}\n")?;
        Ok(())
    }

    /// Stops what `up` started; images and caches stay.
    pub(crate) fn down(&self) -> Result<()> {
        for name in ["buildkitd", "registry", "docker"] {
            match self.pid(name) {
                Some(pid) => {
                    checked(Command::new("kill").arg(pid.to_string()))?;
                    wait(&format!("the end of {name}"), || !Path::new(&format!("/proc/{pid}")).exists())?;
                    println!("{name} (process {pid}) stopped");
                }
                None => println!("{name} was not running"),
            }
        }
        net::down();
        Ok(())
    }

    /// Whether everything that `up` starts is running.
    pub(crate) fn is_up(&self) -> bool {
        self.path("hosts.machine").exists()
            && ["docker", "registry", "buildkitd"].iter().all(|name| self.pid(name).is_some())
            && engine_answers()
    }

    /// Shows what is there.
    pub(crate) fn status(&self) {
        println!("world in {}", self.folder.display());
        for name in ["docker", "registry", "buildkitd"] {
            println!(
                "  {name:<10} {}",
                self.pid(name).map_or("not running".into(), |pid| format!("process {pid}"))
            );
        }
        let images =
            output(Command::new(ENGINE_CLIENT).args(["images", "--format", "{{.Repository}}:{{.Tag}}"]));
        let images: Vec<String> = images
            .unwrap_or_default()
            .lines()
            .filter(|l| !l.contains('/') && !l.contains('<'))
            .map(str::to_owned)
            .collect();
        println!("  images     {}", if images.is_empty() { "none".into() } else { images.join(" ") });
        println!("  servers    {}", if net::is_up() { "bridge is up" } else { "bridge is down" });
        println!("classic builder:              DOCKER_BUILDKIT=0 {ENGINE_CLIENT} build .");
        println!("engine's own BuildKit:        DOCKER_BUILDKIT=1 {ENGINE_CLIENT} build --progress=plain .");
        println!("current client on it:         docker buildx build --builder default --progress=plain .");
        println!(
            "current BuildKit:             docker buildx build --builder {BUILDER} --progress=plain|rawjson|tty ."
        );
    }
}

/// The engine's own client, which speaks the classic builder's and the 2021 BuildKit's dialect.
pub(crate) const ENGINE_CLIENT: &str = "/usr/bin/docker";

fn engine_answers() -> bool {
    succeeds(Command::new(ENGINE_CLIENT).arg("info"))
        && output(Command::new(ENGINE_CLIENT).args(["info", "--format", "{{.ServerVersion}}"]))
            .is_ok_and(|v| !v.trim().is_empty())
}

/// Installs the Debian packages that are missing.
fn packages() -> Result<()> {
    let missing: Vec<&str> =
        PACKAGES.iter().filter(|(_, file)| !Path::new(file).exists()).map(|(package, _)| *package).collect();
    if !missing.is_empty() {
        if !is_root() || !has("apt-get") {
            bail!("missing: {} (on Debian, as root, they are installed for you)", missing.join(" "));
        }
        println!("installing {}", missing.join(" "));
        let apt = |args: &[&str]| {
            let mut command = Command::new("apt-get");
            command.args(args).env("DEBIAN_FRONTEND", "noninteractive").stdout(Stdio::null());
            command
        };
        checked(&mut apt(&["update", "-qq"]))?;
        let mut install = apt(&["install", "-y", "-qq", "--no-install-recommends"]);
        checked(install.args(missing))?;
    }
    if !is_root() {
        bail!("an engine of the lab's own needs root");
    }
    for program in ["go", "docker", "curl"] {
        find(program).with_context(|| format!("{program} is not in PATH"))?;
    }
    Ok(())
}

fn wait(what: &str, there: impl Fn() -> bool) -> Result<()> {
    for _ in 0..120 {
        if there() {
            return Ok(());
        }
        thread::sleep(Duration::from_millis(250));
    }
    bail!("{what} did not come within 30 seconds")
}
