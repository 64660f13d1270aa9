//! A real OpenSSH server that lets nobody in who has no key.

use crate::labs::{net, world::World};
use crate::run::{checked, succeeds};
use anyhow::{Context, Result, bail};
use std::fs;
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::{thread, time::Duration};

/// A server that runs until this is dropped.
pub(crate) struct Sshd(Child);

impl Drop for Sshd {
    fn drop(&mut self) {
        if self.0.kill().and_then(|()| self.0.wait()).is_err() {
            eprintln!("sshd could not be ended");
        }
    }
}

pub(crate) fn start(world: &World, port: u16) -> Result<Sshd> {
    let key = world.path("ssh_host_key");
    if !key.exists() {
        checked(Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(&key))?;
    }
    // the server's privilege separation folder; an init script makes it otherwise
    fs::create_dir_all("/run/sshd").context("create /run/sshd")?;
    let config = world.path("sshd_config");
    fs::write(
        &config,
        format!(
            "ListenAddress {}:{port}\nHostKey {}\nPidFile none\nPasswordAuthentication no\nKbdInteractiveAuthentication no\nUsePAM no\n",
            net::SERVER,
            key.display()
        ),
    )?;
    let child = Command::new("/usr/sbin/sshd")
        .args(["-D", "-f"])
        .arg(&config)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .context("start sshd")?;
    let mut server = Sshd(child);
    for _ in 0..50 {
        if TcpStream::connect((net::SERVER, port)).is_ok() {
            return Ok(server);
        }
        if server.0.try_wait()?.is_some() {
            succeeds(Command::new("/usr/sbin/sshd").args(["-t", "-f"]).arg(&config));
            bail!("sshd ended at once");
        }
        thread::sleep(Duration::from_millis(100));
    }
    bail!("sshd does not listen on port {port}")
}
