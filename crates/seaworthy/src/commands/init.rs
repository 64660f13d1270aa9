//! `seaworthy init`: a Dockerfile for a project that has none.

use crate::args::Init;
use crate::console::Console;
use crate::fault::Fault;
use crate::project;
use crate::words::{self as w, plain, with};
use checks::init::InitError;
use finding::{Words, exit};

/// Runs the command; gives the exit code.
pub(crate) fn execute(args: &Init, console: Console) -> u8 {
    match generate(args, console) {
        Ok(()) => exit::OK,
        Err(fault) => {
            console.complain(&fault);
            fault.exit_code()
        }
    }
}

fn generate(args: &Init, console: Console) -> Result<(), Fault> {
    let opened = project::open(args.folder.as_deref())?;
    let unreadable = |reason: Words| Fault::Read { what: plain(opened.folder.display()), reason };
    let files = checks::init::init(&opened.tree, &args.options).map_err(|error| match error {
        InitError::NoModule => unreadable(w::INIT_NO_MODULE.clone()),
        InitError::BadModule(reason) => unreadable(with(&w::INIT_BAD_MODULE, &[plain(reason)])),
        InitError::NoMain => unreadable(w::INIT_NO_MAIN.clone()),
        InitError::SeveralMains(folders) => {
            Fault::usage(w::INIT_SEVERAL.clone(), Some(with(&w::INIT_NAME_ONE, &[plain(folders.join(", "))])))
        }
        InitError::NotMain(folder) => Fault::usage(with(&w::INIT_NOT_MAIN, &[plain(folder)]), None),
    })?;
    if args.print {
        let texts: Vec<String> =
            files.iter().map(|(path, text)| format!("# {}\n{text}", opened.typed(path))).collect();
        return console.print(&texts.join("\n"));
    }
    // None is written where one would be lost.
    if let Some((path, _)) = files.iter().find(|(path, _)| opened.path(path).symlink_metadata().is_ok()) {
        let reasons = [plain(opened.typed(path)), w::EXISTS_ALREADY.clone()];
        return Err(Fault::CannotWrite {
            words: with(&w::CANNOT_WRITE, &reasons),
            hint: w::PRINT_INSTEAD.clone(),
        });
    }
    for (path, text) in &files {
        project::write(&opened.path(path), text)?;
        console.print(&format!("{}\n", with(&w::WROTE, &[plain(opened.typed(path))]).get(console.lang)))?;
    }
    Ok(())
}
