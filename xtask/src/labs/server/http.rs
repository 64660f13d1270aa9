//! As much HTTP/1.1 as the lab's servers need, and the HTTP/2 frames that reset a stream.

use std::io::{Read, Write};

/// A request.
pub(crate) struct Request {
    pub(crate) method: String,
    /// Path and query, or what a proxy gets.
    pub(crate) target: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

/// Requests larger than this are not what a build sends to the lab.
const LIMIT: usize = 1 << 20;

impl Request {
    /// The next request of the connection; `None` when the client has hung up.
    pub(crate) fn read(stream: &mut impl Read) -> std::io::Result<Option<Self>> {
        let mut head = Vec::new();
        let mut byte = [0];
        while !head.ends_with(b"\r\n\r\n") {
            if stream.read(&mut byte)? == 0 || head.len() > LIMIT {
                return Ok(None);
            }
            head.push(byte[0]);
        }
        let text = String::from_utf8_lossy(&head);
        let mut lines = text.lines();
        let mut first = lines.next().unwrap_or_default().split(' ');
        let (method, target) =
            (first.next().unwrap_or_default().to_owned(), first.next().unwrap_or_default().to_owned());
        let headers: Vec<(String, String)> = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
            .collect();
        let mut request = Self { method, target, headers, body: Vec::new() };
        if request.header("expect").is_some() {
            return Ok(Some(request));
        }
        if request.header("transfer-encoding").is_some_and(|v| v.eq_ignore_ascii_case("chunked")) {
            request.body = chunked(stream)?;
        } else if let Some(length) = request.header("content-length").and_then(|v| v.parse::<usize>().ok()) {
            request.body = vec![0; length.min(LIMIT)];
            stream.read_exact(&mut request.body)?;
        }
        Ok(Some(request))
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    /// Whether the request carries these basic credentials.
    pub(crate) fn authorized(&self, wanted: &str) -> bool {
        self.header("authorization")
            .is_some_and(|value| value == format!("Basic {}", base64(wanted.as_bytes())))
    }
}

fn chunked(stream: &mut impl Read) -> std::io::Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let mut line = Vec::new();
        let mut byte = [0];
        while !line.ends_with(b"\r\n") {
            stream.read_exact(&mut byte)?;
            line.push(byte[0]);
        }
        let size = usize::from_str_radix(String::from_utf8_lossy(&line).trim(), 16).unwrap_or(0).min(LIMIT);
        let mut chunk = vec![0; size + 2];
        stream.read_exact(&mut chunk)?;
        if size == 0 || body.len() > LIMIT {
            return Ok(body);
        }
        body.extend_from_slice(&chunk[..size]);
    }
}

fn base64(data: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for three in data.chunks(3) {
        let bits = three.iter().fold(0u32, |bits, b| bits << 8 | u32::from(*b)) << (8 * (3 - three.len()));
        for n in 0..4 {
            let digit = DIGITS[(bits >> (18 - 6 * n) & 63) as usize];
            out.push(if n <= three.len() { char::from(digit) } else { '=' });
        }
    }
    out
}

/// An answer.
pub(crate) struct Answer {
    pub(crate) code: u16,
    pub(crate) headers: Vec<String>,
    pub(crate) body: Vec<u8>,
    /// Whether the connection ends after it.
    pub(crate) closes: bool,
}

impl Answer {
    pub(crate) fn ok(kind: &str, body: impl Into<Vec<u8>>) -> Self {
        Self { code: 200, headers: vec![format!("Content-Type: {kind}")], body: body.into(), closes: false }
    }

    pub(crate) fn status(code: u16, body: &str, headers: &[String]) -> Self {
        let mut headers = headers.to_vec();
        if !headers.iter().any(|h| h.to_ascii_lowercase().starts_with("content-type:")) {
            let html = body.trim_start().starts_with('<');
            headers
                .push(format!("Content-Type: text/{}", if html { "html" } else { "plain; charset=utf-8" }));
        }
        Self { code, headers, body: body.into(), closes: code == 400 || code == 407 || code >= 500 }
    }

    pub(crate) fn write(&self, stream: &mut impl Write) -> std::io::Result<()> {
        self.write_part(stream, self.body.len())
    }

    /// Writes the head with the full length, but only the first bytes of the body.
    pub(crate) fn write_part(&self, stream: &mut impl Write, bytes: usize) -> std::io::Result<()> {
        let mut out = format!(
            "HTTP/1.1 {} {}\r\nContent-Length: {}\r\n",
            self.code,
            reason(self.code),
            self.body.len()
        );
        for header in &self.headers {
            out.push_str(header);
            out.push_str("\r\n");
        }
        out.push_str(if self.closes { "Connection: close\r\n\r\n" } else { "\r\n" });
        stream.write_all(out.as_bytes())?;
        stream.write_all(&self.body[..bytes])?;
        stream.flush()
    }
}

fn reason(code: u16) -> &'static str {
    match code {
        200 => "OK",
        302 => "Found",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        407 => "Proxy Authentication Required",
        410 => "Gone",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ => "Status",
    }
}

/// Speaks just enough HTTP/2 (RFC 9113) to reset every stream that is opened with INTERNAL_ERROR.
pub(crate) fn h2_reset(stream: &mut (impl Read + Write)) -> std::io::Result<()> {
    let mut preface = [0; 24];
    stream.read_exact(&mut preface)?;
    let frame = |kind: u8, flags: u8, id: u32, payload: &[u8]| {
        let mut out = (payload.len() as u32).to_be_bytes()[1..].to_vec();
        out.extend([kind, flags]);
        out.extend(id.to_be_bytes());
        out.extend(payload);
        out
    };
    stream.write_all(&frame(4, 0, 0, &[]))?;
    stream.flush()?;
    for _ in 0..10_000 {
        let mut head = [0; 9];
        stream.read_exact(&mut head)?;
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]) as usize;
        let mut payload = vec![0; length.min(LIMIT)];
        stream.read_exact(&mut payload)?;
        let id = u32::from_be_bytes([head[5], head[6], head[7], head[8]]) & 0x7fff_ffff;
        match head[3] {
            1 => stream.write_all(&frame(3, 0, id, &2u32.to_be_bytes()))?,
            4 if head[4] & 1 == 0 => stream.write_all(&frame(4, 1, 0, &[]))?,
            6 if head[4] & 1 == 0 => stream.write_all(&frame(6, 1, 0, &payload))?,
            7 => return Ok(()),
            _ => {}
        }
        stream.flush()?;
    }
    Ok(())
}
