//! A network of the lab's own: one bridge without ports, from which nothing can leave, whose addresses answer, refuse,
//! vanish or cannot be reached.

use crate::run::{checked, succeeds};
use anyhow::Result;
use lab::Placement;
use std::process::Command;

const INTERFACE: &str = "swlab0";
/// Where the lab's servers listen (a documentation range, RFC 5737).
pub(crate) const SERVER: &str = "198.51.100.1";
const BLACKHOLE: &str = "198.51.100.30";
const UNREACHABLE: &str = "198.51.100.40";
const REFUSED: &str = "198.51.100.50";
const NOROUTE: &str = "198.51.100.60";
const IPV6: &str = "2001:db8:51::7";

/// The address a placement stands for.
pub(crate) fn address(placement: Placement) -> &'static str {
    match placement {
        Placement::Server => SERVER,
        Placement::Blackhole => BLACKHOLE,
        Placement::Noroute => NOROUTE,
        Placement::Unreachable => UNREACHABLE,
        Placement::Refused => REFUSED,
        Placement::Ipv6 => IPV6,
    }
}

/// What iptables does with packets to an address, for traffic of this machine and of containers on its bridges.
fn rules() -> Vec<Vec<&'static str>> {
    let mut all = Vec::new();
    for chain in ["OUTPUT", "FORWARD"] {
        all.push(vec![chain, "-d", UNREACHABLE, "-j", "REJECT", "--reject-with", "icmp-net-unreachable"]);
        all.push(vec![chain, "-d", NOROUTE, "-j", "REJECT", "--reject-with", "icmp-host-unreachable"]);
        all.push(vec![chain, "-d", REFUSED, "-p", "tcp", "-j", "REJECT", "--reject-with", "tcp-reset"]);
        all.push(vec![
            chain,
            "-d",
            REFUSED,
            "-p",
            "udp",
            "-j",
            "REJECT",
            "--reject-with",
            "icmp-port-unreachable",
        ]);
    }
    all
}

fn iptables(verb: &str, rule: &[&str]) -> Command {
    let mut command = Command::new("iptables");
    command.args(["-w", verb]).args(rule);
    command
}

pub(crate) fn is_up() -> bool {
    succeeds(Command::new("ip").args(["link", "show", INTERFACE]))
}

pub(crate) fn up() -> Result<()> {
    let ip = |args: &[&str]| checked(Command::new("ip").args(args));
    if !is_up() {
        ip(&["link", "add", INTERFACE, "type", "bridge"])?;
        ip(&["address", "add", &format!("{SERVER}/24"), "dev", INTERFACE])?;
        ip(&["link", "set", INTERFACE, "up"])?;
        // no container has IPv6 here; on the machine itself the address must not lead out
        if !succeeds(Command::new("ip").args([
            "-6",
            "route",
            "replace",
            "unreachable",
            &format!("{IPV6}/128"),
        ])) {
            println!("no IPv6 on this machine");
        }
    }
    // a neighbour nobody is: packets go out and are lost. (A DROP rule would give local senders an error.)
    ip(&[
        "neigh",
        "replace",
        BLACKHOLE,
        "lladdr",
        "02:00:00:00:00:30",
        "dev",
        INTERFACE,
        "nud",
        "permanent",
    ])?;
    for rule in rules() {
        // to the top: an engine that has started since puts its own rules before everything else
        succeeds(&mut iptables("-D", &rule));
        checked(&mut iptables("-I", &rule))?;
    }
    Ok(())
}

pub(crate) fn down() {
    for rule in rules() {
        succeeds(&mut iptables("-D", &rule));
    }
    succeeds(Command::new("ip").args(["link", "delete", INTERFACE]));
    succeeds(Command::new("ip").args(["-6", "route", "delete", "unreachable", &format!("{IPV6}/128")]));
}
