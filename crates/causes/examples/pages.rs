//! Writes the documentation of every cause: `cargo run -p seaworthy-causes --example pages -- ENGLISH CHINESE`.
//! `cargo xtask generate` keeps `docs/causes/` and `docs/zh/causes/` with it.

use finding::Lang;
use std::path::PathBuf;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let folders: Vec<PathBuf> = env::args_os().skip(1).map(PathBuf::from).collect();
    let [english, chinese] = folders.as_slice() else {
        return Err(io::Error::other("two folders are needed: for the English and for the Chinese pages"));
    };
    for (folder, lang) in [(english, Lang::En), (chinese, Lang::Zh)] {
        fs::create_dir_all(folder)?;
        fs::write(folder.join("README.md"), seaworthy_causes::index(lang))?;
        for cause in seaworthy_causes::catalogue() {
            fs::write(folder.join(format!("{}.md", cause.id)), seaworthy_causes::page(cause, lang))?;
        }
    }
    Ok(())
}
