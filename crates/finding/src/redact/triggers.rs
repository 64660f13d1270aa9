//! The cheap question before the careful search: can this line hold a secret at all?

/// Lower-case texts one of which every masked line contains, each with the place of the pair of bytes by which it
/// is looked for: a pair that is rare in build logs.
const TRIGGERS: &[(&str, usize)] = &[
    ("password", 3),
    ("passwd", 3),
    ("passphrase", 3),
    ("token", 1),
    ("secret", 2),
    ("apikey", 2),
    ("api_key", 3),
    ("api-key", 3),
    ("access_key", 6),
    ("access-key", 6),
    ("accesskey", 5),
    ("private_key", 7),
    ("private-key", 7),
    ("credential", 0),
    ("authorization", 8),
    ("bearer ", 0),
    ("\"auth\\", 4),
    ("\"auth\"", 4),
    ("_auth", 1),
    ("_pat", 0),
    ("signature=", 8),
    ("sig=", 2),
    ("private key", 6),
    ("curl", 2),
    ("login", 2),
    ("ghp_", 2),
    ("gho_", 2),
    ("ghu_", 2),
    ("ghs_", 2),
    ("ghr_", 2),
    ("github_pat_", 5),
    ("glpat-", 1),
    ("glptt-", 1),
    ("gldt-", 1),
    ("glrt-", 1),
    ("glcbt-", 2),
    ("npm_", 2),
    ("dckr_", 1),
    ("pypi-", 0),
    ("akia", 1),
    ("asia", 2),
    ("aiza", 1),
    ("eyj", 1),
    ("xox", 0),
];

/// One bit for each pair of bytes that opens a closer look.
static PAIRS: [u64; 1024] = pairs();

const fn pairs() -> [u64; 1024] {
    let mut table = [0_u64; 1024];
    let mut t = 0;
    while t < TRIGGERS.len() {
        let (text, at) = TRIGGERS[t];
        let (a, b) = (text.as_bytes()[at], text.as_bytes()[at + 1]);
        set(&mut table, a, b);
        set(&mut table, a.to_ascii_uppercase(), b);
        set(&mut table, a, b.to_ascii_uppercase());
        set(&mut table, a.to_ascii_uppercase(), b.to_ascii_uppercase());
        t += 1;
    }
    // "://" is too common: it is looked at more closely, not searched for
    set(&mut table, b'/', b'/');
    table
}

/// For each second byte of a pair the first trigger that has it; `NEXT` gives the one after each.
static FIRST: [u8; 256] = chains().0;
static NEXT: [u8; TRIGGERS.len()] = chains().1;

const fn chains() -> ([u8; 256], [u8; TRIGGERS.len()]) {
    let mut first = [u8::MAX; 256];
    let mut next = [u8::MAX; TRIGGERS.len()];
    let mut t = 0;
    while t < TRIGGERS.len() {
        let (text, at) = TRIGGERS[t];
        let second = text.as_bytes()[at + 1] as usize;
        next[t] = first[second];
        first[second] = t as u8;
        t += 1;
    }
    (first, next)
}

const fn set(table: &mut [u64; 1024], a: u8, b: u8) {
    let pair = (a as usize) << 8 | b as usize;
    table[pair >> 6] |= 1 << (pair & 63);
}

/// False only when nothing in `line` would be masked.
pub(super) fn may_hold_secret(line: &[u8]) -> bool {
    line.array_windows::<2>().enumerate().any(|(at, &[a, b])| {
        let pair = (a as usize) << 8 | b as usize;
        PAIRS[pair >> 6] & 1 << (pair & 63) != 0 && opens(line, at, a, b)
    })
}

/// Whether a trigger really stands around the pair at `at`.
#[cold]
fn opens(line: &[u8], at: usize, a: u8, b: u8) -> bool {
    if a == b'/' && b == b'/' {
        return at > 0 && line[at - 1] == b':' && super::rules::userinfo_end(&line[at + 2..]).is_some();
    }
    let (a, b) = (a.to_ascii_lowercase(), b.to_ascii_lowercase());
    let mut next = FIRST[b as usize];
    while let Some((text, offset)) = TRIGGERS.get(next as usize) {
        let text = text.as_bytes();
        if text[*offset] == a
            && let Some(from) = at.checked_sub(*offset)
            && line.get(from..from + text.len()).is_some_and(|found| found.eq_ignore_ascii_case(text))
        {
            return true;
        }
        next = NEXT[next as usize];
    }
    false
}
