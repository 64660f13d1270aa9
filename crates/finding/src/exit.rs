//! Exit codes. They are part of the public contract: later versions only add.

/// Nothing failed (diagnose), nothing at or above the bar (check), done (fix).
pub const OK: u8 = 0;
/// A failure was explained (diagnose), something was found (check), something is left (fix).
pub const FOUND: u8 = 1;
/// The command line or a setting is wrong.
pub const USAGE: u8 = 2;
/// The build failed, or may have failed, and nothing explains it.
pub const UNEXPLAINED: u8 = 3;
/// An input cannot be read or an output cannot be written.
pub const UNREADABLE: u8 = 4;
/// `run`: our own error before or after the child ran.
pub const RUN_INTERNAL: u8 = 125;
/// `run`: the command was found but cannot be started.
pub const RUN_NOT_STARTABLE: u8 = 126;
/// `run`: the command was not found.
pub const RUN_NOT_FOUND: u8 = 127;
