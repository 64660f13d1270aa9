//! Zip files without compression: what a module proxy serves, made from a folder.

use flate2::Crc;

/// Packs (name, content) pairs.
pub(crate) fn stored(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (name, content) in files {
        let mut crc = Crc::new();
        crc.update(content);
        let mut facts = Vec::new();
        facts.extend(20u16.to_le_bytes()); // version needed
        facts.extend([0; 4]); // flags, method: stored
        facts.extend([0, 0, 0x21, 0x50]); // time and date: 2020-01-01
        facts.extend(crc.sum().to_le_bytes());
        facts.extend((content.len() as u32).to_le_bytes());
        facts.extend((content.len() as u32).to_le_bytes());
        facts.extend((name.len() as u16).to_le_bytes());
        facts.extend(0u16.to_le_bytes()); // extra field
        let offset = out.len() as u32;
        out.extend(*b"PK\x03\x04");
        out.extend(&facts);
        out.extend(name.as_bytes());
        out.extend(content);
        directory.extend(*b"PK\x01\x02");
        directory.extend(20u16.to_le_bytes()); // made by
        directory.extend(&facts);
        directory.extend([0; 10]); // comment, disk, attributes
        directory.extend(offset.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let start = out.len() as u32;
    out.extend(&directory);
    out.extend(*b"PK\x05\x06\0\0\0\0");
    out.extend((files.len() as u16).to_le_bytes());
    out.extend((files.len() as u16).to_le_bytes());
    out.extend((directory.len() as u32).to_le_bytes());
    out.extend(start.to_le_bytes());
    out.extend(0u16.to_le_bytes());
    out
}
