//! `seaworthy run` on a real (pseudo-)terminal.

use crate::common::{BINARY, FAILED, World};
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use std::io::{Read, Write};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// A terminal with a program on it.
struct Screen {
    master: Box<dyn MasterPty + Send>,
    keys: Box<dyn Write + Send>,
    seen: Arc<Mutex<Vec<u8>>>,
    child: Box<dyn Child + Send + Sync>,
}

impl Screen {
    fn start(world: &World, arguments: &[&str]) -> Self {
        let size = PtySize { rows: 24, cols: 80, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(arguments[0]);
        command.args(&arguments[1..]);
        command.env_clear();
        command.cwd(world.work());
        for (name, value) in world.environment() {
            command.env(name, value);
        }
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (mut reader, sink) = (pair.master.try_clone_reader().unwrap(), Arc::clone(&seen));
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(length @ 1..) = reader.read(&mut buffer) {
                sink.lock().unwrap().extend_from_slice(&buffer[..length]);
            }
        });
        let keys = pair.master.take_writer().unwrap();
        Self { master: pair.master, keys, seen, child }
    }

    fn run(world: &World, script: &str) -> Self {
        Self::start(world, &[BINARY, "run", "--", "sh", "-c", script])
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.seen.lock().unwrap()).into_owned()
    }

    /// Waits until `part` is on the screen.
    fn expect(&self, part: &str) {
        let started = Instant::now();
        while !self.text().contains(part) {
            assert!(started.elapsed() < Duration::from_secs(20), "no {part:?} in {:?}", self.text());
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    fn press(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.keys.flush().unwrap();
    }

    /// Waits for the program's end; gives its code and all it printed.
    fn end(mut self) -> (u32, String) {
        let started = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            if started.elapsed() > Duration::from_secs(20) {
                self.child.kill().unwrap();
                panic!("still running: {:?}", self.text());
            }
            std::thread::sleep(Duration::from_millis(10));
        };
        // What was printed last is on its way.
        std::thread::sleep(Duration::from_millis(100));
        (status.exit_code(), self.text())
    }
}

fn world() -> World {
    World::new().with_system_commands()
}

#[test]
fn the_command_gets_a_terminal_of_the_same_size() {
    let world = world();
    let screen = Screen::run(&world, "test -t 0 && test -t 1 && test -t 2 && stty size");
    assert_eq!(screen.end(), (0, "24 80\r\n".to_owned()));
}

#[test]
fn with_one_stream_elsewhere_it_gets_pipes() {
    let world = world();
    let script = format!(
        "{BINARY} run -- sh -c 'test -t 0 || echo 0; test -t 1 || echo 1 >&2; test -t 2 || echo 2' | cat"
    );
    let (code, text) = Screen::start(&world, &["/bin/sh", "-c", &script]).end();
    // Standard input is still the terminal: nothing is put between.
    assert_eq!((code, text.replace("\r\n", " ").trim().len()), (0, 3), "{text}");
    assert!(text.contains('1') && text.contains('2'), "{text}");
}

#[test]
fn size_changes_reach_it() {
    let world = world();
    let screen =
        Screen::run(&world, "trap 'stty size; exit 0' WINCH; echo ready; while :; do sleep 0.05; done");
    screen.expect("ready");
    screen.master.resize(PtySize { rows: 50, cols: 132, pixel_width: 0, pixel_height: 0 }).unwrap();
    screen.expect("50 132");
    assert_eq!(screen.end().0, 0);
}

#[test]
fn exit_codes_are_kept() {
    let world = world();
    for (script, code) in [("exit 7", 7), ("kill -TERM $$", 143), ("kill -9 $$", 137)] {
        assert_eq!(Screen::run(&world, script).end().0, code, "{script}");
    }
    assert_eq!(Screen::start(&world, &[BINARY, "run", "no-such-command"]).end().0, 127);
}

#[test]
fn a_failure_is_explained() {
    let world = world();
    world.write("build.log", FAILED);
    let (code, text) = Screen::run(&world, "cat build.log; exit 1").end();
    let (build, answer) = text.split_at(FAILED.len() + FAILED.lines().count());
    assert_eq!(build, FAILED.replace('\n', "\r\n"));
    assert_eq!(code, 1);
    assert!(answer.contains("net-localhost-proxy"), "{answer}");
}

#[test]
fn ctrl_c_stops_the_command_and_nothing_is_explained() {
    let world = world();
    let mut screen = Screen::run(&world, "echo ready; exec sleep 30");
    screen.expect("ready");
    screen.press("\x03");
    assert_eq!(screen.end(), (130, "ready\r\n^C".to_owned()));
}

#[test]
fn passwords_are_not_shown() {
    let world = world();
    let script =
        "stty -echo; printf 'Password: ' >/dev/tty; read x </dev/tty; stty echo; echo; echo \"<$x>\"";
    let mut screen = Screen::run(&world, script);
    screen.expect("Password: ");
    screen.press("s3cret\n");
    assert_eq!(screen.end(), (0, "Password: \r\n<s3cret>\r\n".to_owned()));
}

#[test]
fn the_end_of_input_arrives() {
    let world = world();
    let mut screen = Screen::start(&world, &[BINARY, "run", "cat"]);
    std::thread::sleep(Duration::from_millis(300));
    screen.press("hi\n\x04");
    assert_eq!(screen.end(), (0, "hi\r\nhi\r\n".to_owned()));
}

#[test]
fn ctrl_z_stops_and_fg_continues() {
    if !std::path::Path::new("/bin/bash").exists() {
        return;
    }
    let world = world();
    let mut screen = Screen::start(&world, &["/bin/bash", "--norc", "--noediting", "-i"]);
    screen.press(&format!("{BINARY} run sh -c 'echo re''ady; sleep 4; echo do''ne; read x; echo got-$x'\n"));
    screen.expect("ready\r\n");
    // A person's key does not come in the same instant.
    std::thread::sleep(Duration::from_millis(700));
    screen.press("\x1a");
    screen.expect("Stopped");
    screen.press("stty -a | cat\n");
    // The shell has its own terminal modes back.
    screen.expect(" icanon");
    screen.press("fg\n");
    screen.expect("done\r\n");
    screen.press("hello\n");
    screen.expect("got-hello");
    std::thread::sleep(Duration::from_millis(500));
    screen.press("exit 5\n");
    assert_eq!(screen.end().0, 5);
}

#[test]
fn a_shell_inside_has_its_own_job_control() {
    if !std::path::Path::new("/bin/bash").exists() {
        return;
    }
    let world = world();
    let mut screen = Screen::start(&world, &[BINARY, "run", "/bin/bash", "--norc", "--noediting", "-i"]);
    screen.press("sleep 50\n");
    std::thread::sleep(Duration::from_millis(700));
    screen.press("\x1a");
    screen.expect("Stopped");
    screen.press("kill -9 %1\n");
    std::thread::sleep(Duration::from_millis(500));
    // The shell notices at its next prompt.
    screen.press("\n");
    screen.expect("Killed");
    screen.press("exit 0\n");
    assert_eq!(screen.end().0, 0);
}

#[test]
fn a_lost_terminal_ends_the_command() {
    let world = world();
    let screen =
        Screen::run(&world, "trap 'echo x >hup; exit 1' HUP; echo ready; while :; do sleep 0.05; done");
    screen.expect("ready");
    let Screen { master, keys, mut child, .. } = screen;
    drop((keys, master));
    let pid = child.process_id().unwrap();
    // The reading thread holds the terminal too; the signal is what a closing terminal sends.
    assert!(
        std::process::Command::new("kill").args(["-s", "HUP", &pid.to_string()]).status().unwrap().success()
    );
    child.wait().unwrap();
    assert!(world.work().join("hup").exists());
}
