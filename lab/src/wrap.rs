//! What lies around a build's output when it comes out of a CI system: the same log must be read the same.

use std::fmt::Write as _;

/// A way a log gets wrapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrapper {
    /// GitHub Actions: an ISO time before every line, inside a group.
    Github,
    /// Cloud Build: `Step #0: ` before every line.
    CloudBuild,
    /// Docker's json-file logs: one JSON object a line.
    JsonLines,
    /// Windows line ends.
    Crlf,
    /// GitLab: section markers and ANSI colours.
    Gitlab,
    /// Compose: the service's name and a bar.
    Service,
    /// UTF-16, as PowerShell's `>` writes it.
    Utf16,
}

impl Wrapper {
    /// Every wrapper.
    pub const ALL: [Self; 7] = [
        Self::Github,
        Self::CloudBuild,
        Self::JsonLines,
        Self::Crlf,
        Self::Gitlab,
        Self::Service,
        Self::Utf16,
    ];

    /// The log as it looks inside this wrapper.
    pub fn wrap(self, log: &[u8]) -> Vec<u8> {
        let text = String::from_utf8_lossy(log);
        let mut out = String::with_capacity(text.len() + text.len() / 2);
        match self {
            Self::Github => {
                out.push_str("2026-11-02T09:14:07.0000000Z ##[group]Run docker build .\n");
                out.push_str("2026-11-02T09:14:07.0000001Z docker build .\n");
                out.push_str("2026-11-02T09:14:07.0000002Z ##[endgroup]\n");
                for (n, line) in text.lines().enumerate() {
                    let _ = writeln!(
                        out,
                        "2026-11-02T09:14:{:02}.{:07}Z {line}",
                        8 + n / 50 % 50,
                        n % 10_000_000
                    );
                }
            }
            Self::CloudBuild => {
                for line in text.lines() {
                    let _ = writeln!(out, "Step #0: {line}");
                }
            }
            Self::JsonLines => {
                for line in text.lines() {
                    let line = serde_json::json!({
                        "log": format!("{line}\n"), "stream": "stdout", "time": "2026-11-02T09:14:08.123456789Z",
                    });
                    let _ = writeln!(out, "{line}");
                }
            }
            Self::Crlf => out = text.replace('\n', "\r\n"),
            Self::Gitlab => {
                out.push_str("\u{1b}[0KRunning with gitlab-runner 17.4.0 (b92ee590)\u{1b}[0;m\n");
                out.push_str("section_start:1762074847:step_script\r\u{1b}[0K\u{1b}[0K\u{1b}[36;1mExecuting \"step_script\" stage of the job script\u{1b}[0;m\u{1b}[0;m\n");
                out.push_str("\u{1b}[32;1m$ docker build .\u{1b}[0;m\n");
                out.push_str(&text);
                out.push_str("\nsection_end:1762074899:step_script\r\u{1b}[0K\n");
            }
            Self::Service => {
                for line in text.lines() {
                    let _ = writeln!(out, "ci-1  | {line}");
                }
            }
            Self::Utf16 => {
                let mut bytes = vec![0xff, 0xfe];
                bytes.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
                return bytes;
            }
        }
        out.into_bytes()
    }
}
