//! What is masked and what is not.
#![allow(missing_docs)]

use std::borrow::Cow;

use seaworthy_finding::redact::{MASK, Redactor, Secret, redact};

/// The secret of each line stands between `⟦` and `⟧`.
const MASKED: &[&str] = &[
    "fatal: unable to access 'https://oauth2:⟦hunter2⟧@git.corp.example/a/b.git/': 403",
    "git clone https://x-access-token:⟦ghs_16C7e42F292c6912E7710c838347Ae178B4a⟧@github.com/a/b",
    "Get \"http://user:⟦p%40ss/w@rd⟧@proxy.corp:3128\": EOF",
    "https://⟦0123456789abcdef0123456789abcdef01234567⟧@github.com/acme/app.git",
    "postgres://app:⟦s3cr3t⟧@db:5432/app?sslmode=disable",
    "HTTPS_PROXY=http://bob:⟦builder⟧@10.0.0.1:8080 go mod download",
    "> Authorization: Basic ⟦dXNlcjpwYXNz⟧",
    "curl -H \"Authorization: Bearer ⟦abc.def-123⟧\" https://x",
    "http.https://github.com/.extraheader=AUTHORIZATION: basic ⟦eC1hY2Nlc3MtdG9rZW46Z2hz⟧",
    "-H 'authorization: token ⟦0a1b2c3d4e⟧'",
    "\"Authorization\": \"⟦a1b2c3d4e5f6⟧\"",
    "sending Bearer ⟦c29tZSB0b2tlbiAxMjM0NQ==⟧ to registry",
    "token ⟦ghp_16C7e42F292c6912E7710c838347Ae178B4a⟧ expired",
    "using ⟦github_pat_11ABCDEFG0aBcDeFgHiJkL_mNoPqRsTuVwXyZ⟧.",
    "⟦glpat-ABCdef123456_-789xyz⟧ is revoked",
    "key ⟦AKIAIOSFODNN7EXAMPLE⟧ is not valid",
    "aws_secret_access_key = ⟦wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY⟧",
    "AWS_SECRET_ACCESS_KEY=⟦wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY⟧ aws s3 ls",
    "//registry.npmjs.org/:_authToken=⟦npm_abcdefghijklmnopqrstuvwxyz0123456789⟧",
    "//registry.npmjs.org/:_auth=⟦dXNlcjpwYXNz⟧",
    "docker login -u acme -p ⟦hunter2⟧ registry.example",
    "docker login --username acme --password ⟦hunter2⟧",
    "docker login --password=⟦hunter2⟧",
    "⟦dckr_pat_abcDEF123456789_xyz-0⟧",
    "id_token: ⟦eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9⟧",
    "jwt=⟦eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxMjM0In0⟧",
    "RUN NPM_TOKEN=⟦abc123⟧ npm ci",
    "ENV NPM_TOKEN ⟦abc123⟧",
    "ARG GITHUB_TOKEN=⟦abc123⟧",
    "--build-arg GITHUB_PAT=⟦abc123⟧ .",
    "machine github.com login bob password ⟦hunter2⟧",
    "echo \"machine git.corp login ci password ⟦hunter2⟧\" > ~/.netrc",
    "{\"auths\":{\"r.io\":{\"auth\":\"⟦dXNlcjpwYXNz⟧\"}}}",
    "{\"password\": \"⟦correct horse⟧\", \"user\": \"bob\"}",
    "{\\\"token\\\":\\\"⟦abc123⟧\\\"}",
    "password: ⟦hunter2⟧",
    "  client_secret: ⟦abc-def⟧",
    "> PRIVATE-TOKEN: ⟦abcdefgh⟧",
    "https://b.s3.amazonaws.com/x?X-Amz-Credential=⟦AKIAIOSFODNN7EXAMPLE/20260101/us-east-1/s3/aws4_request⟧&X-Amz-Date=20260101T000000Z&X-Amz-Signature=⟦fe5f80f77d5fa3beca038a248ff027⟧",
    "https://a.blob.core.windows.net/x?sv=2022&sig=⟦a%2Bb%3D⟧&se=2026",
    "https://api.example/v1?access_token=⟦zzz111⟧&page=2",
    "curl -u bob:⟦hunter2⟧ https://x",
    "curl --user 'bob:⟦hunter2⟧' https://x",
    "SLACK=⟦xoxb-123456789012-abcdefGHIJKL⟧",
    "KEY=\"-----BEGIN RSA PRIVATE KEY-----⟦\\nMIIEowIBAAKCAQEA1234567890\\n⟧-----END RSA PRIVATE KEY-----\"",
    "key ⟦AIzaSyA-1234567890abcdefghijklmnopqrstu⟧ refused",
    "变量 PASSWORD=⟦密码一二三⟧ 已设置",
    "DB_PASSWORD1='⟦a b c⟧' ./run",
];

const KEPT: &[&str] = &[
    "",
    "go: downloading github.com/google/uuid v1.6.0",
    "go: github.com/google/uuid@v1.6.0: Get \"http://localhost:3000/github.com/google/uuid/@v/v1.6.0.mod\": EOF",
    "github.com/google/uuid v1.6.0 h1:NIvaJDMOsjHA8n1jAhLSgzrAzy1Hgr+hNrb57e+94F0=",
    "\tdownloaded: h1:0aZ9xT3hY3m1vJ3cJ1o0n2Qy4y1m2w3e4r5t6y7u8i9=",
    "FROM golang:1.26@sha256:2ed2fd9b7a3a5d0e0d1fd5c4e6b2a0e4e5b1f3c2d1a0b9c8d7e6f5a4b3c2d1e0",
    "#12 exporting to image sha256:abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789",
    "HEAD is now at 0123456789abcdef0123456789abcdef01234567",
    "github.com/acme/app v0.0.0-20260102150405-0123456789ab",
    "failed to fetch anonymous token: Get \"https://auth.docker.io/token?scope=repository%3Alibrary%2Fgolang%3Apull&service=registry.docker.io\": dial tcp: i/o timeout",
    "failed to fetch oauth token: unexpected status: 401 Unauthorized",
    "failed to authorize: failed to fetch anonymous token: EOF",
    "Www-Authenticate: Bearer realm=\"https://auth.docker.io/token\",service=\"registry.docker.io\"",
    "server message: insufficient_scope: authorization failed",
    "./parse.go:12:3: undefined: token",
    "syntax error: unexpected token: newline",
    "./lexer/token.go:14:2: token := next()",
    "if token == nil {",
    "if token==\"x\" {",
    "RUN --mount=type=secret,id=github_token,env=GITHUB_TOKEN go mod download",
    "docker build --secret id=netrc,src=/home/u/.netrc .",
    "docker login -u acme --password-stdin registry.example",
    "ARG GITHUB_TOKEN",
    "ENV GITHUB_TOKEN=${GITHUB_TOKEN}",
    "git config url.\"https://oauth2:${TOKEN}@git.corp/\".insteadOf https://git.corp/",
    "https://user:***@host/path",
    "https://user:xxxxx@host/path",
    "token=*** password=***",
    "Authorization: Bearer ***",
    "fatal: could not read Username for 'https://github.com': terminal prompts disabled",
    "fatal: could not read Password for 'https://bob@github.com': terminal prompts disabled",
    "git@github.com: Permission denied (publickey).",
    "ssh://git@github.com/acme/app.git",
    "Error: password authentication failed for user \"bob\"",
    "TOKEN_FILE=/run/secrets/token SECRET_NAME=db",
    "max_tokens=4096",
    "PWD=/src HOME=/root",
    "GOAUTH=netrc GOPRIVATE=*.corp.example",
    "-----BEGIN CERTIFICATE-----MIIDdzCCAl+gAwIBAgIEAgAAuTANBgkqhkiG9w0BAQUFADBa",
    "grep -q 'PRIVATE KEY-----' key.pem",
    "unknown flag: --token",
    "the npm_config_registry variable is set; npm_lifecycle_event too",
    "curl: (6) Could not resolve host: proxy.golang.org",
    "eyJust a word. eyJ",
    "AKIA is a prefix, AKIAlowercaseisnotakey1 is not a key",
    "--- PASS: TestPassword (0.00s)",
    "ok  \tgithub.com/acme/app/secret\t0.012s",
    "pkg/token/secret.go:1:1: expected 'package', found 'EOF'",
    "http://[::1]:3000/x@v1",
];

#[test]
fn secrets_are_masked_and_nothing_else() {
    let mut wrong = vec![];
    for case in MASKED {
        let line = case.replace(['⟦', '⟧'], "");
        let mut expected = String::new();
        let mut rest = *case;
        while let Some((before, after)) = rest.split_once('⟦') {
            let (_, after) = after.split_once('⟧').expect("marked");
            expected += before;
            expected += MASK;
            rest = after;
        }
        expected += rest;
        let once = redact(&line);
        if once != expected {
            wrong.push(format!("{line}\n  gave {once}\n  want {expected}"));
        }
        assert_eq!(redact(&once), once, "twice");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn everything_else_stays() {
    for line in KEPT {
        assert!(matches!(redact(line), Cow::Borrowed(l) if l == *line), "{line} became {}", redact(line));
    }
}

#[test]
fn private_keys_over_lines() {
    let mut redactor = Redactor::new();
    let lines = [
        "-----BEGIN OPENSSH PRIVATE KEY-----",
        "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW",
        "QyNTUxOQAAACB=",
        "-----END OPENSSH PRIVATE KEY-----",
        "QyNTUxOQAAACB=",
        "-----BEGIN RSA PRIVATE KEY-----",
        "Proc-Type: 4,ENCRYPTED",
        "MIIEowIBAAKCAQEA",
        "sh: 1: something else happened",
        "MIIEowIBAAKCAQEA",
    ];
    let masked: Vec<_> = lines.iter().map(|l| redactor.line(l).into_owned()).collect();
    assert_eq!(
        masked,
        [
            "-----BEGIN OPENSSH PRIVATE KEY-----",
            "***",
            "***",
            "-----END OPENSSH PRIVATE KEY-----",
            "QyNTUxOQAAACB=",
            "-----BEGIN RSA PRIVATE KEY-----",
            "***",
            "***",
            "sh: 1: something else happened",
            "MIIEowIBAAKCAQEA",
        ]
    );
}

#[test]
fn a_secret_shows_itself_to_nobody() {
    let secret = Secret::new("hunter2");
    assert_eq!(format!("{secret} {secret:?} {}", secret.expose()), "*** Secret(***) hunter2");
}

/// Any bytes, cut anywhere: no panic, and the second pass finds nothing new.
#[test]
fn fragments() {
    for case in MASKED.iter().chain(KEPT) {
        let line = case.replace(['⟦', '⟧'], "");
        for (at, _) in line.char_indices() {
            for part in [&line[..at], &line[at..]] {
                let once = redact(part).into_owned();
                assert_eq!(redact(&once), once, "{part}");
            }
        }
    }
}
